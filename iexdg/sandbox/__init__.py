"""A believable Instantly served as plain WSGI, for demos, rehearsals, tests and benchmarks; imports nothing of ours."""
