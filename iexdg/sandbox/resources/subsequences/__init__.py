"""Subsequences: create, read, change, pause, resume, their sending status and analytics."""
