"""Vendor clients in plain Python: no Django, no globals, usable from a REPL."""
