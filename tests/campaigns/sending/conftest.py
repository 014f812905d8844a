"""Fixtures of the sending tests."""

from tests.campaigns.fixtures import another, one, vendor

__all__ = ["another", "one", "vendor"]
