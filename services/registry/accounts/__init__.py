"""Who may act: accounts, passwords, logging in."""
