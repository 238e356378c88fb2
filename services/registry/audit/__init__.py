"""What auditors ask of registry: views and exports, corrections, decisions."""
