"""Verifies addresses; one receipt per answer, nothing is paid twice."""
