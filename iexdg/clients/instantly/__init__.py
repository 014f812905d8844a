"""Instantly API v2: client, key file, time zones, and the HTML that its sanitizer leaves alone."""
