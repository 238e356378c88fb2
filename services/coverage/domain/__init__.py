"""What coverage knows: dated facts, the life they make under a rule set, and how lives are counted. Pure."""
