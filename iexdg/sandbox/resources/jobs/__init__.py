"""Background jobs: reading them, and doing the work that they stand for."""
