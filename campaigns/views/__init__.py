"""Turns requests into calls."""
