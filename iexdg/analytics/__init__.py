"""Comparing campaigns over a range of days: what was read for it, what can be computed from it, and the report."""
