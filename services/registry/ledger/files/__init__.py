"""Ledgers handed in as files: read, checked, kept, confirmed by a person, applied."""
