"""Registry on the command line. Each group of commands loads what it needs, and no other group."""
