"""Leads: add one or many, list, read, delete."""
