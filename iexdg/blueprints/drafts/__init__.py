"""Campaigns that are written here: their content and its history, the comparison with Instantly, requests to apply."""
