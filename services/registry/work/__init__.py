"""Work lists: what waits for an office, read from the directory."""
