"""How the command line shows coverage: tables for people, dictionaries for machines."""
