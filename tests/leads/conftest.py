"""Fixtures of the leads tests."""

from tests.leads.fixtures import campaign, checked, media, upload

__all__ = ["campaign", "checked", "media", "upload"]
