"""Webhooks and the log of what was sent to them."""
