"""Fixtures of the go-live tests: they start from a checked import."""

from tests.leads.fixtures import campaign, checked, media, upload

__all__ = ["campaign", "checked", "media", "upload"]
