"""Entry by forms: what may be entered, what is known, what a command would do, and sending it once."""
