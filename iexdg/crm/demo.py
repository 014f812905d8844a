"""The demo's automation is tested once against the sandbox, and stays a draft."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.http.errors import ClientError
from iexdg.connections.errors import StoredConnectionError
from iexdg.crm.errors import CrmError
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.queries import connection_of
from iexdg.crm.trying import clean_up, run_test
from iexdg.team.demo import DEMO_PEOPLE
from iexdg.team.models import Member
from iexdg.team.roles import Role
from iexdg.workspaces.errors import WorkspaceError

_AGAIN_AFTER = timedelta(minutes=1)
_MOST_RUNS = 5


def wants_test(automation: Automation) -> bool:
    """Whether this is the demo's as it was shipped, and no test step of it has passed.

    One that did not pass is run again after a minute, a few times. Without a campaign no tag has a name, so the first
    ones are waited for.
    """
    if not settings.USES_SANDBOX or not settings.USES_SANDBOX_CRM or automation.tested_at is not None:
        return False
    if automation.version > 1 or not automation.workspace.may_write or connection_of(automation.workspace) is None:
        return False
    if not Campaign.objects.filter(workspace=automation.workspace, vanished_at__isnull=True).exists():
        return False
    return automation.tried_at is None or _may_try_again(automation, automation.tried_at)


def _may_try_again(automation: Automation, tried_at: datetime) -> bool:
    runs = LedgerEntry.objects.filter(automation=automation, event__startswith="test:", number=1).count()
    return runs < _MOST_RUNS and timezone.now() - tried_at >= _AGAIN_AFTER


def try_shipped(automation: Automation) -> bool:
    """Run the test step and its clean-up as the demo's admin; False where it cannot be done now."""
    admin = Member.objects.filter(email__in=list(DEMO_PEOPLE), role=Role.ADMIN, is_active=True).first()
    if admin is None or not wants_test(automation):
        return False
    try:
        has_passed = run_test(automation, by=admin).has_passed
        if automation.test_contact:
            clean_up(automation, by=admin)
    except (CrmError, StoredConnectionError, ClientError, WorkspaceError):
        return False
    return has_passed
