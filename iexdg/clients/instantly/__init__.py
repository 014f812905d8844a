"""Instantly API v2: client, key file, time zones, and the HTML that its sanitizer leaves alone."""

from iexdg.clients.instantly.client import BASE_URL, InstantlyClient, connect

__all__ = ["BASE_URL", "InstantlyClient", "connect"]
