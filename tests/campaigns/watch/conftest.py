"""Fixtures of the watch tests."""

from tests.campaigns.fixtures import another, one, vendor

__all__ = ["another", "one", "vendor"]
