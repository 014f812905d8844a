"""The budget for listing e-mails, shared by every process of a workspace.

Instantly lists e-mails 20 times a minute for a workspace. Twelve calls a minute are spread evenly, and up to eight may
come at once, so that no minute has more than 20. What does not fit is read at the next tick.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from iexdg.inbox.models import InboxReading
from iexdg.states import has_come
from iexdg.workspaces.models import Workspace

# Source: docs/api/instantly-facts.md §1, Rate limits: GET /emails 20 a minute.
MOST_A_MINUTE = 20
AT_ONCE = 8
_EACH = timedelta(seconds=60 / (MOST_A_MINUTE - AT_ONCE))
_AHEAD = _EACH * (AT_ONCE - 1)


def take_list_call(workspace: Workspace) -> bool:
    """Take one call out of the budget; False where none is left now."""
    row, _ = InboxReading.objects.get_or_create(workspace=workspace)
    now = timezone.now()
    spent_until = row.budget_until
    if spent_until is None or spent_until < now or spent_until > now + _AHEAD + _EACH + timedelta(minutes=1):
        spent_until = now
    if spent_until - now > _AHEAD:
        return False
    unchanged = InboxReading.objects.filter(pk=row.pk, budget_until=row.budget_until)
    return bool(unchanged.update(budget_until=spent_until + _EACH))


def lease_is_free(longest: timedelta) -> Q:
    """Rows of InboxReading that no process reads under now."""
    return Q(lease_until__isnull=True) | has_come("lease_until", timezone.now(), longest=longest)
