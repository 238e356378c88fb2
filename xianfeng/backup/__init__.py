"""One file that holds a whole installation, and an installation made from it again."""
