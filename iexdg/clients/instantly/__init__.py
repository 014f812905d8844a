"""Instantly API v2: one file per resource with its types; client, key file, time zones, and the HTML it accepts."""

from iexdg.clients.instantly.client import BASE_URL, InstantlyClient, connect

__all__ = ["BASE_URL", "InstantlyClient", "connect"]
