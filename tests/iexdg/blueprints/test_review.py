"""The plan catches what the sanitizer and the links of Instantly do to copy (Laws 4 and 5), at the line of the file."""

from datetime import UTC, datetime
from typing import Any

import pytest

from campaigns.copy.findings import Level
from iexdg.blueprints.facts import Names
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.planning import Plan, plan_against
from iexdg.blueprints.reading import Reality
from iexdg.blueprints.rendering import to_html
from iexdg.blueprints.settling import differences
from iexdg.clients.instantly.campaigns import Campaign as RemoteCampaign
from iexdg.clients.instantly.subsequences import Subsequence as RemoteSubsequence
from iexdg.connections.client import client_of
from iexdg.connections.configured import configured_connection
from tests.sandbox_control import SandboxControl

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WINDOW = {
    "name": "Hours",
    "timing": {"from": "09:00", "to": "17:00"},
    "days": {"1": True},
    "timezone": "America/Detroit",
}
HEAD = """campaigns:
  - name: Laws
    schedule: {zone: America/New_York, hours: 09:00-17:00, days: weekdays}
    senders: [exec@peers.example.com]
    steps:
      - subject: Hi
"""


def planned(text: str, mailboxes: frozenset[str] | None = None) -> Plan:
    return plan_against(Reality((), Names({"t1": "Voices"}), mailboxes, now=NOW), parse(text))


def blockers(text: str) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in planned(text).blockers]


# What a body becomes at Instantly, and what the plan says about it: Law 4 strips, Law 5 links greedily.
LAW_4 = [
    ("Hi there", "", [("bare_text", 7)]),
    ("Hi<br>\nthere", "", [("bare_text", 7), ("bare_text", 7), ("newline", 7)]),
    ("<div>Hi\nthere</div>", "<div>Hithere</div>", [("newline", 7)]),
    ("Hi <div>there</div>", "<div>there</div>", [("bare_text", 7)]),
    ("<div>Hi</div>there", "<div>Hi</div>", [("bare_text", 7)]),
    ("<div>Hi<br>\nthere</div>", "<div>Hithere</div>", [("newline", 7)]),
    ("<div>Hi\r\nthere</div>", "<div>Hithere</div>", [("newline", 7)]),
    ("&amp;", "", [("bare_text", 7)]),
    ("<div>Hi</b> there</div>", "<div>Hi</b>", [("lost_text", 7)]),
]
# What is stored otherwise without a word lost: a warning of the plan, and named by the read-back.
LAW_4_WARNED = [
    ("<div>Hi</div>\n<div>there</div>", "<div>Hi</div><div>there</div>", ("newline_between", 7)),
    ("<div>Hi</div><br><div>there</div>", "<div>Hi</div><div>there</div>", ("stored_otherwise", 7)),
    ("<div>Hi</div> <div>there</div>", "<div>Hi</div><div>there</div>", ("stored_otherwise", 7)),
]
LAW_5 = [
    ("See https://example.com/clarity.", [("bare_link", 8)]),
    ("See example.com/clarity.", [("bare_link", 8)]),
    ("[pick a time](https://example.com/clarity.)", [("stop_in_address", 8)]),
    ("[pick a time](example.com)", [("dead_link", 8)]),
    ("[pick a time] (https://example.com/clarity)", [("bare_link", 8)]),
    ("See www.example.com", [("bare_link", 8)]),
    ("EXAMPLE.COMSee you there", [("glued_link", 8)]),
    ("Go to example.comSee you there", [("glued_link", 8)]),
    ("See example.com and more", [("bare_link", 8)]),
    ("[pick a time](https://example.com/a b)", [("bare_link", 8), ("unmade_link", 8)]),
    ("[pick a time]()", [("unmade_link", 8)]),
]
LAW_5_WARNED = [
    ("[example.com](https://example.com/clarity).", ("no_phrase", 8)),
    ("See [this page.](https://example.com/clarity)", ("stop_in_link", 8)),
    ("See example.team.", ("doubtful_link", 8)),
    ("See Example.Team", ("doubtful_link", 8)),
    ("Write to me tomorrow.Then we talk", ("doubtful_link", 8)),
    ("[pick a time](https://example.com/clarity)Then we talk", ("glued_words", 8)),
]


