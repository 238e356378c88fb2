"""What registries of companies export: normalised, placed, compared with what is known, and taken."""
