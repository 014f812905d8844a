"""Requests about rehearsals."""
