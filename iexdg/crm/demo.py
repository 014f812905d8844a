"""The demo's automation is tested once against the sandbox, and stays a draft."""

from django.conf import settings

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


def wants_test(automation: Automation) -> bool:
    """Whether this is the demo's, and no test step of it was run yet."""
    if not settings.USES_SANDBOX or not settings.USES_SANDBOX_CRM or automation.tested_at is not None:
        return False
    if not automation.workspace.may_write or connection_of(automation.workspace) is None:
        return False
    return not LedgerEntry.objects.filter(automation=automation).exists()


def try_shipped(automation: Automation) -> bool:
    """Run the test step and its clean-up as the demo's admin; False where it cannot be done now."""
    admin = Member.objects.filter(email__in=list(DEMO_PEOPLE), role=Role.ADMIN, is_active=True).first()
    if admin is None or not wants_test(automation):
        return False
    try:
        run_test(automation, by=admin)
        clean_up(automation, by=admin)
    except (CrmError, StoredConnectionError, ClientError, WorkspaceError):
        return False
    return True
