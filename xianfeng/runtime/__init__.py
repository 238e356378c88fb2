"""What starts and keeps the processes of one installation: its files, embedded servers, supervisor."""
