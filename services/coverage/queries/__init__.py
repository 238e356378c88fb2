"""What can be asked of coverage. Every answer bears its basis, read in the same snapshot as the figures."""
