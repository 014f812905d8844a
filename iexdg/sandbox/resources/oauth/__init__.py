"""Connecting a mailbox by signing in at its provider."""
