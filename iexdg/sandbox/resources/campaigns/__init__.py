"""Campaigns: create, read, change, activate, pause, and their sending status."""
