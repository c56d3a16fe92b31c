"""Load on a running service, and what became of it."""