@pytest.mark.parametrize(("html", "stored", "found"), LAW_4)
def test_law_4_is_real_at_the_sandbox_and_caught_by_the_plan(
    html: str, stored: str, found: list[tuple[str, int]], sandbox: Any
) -> None:
    client = client_of(configured_connection(), budget="laws")
    steps = [{"type": "email", "delay": 0, "variants": [{"subject": "Hi", "body": html}]}]
    body = {"name": "Laws", "campaign_schedule": {"schedules": [WINDOW]}, "sequences": [{"steps": steps}]}
    made = client.campaigns.create(body)
    assert client.campaigns.get(made.remote_id).steps[0].variants[0].body == stored
    assert blockers(f"{HEAD}        html: {html!r}\n".replace("'", '"')) == found


@pytest.mark.parametrize(("html", "stored", "found"), LAW_4)
def test_law_4_is_real_and_caught_for_a_change_and_a_later_variant_too(
    html: str, stored: str, found: list[tuple[str, int]], sandbox: Any
) -> None:
    client = client_of(configured_connection(), budget="laws")
    made = client.campaigns.create({"name": "Laws", "campaign_schedule": {"schedules": [WINDOW]}})
    bodies = [{"subject": "Hi", "body": "<div>Fine.</div>"}, {"subject": "Hi", "body": html}]
    steps = [{"type": "email", "delay": 1, "variants": bodies[:1]}, {"type": "email", "delay": 0, "variants": bodies}]
    client.campaigns.patch(made.remote_id, {"sequences": [{"steps": steps}]})
    assert client.campaigns.get(made.remote_id).steps[1].variants[1].body == stored
    text = f"{HEAD}        body: Fine.\n      - variants:\n          - body: Fine.\n          - html: {html!r}\n"
    at = planned(text.replace("'", '"')).blockers
    assert [(one.code, one.line) for one in at] == [(code, 10) for code, _ in found]
    assert {one.path.removesuffix(".body[1]").removesuffix(".body[2]") for one in at} == {"steps[2].variants[B]"}


@pytest.mark.parametrize(("html", "stored", "found"), LAW_4_WARNED)
def test_what_is_stored_otherwise_without_a_loss_is_a_warning_and_the_read_back_names_it(
    html: str, stored: str, found: tuple[str, int], sandbox: Any
) -> None:
    client = client_of(configured_connection(), budget="laws")
    steps = [{"type": "email", "delay": 0, "variants": [{"subject": "Hi", "body": html}]}]
    body = {"name": "Laws", "campaign_schedule": {"schedules": [WINDOW]}, "sequences": [{"steps": steps}]}
    made = client.campaigns.get(client.campaigns.create(body).remote_id)
    assert made.steps[0].variants[0].body == stored
    assert [one.path for one in differences(body, made)] != []
    warned = planned(f"{HEAD}        html: {html!r}\n".replace("'", '"')).findings
    assert [(one.code, one.line) for one in warned if one.level == Level.WARNING] == [found]


@pytest.mark.parametrize(("line", "found"), LAW_5_WARNED)
def test_a_link_that_may_not_do_what_is_meant_is_warned_of(line: str, found: tuple[str, int]) -> None:
    warned = planned(f"{HEAD}        body: |\n          {line}\n").findings
    assert [(one.code, one.line) for one in warned if one.level != Level.FINE] == [found]


@pytest.mark.parametrize("line", ["See https://example.com/clarity.", "[pick a time](https://example.com/clarity.)"])
def test_law_5_is_caught_in_a_subsequence_too(line: str) -> None:
    text = (
        "campaigns:\n  - name: Laws\n    subsequences:\n      - name: Later\n        when: {activity: [opened]}\n"
        f"        steps:\n          - subject: Again\n            body: |\n              {line}\n"
    )
    (one,) = plan_against(two(), parse(text.replace("Laws", "One"))).blockers
    assert (one.path, one.line) == ("subsequences[1].steps[1].variants[A].body[1]", 9)


@pytest.mark.parametrize(("line", "found"), LAW_5)
def test_law_5_is_caught_at_the_line_of_the_file(line: str, found: list[tuple[str, int]]) -> None:
    assert blockers(f"{HEAD}        body: |\n          {line}\n") == found


@pytest.mark.parametrize(
    ("line", "clicks"),
    [
        ("See https://example.com/clarity.", 0),
        ("See example.com/clarity.", 0),
        ("[pick a time](https://example.com/clarity.)", 0),
        ("See www.example.com.", 0),
        ("Now: example.com/clarity.", 0),
        ("[pick a time](https://example.com/clarity).", 1),
    ],
)
def test_law_5_is_real_at_the_sandbox_and_the_form_that_the_plan_accepts_is_clicked(
    line: str, clicks: int, control: SandboxControl, sandbox: Any
) -> None:
    client = client_of(configured_connection(), budget="laws")
    steps = [{"type": "email", "delay": 0, "variants": [{"subject": "Hi", "body": to_html(line)}]}]
    body = {
        "name": "Laws",
        "campaign_schedule": {"schedules": [WINDOW]},
        "sequences": [{"steps": steps}],
        "link_tracking": True,
    }
    made = client.campaigns.create(body)
    client.leads.add(made.remote_id, [{"email": "ana@alder.example.com"}])
    control.event("click", made.remote_id, "ana@alder.example.com")
    assert [row.click_count for row in client.campaigns.analytics([made.remote_id])] == [clicks]
    assert (blockers(f"{HEAD}        body: |\n          {line}\n") == []) == bool(clicks)


