"""Registry's questions: one subject on a day, lists, time lines, and a role holder in clear."""
