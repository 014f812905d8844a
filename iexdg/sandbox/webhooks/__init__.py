"""Outgoing webhooks: who gets what, how a payload travels, and what becomes of each attempt."""
