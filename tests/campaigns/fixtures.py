"""Fixtures of the sending and watch tests: a vendor made of one status, and campaigns that need no sandbox."""

from types import SimpleNamespace

import pytest

from campaigns.models import Campaign
from campaigns.sending import attribution, lifecycle, unapproved
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as make_campaign
from tests.campaigns.vendor import Vendor


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Vendor:
    """The only Instantly there is; its audit log is empty."""
    vendor = Vendor()
    vendor.audit_logs = SimpleNamespace(list=lambda **options: iter(()))
    for module in (lifecycle, unapproved, attribution):
        monkeypatch.setattr(module, "client_for", lambda workspace: vendor)
    return vendor


@pytest.fixture
def one(workspace: Workspace) -> Campaign:
    """A paused campaign."""
    return make_campaign(workspace)


@pytest.fixture
def another(workspace: Workspace) -> Campaign:
    """A campaign that nobody touches."""
    return make_campaign(workspace, "05B")
