"""What schedule, senders and caps come to, also where they are odd: over midnight, no such zone, nobody, a cap of 0."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from iexdg.blueprints.models import Draft
from iexdg.blueprints.pages.frame import frame_of
from iexdg.blueprints.pages.sending import SendingPage, sending_page
from iexdg.mailboxes.models import Mailbox
from iexdg.team.models import Member
from tests.iexdg.blueprints.drafts.conftest import CONTENT, campaign, draft

__all__ = ["campaign", "draft"]
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
EXEC = "exec@peers.example.com"
Shown = Callable[..., SendingPage]


@pytest.fixture
def shown(draft: Draft, member: Callable[..., Member]) -> Shown:
    """shown(caps={...}) is the tab of the draft with other parts."""
    Mailbox.objects.filter(email=EXEC).update(daily_limit=30)

    def make(now: datetime = NOW, **parts: Any) -> SendingPage:
        draft.content = {**CONTENT, **parts}
        frame = frame_of(draft, "sending", member=member("operator"))
        return sending_page(frame, now=now, zone=ZoneInfo("Europe/Berlin"))

    return make


def window(**fields: Any) -> dict[str, Any]:
    return {"windows": [{"zone": "America/Detroit", "hours": "09:00-17:00", "days": ["mon"], **fields}]}


@pytest.mark.parametrize(
    ("parts", "meaning"),
    [
        ({"caps": {"daily": 20}}, ["At most 20 e-mails a day, the cap of the campaign, all from one sender."]),
        ({"caps": {"daily": 0}}, ["The daily cap is 0, so nothing is sent."]),
        ({"caps": {"daily": 50}},
         ["At most 30 e-mails a day: 1 sender may send no more together, whatever the cap of 50 says."]),
        ({"caps": {}},
         ["At most 30 e-mails a day, what 1 sender may send together. The campaign has no cap of its own."]),
        ({"caps": {"daily": 20, "gap_minutes": 30}},
         ["At most 20 e-mails a day, the cap of the campaign, all from one sender.",
          "With 30 minutes between e-mails, a window of 8 hours has room for 17 from each sender."]),
        ({"caps": {"daily": 20, "new_leads_daily": 0}},
         ["At most 20 e-mails a day, the cap of the campaign, all from one sender.",
          "The cap of new leads is 0, so nobody new gets a first e-mail."]),
        ({"senders": []}, ["No mailbox is chosen, so nothing is sent."]),
        ({"senders": {"tags": ["Warm"]}},
         ["The mailboxes that have a tag send. What they may send together is not added up here."]),
        ({"senders": {"others": "keep"}}, ["No mailbox is chosen here: the senders stay as Instantly has them."]),
        ({"caps": {"daily": "ten"}}, ["The daily cap cannot be read."]),
    ],
)  # fmt: skip
def test_caps_say_what_they_come_to_a_day(parts: dict[str, Any], meaning: list[str], shown: Shown) -> None:
    assert list(shown(**parts).meaning) == meaning


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"hours": "22:00-02:00"}, "The sending hours end (02:00) before they start (22:00)"),
        ({"zone": "Mars/Base"}, "Instantly has no zone for Mars/Base"),
        ({"days": []}, "No day of the week is switched on"),
        ({"zone": None}, "The window has no zone"),
    ],
)
def test_a_window_that_cannot_be_is_named_and_plans_nothing(fields: dict[str, Any], title: str, shown: Shown) -> None:
    page = shown(schedule=window(**fields))
    assert title in [one.title for one in page.findings]
    assert page.schedule.weeks == ()


def test_no_sender_and_a_cap_of_nothing_are_findings(shown: Shown) -> None:
    titles = [one.title for one in shown(senders=[], caps={"daily": 0}).findings]
    assert titles == ["Nobody sends this campaign", "The daily cap is 0: nothing is sent"]


def test_a_missing_schedule_is_found_here_and_a_fault_of_a_subsequence_is_not(shown: Shown) -> None:
    page = shown(schedule={}, subsequences=[{"name": "S", "when": {"interest": ["No such"]}, "steps": []}])
    assert [one.code for one in page.findings] == []
    gone = {key: value for key, value in CONTENT.items() if key != "schedule"}
    page.frame.draft.content = gone
    frame = frame_of(page.frame.draft, "sending", member=page.frame.draft.by)  # type: ignore[arg-type]
    found = sending_page(frame, now=NOW, zone=ZoneInfo("Europe/Berlin")).findings
    assert [one.title for one in found] == ["A new campaign needs a schedule"]


def test_the_fortnight_is_shown_in_both_zones_over_a_change_of_the_clocks(shown: Shown) -> None:
    # Detroit goes back on 2026-11-01 at 02:00, Berlin on 2026-10-25.
    page = shown(now=datetime(2026, 10, 24, 12, tzinfo=UTC), schedule=window(days=["sun", "mon"]))
    zone = ZoneInfo("Europe/Berlin")
    assert [(one.window.opens.astimezone(zone).strftime("%m-%d %H:%M"), one.note) for one in page.schedule.weeks] == [
        ("10-25 14:00", ""),
        ("10-26 14:00", ""),
        ("11-01 15:00", "the clocks in Detroit go back"),
        ("11-02 15:00", ""),
    ]


def test_hours_that_do_not_exist_are_named(shown: Shown) -> None:
    page = shown(now=datetime(2027, 3, 10, 12, tzinfo=UTC), schedule=window(hours="02:00-03:00", days=["sun"])).schedule
    assert [sentence.partition(" on ")[0] for sentence in page.skipped] == ["Its hours 02:00–03:00 do not exist"]
