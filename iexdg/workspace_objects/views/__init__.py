"""Turns requests about tags, labels, keys and webhooks into calls."""
