"""What was known then: registry's log folded anew, up to the last mark by an instant, and asked like the present."""
