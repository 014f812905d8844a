"""What a person enters about a subsequence is what Instantly stores: waits, texts, hours and conditions, exactly."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaigns.mirror.subsequences import mirror_subsequences
from campaigns.models import Campaign, Subsequence
from campaigns.pages.subsequences import subsequence_page
from iexdg.team.models import Member
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
THREE_STEPS = {
    "name": "Asked for prices",
    "interests": ["1"],
    "activities": ["4"],
    "reply_contains": "price",
    "subject_1": "Prices", "body_1": "Hi {{firstName}}\n\nBye", "delay_1": "2", "unit_1": "hours",
    "subject_2": "", "body_2": "Still there?", "delay_2": "3", "unit_2": "days",
    "subject_3": "Last one", "body_3": "Goodbye", "delay_3": "90", "unit_3": "minutes",
}  # fmt: skip


@pytest.fixture
def parent(control: SandboxControl, workspace: Workspace) -> Campaign:
    campaign = synced_campaign(workspace, "05A")
    mirror_subsequences(workspace)
    return campaign


@pytest.fixture
def create(parent: Campaign, web: Web, sandbox_clock: SandboxClock) -> Callable[..., Subsequence]:
    """create(**entered) posts the form, carries the request out, and returns what reads back from the sandbox."""

    def run(**entered: Any) -> Subsequence:
        answer = web("operator").post("/w/demo/subsequences/new/", {"campaign": parent.pk, **entered})
        assert answer.status_code == 302, answer.context["form"].errors
        change = ObjectChange.objects.get()
        carry_out(change.pk, sleep=sandbox_clock.advance)
        change.refresh_from_db()
        assert change.state == "confirmed"
        return Subsequence.objects.get(remote_id=change.remote_id)

    return run


def stored(row: Subsequence, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(step.get(name) for name in names) for step in row.steps]


def test_the_wait_before_a_step_is_the_delay_of_the_one_before_it(create: Callable[..., Subsequence]) -> None:
    row = create(**THREE_STEPS)
    # Instantly waits after a step, the form before it; the first step alone has a wait of its own before it.
    assert stored(row, "delay", "delay_unit") == [(3, "days"), (90, "minutes"), (0, "days")]
    assert (row.steps[0]["pre_delay"], row.steps[0]["pre_delay_unit"]) == (2, "hours")
    assert [step.get("pre_delay") or 0 for step in row.steps[1:]] == [0, 0]


def test_texts_and_conditions_are_stored_as_entered(create: Callable[..., Subsequence]) -> None:
    row = create(**THREE_STEPS)
    assert row.conditions == {"crm_status": [1], "lead_activity": [4], "reply_contains": "price"}
    assert [(step["variants"][0]["subject"], step["variants"][0]["body"]) for step in row.steps] == [
        ("Prices", "<div>Hi {{firstName}}</div><div><br></div><div>Bye</div>"),
        ("", "<div>Still there?</div>"),
        ("Last one", "<div>Goodbye</div>"),
    ]
    assert stored(row, "type") == [("email",)] * 3


def test_without_waits_everything_follows_at_once_and_has_no_wait_before_it(
    create: Callable[..., Subsequence],
) -> None:
    row = create(name="At once", activities=["2"], subject_1="Hi", body_1="Hi", body_2="Again", unit_1="days")
    assert stored(row, "delay", "delay_unit") == [(0, "days"), (0, "days")]
    assert (row.steps[0].get("pre_delay") or 0, row.conditions["lead_activity"]) == (0, [2])
    # Hours of its own were not asked for: Instantly gives it those of its campaign.
    assert ObjectChange.objects.get().values["schedule"] == {}


def test_hours_of_its_own_are_in_the_zone_of_its_campaign(create: Callable[..., Subsequence], parent: Campaign) -> None:
    row = create(
        name="Mornings", activities=["2"], subject_1="Hi", body_1="Hi", own_hours="on", opens="09:00", closes="11:30",
        days=["1", "5"],
    )  # fmt: skip
    (window,) = row.schedule["schedules"]
    assert window["timing"] == {"from": "09:00", "to": "11:30"}
    assert [day for day, is_on in window["days"].items() if is_on] == ["1", "5"]
    assert window["timezone"] == parent.schedule["schedules"][0]["timezone"]


@pytest.mark.parametrize(
    ("entered", "field", "words"),
    [
        ({"body_2": "", "subject_2": ""}, "body_2", "This e-mail is empty, and a later one is not."),
        ({"body_3": ""}, "body_3", "This e-mail has a subject and no text."),
        ({"subject_1": ""}, "subject_1", "The first e-mail needs a subject."),
        ({"interests": [], "activities": [], "reply_contains": ""}, "interests", "Choose when it begins: at least one"),
        ({"delay_2": "-1"}, "delay_2", "is too small. Enter a whole number from 0 to 365."),
        ({"own_hours": "on", "opens": "11:00", "closes": "09:00", "days": ["1"]}, "closes", "not after the first time"),
        ({"own_hours": "on", "opens": "9", "closes": "10:00", "days": ["1"]}, "opens", "Enter a time as 09:00."),
        ({"own_hours": "on", "opens": "09:00", "closes": "10:00"}, "days", "Choose at least one day."),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(
    parent: Campaign, web: Web, entered: dict[str, Any], field: str, words: str
) -> None:
    answer = web("operator").post("/w/demo/subsequences/new/", {"campaign": parent.pk, **THREE_STEPS, **entered})
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not ObjectChange.objects.exists()


def test_the_page_shows_the_waits_and_what_came_of_each_step(
    create: Callable[..., Subsequence], member: Callable[..., Member], web: Web
) -> None:
    row = create(**THREE_STEPS)
    figures = [{"step": 0, "variant": 0, "sent": 12, "opened": 7, "replied": None, "clicked": 1}]
    Subsequence.objects.filter(pk=row.pk).update(step_figures=figures)
    row.refresh_from_db()
    page = subsequence_page(row, member=member("viewer"))
    assert page.waits[0] == "2 hours after the condition is met"
    (line,) = page.figures
    assert (line.name, line.sent, line.opened, line.replied, line.clicked) == ("Step 1, A", 12, 7, None, 1)
    html = web("viewer").get(f"/w/demo/subsequences/{row.pk}/").content.decode()
    assert '<td class="num" data-label="Sent">12</td>' in html
    assert 'data-label="Replied"><span class="faint">unknown</span>' in html or 'data-label="Replied">unknown' in html
