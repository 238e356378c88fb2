"""The command line ``xianfeng``."""
