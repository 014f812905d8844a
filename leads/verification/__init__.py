"""Asking whether an address may be written to; one receipt per answer, nothing paid twice."""