def test_plain_paragraphs_need_no_fix() -> None:
    text = (
        f"{HEAD}        body: |\n          Hi {{{{firstName}}}},\n\n          [pick a time](https://example.com/x).\n"
    )
    assert [one.facts for one in planned(text).findings if one.level != "fine"] == []


def test_a_finding_names_the_line_of_a_variant_and_of_a_subject() -> None:
    text = HEAD.replace("      - subject: Hi\n", "") + (
        "      - variants:\n"
        "          - subject: Hi {firstName}\n"
        "            body: |\n\n              Fine.\n\n              See www.example.com\n"
    )
    found = [(one.code, one.path, one.line) for one in planned(text).blockers]
    assert found == [
        ("single_braces", "steps[1].variants[A].subject", 7),
        ("bare_link", "steps[1].variants[A].body[3]", 12),
    ]


@pytest.mark.parametrize(
    ("zone", "hours", "code", "stored"),
    [
        ("America/New_York", "09:00-17:00", "zone_mapped", ("America/Detroit", "09:00-17:00")),
        ("America/Los_Angeles", "09:00-17:00", "zone_mapped", ("America/Anchorage", "08:00-16:00")),
        ("America/Detroit", "09:00-17:00", None, ("America/Detroit", "09:00-17:00")),
        ("America/Los_Angeles", "00:30-17:00", "zone", (None, None)),
        ("Mars/Base", "09:00-17:00", "zone", (None, None)),
    ],
)
def test_a_zone_is_mapped_or_refused_with_the_reason(
    zone: str, hours: str, code: str | None, stored: tuple[str | None, str | None]
) -> None:
    text = HEAD.replace("America/New_York", zone).replace("09:00-17:00", hours) + "        body: Fine.\n"
    made = planned(text)
    assert [one.code for one in made.findings if one.code.startswith("zone")] == ([code] if code else [])
    wanted = made.campaigns[0].wanted
    at = ("schedule", "windows", 0)
    assert (wanted.get((*at, "zone")), wanted.get((*at, "hours"))) == stored


def test_an_unknown_tag_blocks_and_an_unknown_address_warns() -> None:
    senders = "senders: {addresses: [exec@peers.example.com, x@peers.example.com], tags: [voices, Nobody]}"
    text = HEAD.replace("senders: [exec@peers.example.com]", senders) + "        body: Fine.\n"
    made = planned(text, frozenset({"exec@peers.example.com"}))
    found = [(one.level.value, one.code, one.excerpt, one.line) for one in made.findings if one.level != "fine"]
    assert found == [
        ("blocker", "unknown_tag", "Nobody", 4),
        ("warning", "unknown_sender", "x@peers.example.com", 4),
    ]
    assert made.campaigns[0].wanted["senders", "tags"] == ("Nobody", "t1")


def test_a_new_campaign_without_a_schedule_is_refused(control: SandboxControl) -> None:
    assert blockers("campaigns:\n  - name: x\n    caps: {daily: 1}\n") == [("no_schedule", 2)]


@pytest.mark.parametrize(
    ("schedule", "found"),
    [
        ("hours: 17:00-09:00, days: weekdays", ("hours", "blocker")),
        ("hours: 09:00-09:00, days: weekdays", ("hours", "blocker")),
        ("hours: 09:00-17:00, days: []", ("days", "blocker")),
        ("hours: 09:00-17:00, days: [mon, mon]", ("repeated_day", "warning")),
        ("hours: 09:00-17:00, days: weekdays, start: 2027-02-01, end: 2027-01-01", ("dates", "blocker")),
        ("hours: 09:00-17:00, days: weekdays, start: 2020-12-10, end: 2021-12-01", ("schedule_over", "blocker")),
    ],
)
def test_a_schedule_that_the_go_live_refuses_is_refused_at_its_line(schedule: str, found: tuple[str, str]) -> None:
    text = HEAD.replace("America/New_York, hours: 09:00-17:00, days: weekdays", f"America/Detroit, {schedule}")
    made = planned(text + "        body: Fine.\n").findings
    assert [(one.code, one.level.value, one.line) for one in made if one.level != "fine"] == [(*found, 3)]


