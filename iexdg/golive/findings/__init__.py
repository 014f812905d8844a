"""What a preflight checks, one module per subject; each function returns findings."""
