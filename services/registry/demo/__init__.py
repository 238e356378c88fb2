"""The demonstration: a believable province of invented enterprises, lived through day by day by the real aggregates."""
