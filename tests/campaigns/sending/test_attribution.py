"""Three histories, three labels: this app, someone in Instantly, no one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.models import StatusRequest, Wanted
from campaigns.sending.attribution import VERDICTS, Actor, History, attribute, verdict
from iexdg.clients.instantly.audit_logs import AuditLog
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

AT = datetime(2026, 11, 23, 15, 0, 30, tzinfo=UTC)


def entry(activity: int, *, from_api: bool = True, who: str | None = None, later_s: float = 0) -> AuditLog:
    raw: dict[str, Any] = {
        "id": "1",
        "timestamp": (AT + timedelta(seconds=later_s)).isoformat(),
        "activity_type": activity,
        "campaign_id": "remote",
        "from_api": from_api,
        "user_name": who,
    }
    return AuditLog.model_validate(raw)


@pytest.mark.django_db
def test_our_own_activation_is_ours(workspace: Workspace, member: Callable[..., Member]) -> None:
    request = StatusRequest(
        campaign=campaign(workspace), wanted=Wanted.ACTIVATE, by=member("approver", "Ada Prover"), sent_at=AT
    )
    found = verdict([request], [entry(4), entry(9)])
    assert (found.actor, found.label) == (Actor.US, "this app, by Ada Prover at 15:00:30 UTC")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("launch", "actor"),
    [
        (entry(4, from_api=False, who="Nicole Person", later_s=17), Actor.PERSON),
        (entry(4, from_api=False, who="Nicole Person", later_s=-17), Actor.US),
        (entry(4, later_s=17), Actor.US),
        (entry(4, later_s=61), Actor.OTHER_KEY),
    ],
    ids=["a person after us", "a person before us", "our own in their clock", "another key after us"],
)
def test_the_last_launch_did_it(
    workspace: Workspace, member: Callable[..., Member], launch: AuditLog, actor: Actor
) -> None:
    request = StatusRequest(campaign=campaign(workspace), wanted=Wanted.ACTIVATE, by=member("approver"), sent_at=AT)
    assert verdict([request], [launch, entry(9)]).actor == actor


def test_a_launch_in_instantly_names_the_person() -> None:
    found = verdict([], [entry(9), entry(4, from_api=False, who="Nicole Person")])
    assert (found.actor, found.label) == (Actor.PERSON, "in Instantly, by Nicole Person at 15:00:30 UTC")


def test_a_launch_that_was_paused_again_flipped_nothing() -> None:
    launched = entry(4, from_api=False, who="Nicole Person")
    paused, added = entry(5, from_api=False, who="Nicole Person", later_s=60), entry(9, later_s=120)
    assert verdict([], [added, paused, launched]).actor == Actor.NOBODY
    assert verdict([], [paused, entry(4, from_api=False, who="Sam Person", later_s=90)]).label == (
        "in Instantly, by Sam Person at 15:02:00 UTC"
    )


def test_our_own_pause_that_followed_hides_no_launch() -> None:
    launched = entry(4, from_api=False, who="Nicole Person")
    assert verdict([], [entry(5, later_s=14), launched]).actor == Actor.PERSON


@pytest.mark.django_db
def test_our_own_activation_that_someone_paused_is_not_the_cause_of_the_next_flip(
    workspace: Workspace, member: Callable[..., Member]
) -> None:
    request = StatusRequest(campaign=campaign(workspace), wanted=Wanted.ACTIVATE, by=member("approver"), sent_at=AT)
    assert (
        verdict([request], [entry(5, from_api=False, who="Nicole Person", later_s=60), entry(9, later_s=90)]).actor
        == Actor.NOBODY
    )


def test_added_leads_without_a_launch_are_no_one() -> None:
    found = verdict([], [entry(9)])
    assert found.actor == Actor.NOBODY
    assert found.label == "no one: adding leads flipped it (last added at 15:00:30 UTC)"


def test_a_launch_by_another_key_is_not_ours() -> None:
    assert verdict([], [entry(4)]).actor == Actor.OTHER_KEY


def test_an_empty_log_names_no_one_and_an_unreadable_one_nothing() -> None:
    assert verdict([], []).label == "no one: Instantly's audit log names no launch"
    assert verdict([], None).actor == Actor.UNKNOWN


@pytest.mark.django_db
def test_a_log_that_cannot_be_read_is_unknown(control: SandboxControl, workspace: Workspace) -> None:
    one = synced_campaign(workspace, "05A")
    control.faults({"match": {"path": "*/audit-logs"}, "do": "status", "value": 500, "times": 99})
    assert attribute(one, after=None, before=AT).label == "unknown: Instantly's audit log could not be read"


@pytest.mark.django_db
def test_another_campaign_s_launch_is_not_this_one_s(
    control: SandboxControl, workspace: Workspace, sandbox_clock: SandboxClock
) -> None:
    one, other = synced_campaign(workspace, "05A"), synced_campaign(workspace, "05B")
    control.set_status(other.remote_id, 1)
    seen = datetime.fromtimestamp(sandbox_clock.now, UTC)
    assert attribute(one, after=seen, before=seen).actor == Actor.NOBODY
    assert attribute(other, after=seen, before=seen).actor == Actor.PERSON


OURS = StatusRequest(wanted=Wanted.ACTIVATE, sent_at=AT)
BY_HAND, BY_KEY = entry(4, from_api=False, who="Nicole Person"), entry(4)
ADDED = entry(9)


@pytest.mark.parametrize(
    ("history", "actor", "label"),
    [
        (History(OURS, None, None, True, False), Actor.US, "this app, by IEXDG Outreach at 15:00:30 UTC"),
        (History(OURS, BY_KEY, ADDED, True, False), Actor.US, "this app, by IEXDG Outreach at 15:00:30 UTC"),
        (History(OURS, None, None, False, False), Actor.US, "this app, by IEXDG Outreach at 15:00:30 UTC"),
        (History(OURS, BY_HAND, ADDED, True, True), Actor.PERSON, "in Instantly, by Nicole Person at 15:00:30 UTC"),
        (History(OURS, BY_KEY, ADDED, True, True), Actor.OTHER_KEY, "through Instantly's API, not from here at"),
        (History(None, None, None, False, False), Actor.UNKNOWN, "unknown: Instantly's audit log could not be read"),
        (History(None, BY_HAND, ADDED, True, False), Actor.PERSON, "in Instantly, by Nicole Person at 15:00:30 UTC"),
        (History(None, BY_KEY, None, True, False), Actor.OTHER_KEY, "through Instantly's API, not from here at"),
        (History(None, None, ADDED, True, False), Actor.NOBODY, "no one: adding leads flipped it (last added at"),
        (History(None, None, None, True, False), Actor.NOBODY, "no one: Instantly's audit log names no launch"),
    ],
)
def test_the_first_verdict_that_is_true_is_given(history: History, actor: Actor, label: str) -> None:
    found = next(attribution(history) for holds, attribution in VERDICTS if holds(history))
    assert (found.actor, found.label[: len(label)]) == (actor, label)


def test_a_launch_that_does_not_say_how_is_a_person_s() -> None:
    unsaid = AuditLog.model_validate({"timestamp": AT.isoformat(), "activity_type": 4, "campaign_id": "remote"})
    found = verdict([], [unsaid])
    assert (found.actor, found.label) == (Actor.PERSON, "in Instantly, by someone at 15:00:30 UTC")


def test_of_several_activations_the_last_counts() -> None:
    earlier = StatusRequest(wanted=Wanted.ACTIVATE, sent_at=AT - timedelta(minutes=5))
    assert verdict([OURS, earlier], []).at == AT
    assert verdict([StatusRequest(wanted=Wanted.ACTIVATE)], []).actor == Actor.NOBODY
