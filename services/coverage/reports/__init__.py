"""月报: what a unit reports for a month, and the enterprises behind each of its figures."""
