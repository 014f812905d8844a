"""Calls whose answers are compared with the table of API facts, a module for each group of operations."""
