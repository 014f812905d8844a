"""What the simulated workspace remembers: its records, clock, ids, options and state file."""