@pytest.mark.parametrize(
    ("zone", "hour", "is_over"),
    [
        ("America/New_York", 4, False),
        ("America/New_York", 6, True),
        ("Pacific/Auckland", 12, True),
        ("Mars/Base", 1, True),
    ],
)
def test_the_last_day_is_over_when_it_is_over_in_the_zone_of_the_campaign(zone: str, hour: int, is_over: bool) -> None:
    text = HEAD.replace("America/New_York, ", f"{zone}, end: {'2026-11-24' if hour == 12 else '2026-11-23'}, ")
    made = plan_against(
        Reality((), now=datetime(2026, 11, 24, hour, tzinfo=UTC)), parse(text + "        body: Fine.\n")
    )
    assert ("schedule_over" in [one.code for one in made.blockers]) == is_over


def test_a_last_day_alone_is_judged_in_the_zone_that_instantly_has() -> None:
    there = {"id": "c1", "name": "Laws", "campaign_schedule": {"schedules": [WINDOW]}}
    text = "campaigns:\n  - name: Laws\n    schedule: {end: 2026-11-23}\n"
    for hour, found in ((4, []), (6, ["schedule_over"])):
        now = datetime(2026, 11, 24, hour, tzinfo=UTC)
        reality = Reality((RemoteCampaign.model_validate(there),), now=now)
        assert [one.code for one in plan_against(reality, parse(text)).blockers] == found


def test_a_last_day_before_the_first_day_that_instantly_has_is_refused() -> None:
    there = {"id": "c1", "name": "Laws", "campaign_schedule": {"start_date": "2027-03-01", "schedules": [WINDOW]}}
    reality = Reality((RemoteCampaign.model_validate(there),), now=NOW)
    text = "campaigns:\n  - name: Laws\n    schedule:\n      end: 2027-01-01\n"
    assert [(one.code, one.line) for one in plan_against(reality, parse(text)).blockers] == [("dates", 4)]


def test_a_cap_of_zero_and_a_sender_that_cannot_send_are_warned_of() -> None:
    text = HEAD.replace("America/New_York", "America/Detroit").replace("    steps", "    caps: {daily: 0}\n    steps")
    address = frozenset({"exec@peers.example.com"})
    reality = Reality((), mailboxes=address, disconnected=address, now=NOW)
    made = plan_against(reality, parse(text + "        body: Fine.\n")).findings
    assert [(one.code, one.level.value, one.line) for one in made if one.level != "fine"] == [
        ("sender_not_ready", "warning", 4),
        ("no_cap", "warning", 5),
    ]


def two(*extra: RemoteSubsequence) -> Reality:
    both = [{"id": ID_1, "name": "One"}, {"id": ID_2, "name": "Two"}]
    campaigns = tuple(RemoteCampaign.model_validate(one) for one in both)
    return Reality(campaigns, subsequences=extra, known_subsequences=((ID_1, "Later"),), now=NOW)


ID_1, ID_2 = "01990000-0585-7ce9-93b0-f6253d286871", "01990000-0585-7ce9-93b0-f6253d286872"


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([f"name: TWO\n    id: {ID_1}"], [("name_taken", 2)]),
        ([f"name: ONE\n    id: {ID_1}"], []),
        ([f"name: Three\n    id: {ID_1}"], []),
        ([f"name: Three\n    id: {ID_1}", "name: One"], [("same_campaign", 4)]),
        (["name: One", f"name: Three\n    id: {ID_1}"], [("same_campaign", 4)]),
    ],
)
def test_two_campaigns_of_one_name_and_one_campaign_written_twice_are_refused(
    entries: list[str], found: list[tuple[str, int]]
) -> None:
    text = "campaigns:\n" + "".join(f"  - {one}\n" for one in entries)
    assert [(one.code, one.line) for one in plan_against(two(), parse(text)).blockers] == found


def test_subsequences_that_are_not_named_are_kept_and_an_empty_list_is_refused() -> None:
    made = plan_against(two(), parse("campaigns:\n  - name: One\n"))
    assert made.campaigns[0].kept == ({"path": "subsequences", "value": "Later"},)
    text = "campaigns:\n  - name: One\n    subsequences: []\n"
    there = RemoteSubsequence.model_validate({"id": "s1", "parent_campaign": ID_1, "name": "Later"})
    (blocker,) = plan_against(two(there), parse(text)).blockers
    assert (blocker.code, blocker.line, blocker.title) == ("subsequences_stay", 3, "It has the subsequence Later")
    assert plan_against(two(), parse(text)).blockers == ()
