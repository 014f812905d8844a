"""Requests turned into calls; nothing is decided here."""
