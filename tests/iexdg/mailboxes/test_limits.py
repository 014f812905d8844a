"""Limits are changed only after old and new were shown; raising one asks. Deleting names who loses the mailbox."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iexdg.clients.instantly.accounts import Account
from iexdg.mailboxes.limit_words import changed_words, read_words
from iexdg.mailboxes.models import Mailbox, MailboxChange, Wanted
from iexdg.mailboxes.orders import order
from iexdg.mailboxes.pages.limits import review
from iexdg.mailboxes.sync import warmup_settings
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
ONE, TWO = "exec@peers.example.com", "team@peers.example.com"


def post(web: Web, **data: Any) -> Any:
    boxes = list(Mailbox.objects.filter(email__in=[ONE, TWO]).values_list("pk", flat=True))
    return web("operator").post("/w/demo/mailboxes/limits/", {"mailbox": boxes, "sending_gap": "", **data})


def test_old_and_new_are_shown_before_anything_changes(office: Workspace, web: Web) -> None:
    html = post(web, daily_limit="20").content.decode()
    assert html.count(">30</td>") == 2
    assert html.count(">20</td>") == 2
    assert "together 60 e-mails a day now, 40 then" in html
    assert not MailboxChange.objects.exists()


def test_a_lower_cap_is_changed_at_once(office: Workspace, web: Web) -> None:
    assert post(web, daily_limit="20", step="change").status_code == 302
    assert [one.values for one in MailboxChange.objects.all()] == [{"daily_limit": 20}] * 2


def test_the_page_of_a_mailbox_says_its_changes_in_words(office: Workspace, web: Web) -> None:
    post(web, daily_limit="20", sending_gap="12", step="change")
    box = Mailbox.objects.get(email=ONE)
    html = web("operator").get(f"/w/demo/mailboxes/{box.pk}/").content.decode()
    assert "E-mails a day: 30 → 20" in html
    assert "Minutes between two e-mails: " in html
    assert "daily_limit" not in html


@pytest.mark.parametrize(
    ("name", "before", "value", "words"),
    [
        ("daily_limit", 30, 1_500, "E-mails a day: 30 → 1,500"),
        ("daily_limit", None, 50, "E-mails a day: 50"),
        ("warmup_reply_rate", 0.3, 0.25, "Share of warm-up e-mails answered: 0.3 → 0.25"),
        ("warmup_increment", "", "disabled", "More warm-up e-mails each day: disabled"),
    ],
)
def test_a_changed_limit_in_words(name: str, before: Any, value: Any, words: str) -> None:
    assert changed_words(name, before, value) == words


def test_what_instantly_still_reads_is_said_in_words() -> None:
    read = {"daily_limit": 50, "sending_gap": None}
    assert read_words(read) == "E-mails a day 50, Minutes between two e-mails unknown"


def test_a_higher_cap_asks(office: Workspace, web: Web) -> None:
    html = post(web, daily_limit="50").content.decode()
    assert 'name="raise"' in html
    answer = post(web, daily_limit="50", step="change")
    assert (answer.status_code, MailboxChange.objects.count()) == (422, 0)
    assert "Confirm that more e-mails may leave." in answer.content.decode()
    assert post(web, daily_limit="50", step="change", **{"raise": "yes"}).status_code == 302
    assert MailboxChange.objects.count() == 2


def test_less_time_between_two_e_mails_asks_too(office: Workspace, web: Web) -> None:
    answer = post(web, daily_limit="", sending_gap="1", step="change")
    assert (answer.status_code, MailboxChange.objects.count()) == (422, 0)


def test_the_warm_up_s_own_limits_are_shown_beside_the_old_ones_and_raising_one_asks(
    office: Workspace, web: Web
) -> None:
    wanted = {"daily_limit": "", "warmup_limit": "60", "warmup_reply_rate": "0.25", "warmup_increment": ""}
    html = post(web, **wanted).content.decode()
    assert (html.count(">40</td>"), html.count(">60 <span"), html.count(">0.3</td>"), html.count(">0.25</td>")) == (
        2, 2, 2, 2,
    )  # fmt: skip
    assert (post(web, **wanted, step="change").status_code, MailboxChange.objects.count()) == (422, 0)
    assert post(web, **wanted, step="change", **{"raise": "yes"}).status_code == 302
    assert MailboxChange.objects.order_by("pk")[0].values == {"warmup_limit": 60, "warmup_reply_rate": 0.25}


@pytest.mark.parametrize(
    ("name", "old", "new", "raises"),
    [("warmup_limit", 40, 39, False), ("warmup_limit", 40, 41, True), ("warmup_reply_rate", 0.3, 0.2, False),
     ("warmup_reply_rate", 0.3, 0.4, True), ("warmup_reply_rate", None, 0.1, True),
     ("warmup_increment", "1", "2", True),
     ("warmup_increment", "4", "disabled", True), ("warmup_increment", "disabled", "4", False),
     ("warmup_increment", "", "0", True), ("warmup_increment", "twofold", "0", True)],
)  # fmt: skip
def test_what_lets_more_warm_up_e_mails_leave_is_a_raise(name: str, old: Any, new: Any, raises: bool) -> None:
    assert review([Mailbox(email=ONE, **{name: old})], {name: new}).raises is raises


def test_limits_of_the_warm_up_are_set_and_read_back_and_its_other_settings_stay(
    office: Workspace, settle: Callable[[int], list[MailboxChange]], control: SandboxControl
) -> None:
    before = next(one for one in control.state()["accounts"] if one["email"] == ONE)["warmup"]
    values = {"warmup_limit": 20, "warmup_reply_rate": 0.4, "warmup_increment": "2"}
    (change,) = settle(order(office, [ONE], Wanted.LIMITS, by=None, values=values).group)
    assert (change.state, change.before["warmup_limit"]) == ("confirmed", 40)
    box = Mailbox.objects.get(email=ONE)
    assert (box.warmup_limit, box.warmup_reply_rate, box.warmup_increment) == (20, 0.4, "2")
    after = next(one for one in control.state()["accounts"] if one["email"] == ONE)["warmup"]
    assert after == before | {"limit": 20, "reply_rate": 0.4, "increment": "2"}


def test_where_the_warm_up_cannot_be_read_nothing_is_sent_and_the_request_stays(
    office: Workspace, settle: Callable[[int], list[MailboxChange]], control: SandboxControl
) -> None:
    control.faults({"match": {"method": "GET", "path": "*/accounts/*"}, "do": "status", "value": 403, "times": 1})
    group = order(office, [ONE], Wanted.LIMITS, by=None, values={"warmup_limit": 20}).group
    (change,) = settle(group)
    assert (change.state, change.error != "") == ("asked", True)
    assert [one for one in control.log(path="/accounts/") if one["method"] == "PATCH"] == []
    (change,) = settle(group)
    assert change.state == "confirmed"


@pytest.mark.parametrize(
    ("warmup", "found"),
    [({}, (None, None, "")), ({"limit": True, "reply_rate": "x", "increment": 4}, (None, None, "")),
     ({"limit": -1, "reply_rate": 0.5, "increment": "disabled"}, (None, 0.5, "disabled"))],
)  # fmt: skip
def test_what_instantly_does_not_report_is_unknown(warmup: dict[str, Any], found: tuple[Any, ...]) -> None:
    read = warmup_settings(Account.model_validate({"email": ONE, "warmup": warmup}))
    assert tuple(read.values()) == found


def test_an_unknown_cap_counts_as_raised() -> None:
    shown = review([Mailbox(email=ONE, daily_limit=None)], {"daily_limit": 5})
    assert (shown.raises, shown.before, shown.after) == (True, None, 5)


@pytest.mark.parametrize("data", [{"daily_limit": ""}, {"daily_limit": "0"}, {"daily_limit": "many"}])
def test_what_makes_no_sense_changes_nothing(data: dict[str, str], office: Workspace, web: Web) -> None:
    assert post(web, **data, step="change").status_code == 422
    assert not MailboxChange.objects.exists()


def test_the_same_limits_are_no_change(office: Workspace, web: Web) -> None:
    assert post(web, daily_limit="30", step="change").status_code == 302
    assert not MailboxChange.objects.exists()


def test_without_a_mailbox_there_is_nothing_to_enter(office: Workspace, web: Web) -> None:
    html = web("operator").get("/w/demo/mailboxes/limits/?daily_limit=9").content.decode()
    assert "No mailbox is chosen" in html
    assert "<form" not in html.partition('id="content"')[2].partition("mailboxes/limits/")[2]
    answer = web("operator").post("/w/demo/mailboxes/limits/", {"daily_limit": "9"})
    assert answer["Location"] == "/w/demo/mailboxes/"


def test_the_form_begins_with_the_limits_of_the_one_that_is_chosen(office: Workspace, web: Web) -> None:
    box = Mailbox.objects.get(email=ONE)
    html = web("operator").get(f"/w/demo/mailboxes/limits/?mailbox={box.pk}").content.decode()
    assert 'name="daily_limit" value="30"' in html


def test_deleting_names_the_campaigns_that_lose_it_and_asks(office: Workspace, web: Web) -> None:
    synced_campaign(office, "05A")
    box, client = Mailbox.objects.get(email=ONE), web("admin")
    assert "05A Executive-Peer" in client.get(f"/w/demo/mailboxes/{box.pk}/delete/").content.decode()
    assert client.post(f"/w/demo/mailboxes/{box.pk}/delete/").status_code == 422
    assert not MailboxChange.objects.exists()
    client.post(f"/w/demo/mailboxes/{box.pk}/delete/", {"confirmed": "yes"})
    assert MailboxChange.objects.get().wanted == "delete"
