"""What is allowed, and what it does: pure functions. No I/O, no Temporal, no clock."""
