"""The tables of the projection `coverage`, and how a life becomes a row."""
