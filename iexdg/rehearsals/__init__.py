"""Rehearsals: a campaign played to its end in a private sandbox, and what of it is kept."""
