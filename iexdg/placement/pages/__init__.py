"""Shapes the pages of placement tests."""
