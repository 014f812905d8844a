"""Where several workspaces are connected, the history shows only what belongs to the current one."""

from collections.abc import Callable

import pytest
from django.test import Client

from campaigns.incident_kinds import FLIP
from iexdg.incidents.record import open_incident
from iexdg.team.audit.record import record
from iexdg.team.models import Member, Membership
from iexdg.workspaces.models import Workspace
from tests.browsers import signed_in_recently
from tests.campaigns.factories import campaign
from tests.workspaces import connect_every_row, other_workspace

pytestmark = pytest.mark.django_db
OWN = ["Acme: its campaign", "Acme: its incident", "Acme: itself"]
THEIRS = ["Demo: its campaign", "Demo: its incident", "Demo: itself"]


@pytest.fixture
def acme(workspace: Workspace) -> Workspace:
    other = other_workspace("Acme")
    for name, one in (("Acme", other), ("Demo", workspace)):
        made = campaign(one, name)
        record("campaign:pause:asked", f"{name}: its campaign", subject=f"campaign:{made.pk}", campaign_ref=made.pk)
        open_incident(one, FLIP, dedupe_key="x", summary=f"{name}: its incident")
        record("workspace:mode:changed", f"{name}: itself", subject=f"workspace:{one.pk}")
    record("team:member:added", "Nia was added", subject="member:4711")
    return other


def shown(client: Client, slug: str) -> list[str]:
    page = client.get(f"/w/{slug}/audit/").content.decode()
    table = b"".join(client.get(f"/w/{slug}/audit.csv")).decode()  # type: ignore[arg-type]
    known = [*OWN, *THEIRS, "Nia was added"]
    in_page = [words for words in known if words in page]
    assert in_page == [words for words in known if words in table]
    return in_page


def test_each_workspace_has_its_own_history_and_the_teams_is_for_those_with_a_role_in_all(
    workspace: Workspace, acme: Workspace, web: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_every_row(monkeypatch)
    assert shown(web("viewer"), "acme") == [*OWN, "Nia was added"]
    assert shown(web("viewer"), "demo") == [*THEIRS, "Nia was added"]
    ada = Member.objects.create_member("ada@example.com", name="Ada", role="", password="a-long-password")
    Membership.objects.create(member=ada, workspace=acme, role="admin")
    client = Client()
    client.force_login(ada)
    signed_in_recently(client, ada)
    assert shown(client, "acme") == OWN


def test_with_one_workspace_nothing_is_left_out(acme: Workspace, web: Callable[..., Client]) -> None:
    assert shown(web("viewer"), "demo") == [*OWN, *THEIRS, "Nia was added"]
