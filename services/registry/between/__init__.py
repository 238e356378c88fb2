"""What is open between offices about an enterprise until one of them decides or answers."""
