"""Settings: `dev` runs embedded in VAR_DIR, `prod` takes everything from the environment, `test` is for pytest."""
