"""What a preflight looks at, one module per subject; each function returns findings."""
