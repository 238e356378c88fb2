"""Monthly reports as registry keeps them: who sent which edition when, and the editions themselves, unchanged."""
