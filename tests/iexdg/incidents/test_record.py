from collections.abc import Callable

import pytest

from campaigns.incident_kinds import FLIP, GO_LIVE_REQUESTED, GUARDRAIL, KILL_SWITCH, WATCHER_SILENT
from iexdg.golive.incident_kinds import BREAK_GLASS, GO_LIVE_FAILED
from iexdg.incidents.kinds import IncidentKind
from iexdg.incidents.models import Incident, IncidentState
from iexdg.incidents.record import (
    acknowledge_incident,
    assign_incident,
    open_incident,
    reopen_incident,
    resolve_incident,
)
from iexdg.incidents.subject import Subject
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.incident_kinds import CANARY_WAITING

People = Callable[..., Member]
ABOUT = Subject(7, "05A", "import", 4)


@pytest.fixture
def incident(workspace: Workspace) -> Incident:
    return open_incident(workspace, FLIP, dedupe_key="flip:1", summary="It flipped", about=ABOUT)[0]


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_an_incident_names_what_it_is_about(incident: Incident) -> None:
    assert (incident.campaign_ref, incident.campaign_name, incident.url) == (7, "05A", "/w/demo/imports/4/")
    assert AuditEvent.objects.get().campaign_ref == 7


@pytest.mark.parametrize(
    ("kind", "about", "url"),
    [
        (FLIP, ABOUT, "/w/demo/imports/4/"),
        (FLIP, None, ""),
        (GUARDRAIL, None, ""),
        (GUARDRAIL, ABOUT, "/w/demo/campaigns/7/guardrails/"),
        (GO_LIVE_REQUESTED, ABOUT, "/w/demo/campaigns/7/go-live/"),
        (GO_LIVE_FAILED, ABOUT, "/w/demo/campaigns/7/go-live/"),
        (BREAK_GLASS, ABOUT, "/w/demo/campaigns/7/go-live/"),
        (CANARY_WAITING, ABOUT, "/w/demo/imports/4/"),
        (KILL_SWITCH, None, "/w/demo/stop/"),
        (WATCHER_SILENT, None, "/readyz"),
    ],
    ids=str,
)
def test_an_incident_leads_to_the_page_where_it_is_dealt_with(
    kind: IncidentKind, about: Subject | None, url: str, workspace: Workspace
) -> None:
    incident, _ = open_incident(workspace, kind, dedupe_key="x", summary="Something", about=about)
    assert incident.url == url


def test_open_acknowledged_resolved_each_with_an_event(incident: Incident, member: People) -> None:
    assert acknowledge_incident(incident, by=member("operator"))
    assert resolve_incident(incident, by=member("approver"), note="Seen to")
    incident.refresh_from_db()
    assert (incident.state, incident.acknowledged_by, incident.resolved_by) == (
        IncidentState.RESOLVED,
        member("operator"),
        member("approver"),
    )
    assert actions() == ["incident:flip:opened", "incident:flip:acknowledged", "incident:flip:resolved"]


def test_a_resolving_can_be_undone_and_says_so(incident: Incident, member: People) -> None:
    resolve_incident(incident, by=member("operator"))
    assert reopen_incident(incident, by=member("operator"))
    incident.refresh_from_db()
    assert (incident.state, incident.resolved_at, incident.resolved_by) == (IncidentState.OPEN, None, None)
    assert actions()[-1] == "incident:flip:reopened"
    assert not reopen_incident(incident, by=member("operator"))


def test_a_cause_with_a_newer_incident_is_not_opened_twice(
    incident: Incident, workspace: Workspace, member: People
) -> None:
    resolve_incident(incident, by=member("operator"))
    open_incident(workspace, FLIP, dedupe_key="flip:1", summary="It flipped again")
    assert not reopen_incident(incident, by=member("operator"))
    incident.refresh_from_db()
    assert incident.state == IncidentState.RESOLVED


def test_only_opening_again_leads_back_from_resolved(incident: Incident, member: People) -> None:
    resolve_incident(incident, by=member("operator"))
    before = Incident.objects.values().get()
    assert not acknowledge_incident(incident, by=member("operator"))
    assert not resolve_incident(incident, by=member("admin"))
    assert not assign_incident(incident, to=member("admin"), by=member("admin"))
    assert Incident.objects.values().get() == before
    assert len(actions()) == 2


def test_an_acknowledged_cause_opens_no_second_incident(
    incident: Incident, workspace: Workspace, member: People
) -> None:
    acknowledge_incident(incident, by=member("operator"))
    assert open_incident(workspace, FLIP, dedupe_key="flip:1", summary="Again") == (incident, False)


def test_a_resolved_cause_opens_a_new_one(incident: Incident, workspace: Workspace) -> None:
    resolve_incident(incident, by=None)
    again, is_new = open_incident(workspace, FLIP, dedupe_key="flip:1", summary="Again")
    assert is_new
    assert again.pk != incident.pk


def test_who_takes_it_owns_and_has_acknowledged_it(incident: Incident, member: People) -> None:
    operator = member("operator")
    assert assign_incident(incident, to=operator, by=operator)
    incident.refresh_from_db()
    assert (incident.owner, incident.state) == (operator, IncidentState.ACKNOWLEDGED)


def test_handing_over_names_both_and_leaves_the_state(incident: Incident, member: People) -> None:
    assert assign_incident(incident, to=member("approver"), by=member("operator"))
    incident.refresh_from_db()
    assert (incident.owner, incident.state) == (member("approver"), IncidentState.OPEN)
    event = AuditEvent.objects.get(action="incident:flip:owned")
    assert (event.summary, event.after) == ("Handed to Approver Person: It flipped", {"owner": "Approver Person"})


def test_of_two_who_take_it_at_once_one_wins(incident: Incident, member: People) -> None:
    as_second_saw_it = Incident.objects.get()
    assert assign_incident(incident, to=member("operator"), by=member("operator"))
    assert not assign_incident(as_second_saw_it, to=member("approver"), by=member("approver"))
    assert Incident.objects.get().owner == member("operator")
