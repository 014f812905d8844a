"""Turns requests about blueprints and drafts into calls."""
