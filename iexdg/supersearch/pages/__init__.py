"""Shapes the pages of SuperSearch."""
