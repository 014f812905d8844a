"""A simulator of Instantly served as plain WSGI, for demos, rehearsals, tests and benchmarks; imports no product code.

Each package imports only those below it: app, control, simulation, demo, resources, http, sending, world.
"""
