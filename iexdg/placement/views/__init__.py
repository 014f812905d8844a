"""Turns requests about placement tests into calls."""
