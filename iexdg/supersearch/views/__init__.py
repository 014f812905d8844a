"""Turns requests about SuperSearch into calls."""
