"""What the fields of a campaign do to its sending: variants, companies, providers, links."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

HOUR, DAY = 3600.0, 86_400.0
DOMAINS = [f"{name}.example.com" for name in ("alder", "birch", "cedar", "dogwood", "elm", "fir", "larch", "pine")]


def variants(*bodies: str, off: tuple[int, ...] = ()) -> Any:
    written = [{"subject": f"V{place}", "body": f"<div>{body}</div>"} for place, body in enumerate(bodies)]
    for place in off:
        written[place]["v_disabled"] = True  # type: ignore[assignment]
    return {"type": "email", "delay": 1, "variants": written}


def running(vendor: Any, emails: list[str], *steps: Any, **fields: Any) -> str:
    chosen = {"sequences": [{"steps": list(steps)}]} if steps else {}
    campaign = str(vendor.campaign(**chosen, **fields))
    vendor.add(campaign, *emails)
    vendor.post(f"/campaigns/{campaign}/activate", {})
    return campaign


def people(count: int, prefix: str = "person", domain: str = "alder.example.com") -> list[str]:
    return [f"{prefix}{number}@{domain}" for number in range(count)]


def sent(vendor: Any, campaign: str) -> list[Any]:
    return [event for event in vendor.app.world.events.get(campaign, ()) if event["kind"] == "sent"]


def word(vendor: Any, campaign: str) -> str:
    return str(vendor.get(f"/campaigns/{campaign}/sending-status")["summary"]["status"])


def test_variants_take_turns_and_are_counted_apart(vendor: Any) -> None:
    campaign = running(vendor, people(9), variants("a", "b", "c"))
    vendor.advance(DAY)
    found = vendor.get("/campaigns/analytics/steps", campaign_id=campaign)
    assert [(item["step"], item["variant"], item["sent"]) for item in found] == [("1", str(n), 3) for n in range(3)]


def test_a_disabled_variant_is_not_sent_and_a_step_without_any_is_passed_over(vendor: Any) -> None:
    steps = (variants("a", "b", off=(0,)), variants("c", off=(0,)), variants("d"))
    campaign = running(vendor, people(4), *steps)
    vendor.advance(7 * DAY)
    found = vendor.get("/campaigns/analytics/steps", campaign_id=campaign)
    assert [(item["step"], item["variant"], item["sent"]) for item in found] == [("1", "1", 4), ("3", "0", 4)]
    assert vendor.status(campaign) == 3


@pytest.mark.parametrize("sequences", [[], [{"steps": []}], [{"steps": [variants("a", off=(0,))]}]])
def test_a_campaign_without_anything_to_send_sends_nothing_and_is_not_healthy(vendor: Any, sequences: Any) -> None:
    campaign = running(vendor, people(3), sequences=sequences)
    assert word(vendor, campaign) == "waiting_for_leads"
    vendor.advance(DAY)
    assert sent(vendor, campaign) == []


@pytest.mark.parametrize(("trigger", "kind"), [("reply_rate", "reply"), ("open_rate", "open")])
def test_the_best_variant_is_chosen_after_the_trial(make_vendor: Callable[..., Any], trigger: str, kind: str) -> None:
    vendor = make_vendor(variant_trial=2)
    emails = ["person0@alder.example.com", "reply1@alder.example.com", *people(20, "late")]
    campaign = running(vendor, emails, variants("a", "b"), auto_variant_select={"trigger": trigger}, email_gap=60)
    vendor.advance(2 * DAY)
    counts = Counter(event["variant"] for event in sent(vendor, campaign))
    assert vendor.app.world.by_variant[campaign, 0, 1][kind] >= 1
    assert (counts[0] < counts[1], sum(counts.values())) == (True, 22)


def test_a_lead_says_which_variant_it_got_and_opened(vendor: Any) -> None:
    running(vendor, ["a@alder.example.com", "reply@alder.example.com"], variants("a", "b"))
    vendor.advance(DAY)
    lead = vendor.get(f"/leads/{vendor.app.world.leads_with_email('reply@alder.example.com')[0]['id']}")
    assert lead["status_summary"]["lastStep"]["stepID"] == "0_0_1"
    assert (lead["email_replied_step"], lead["email_replied_variant"], lead["email_opened_variant"]) == (0, 1, 1)


@pytest.mark.parametrize(("stop", "mails"), [(False, 5), (True, 4)])
def test_a_reply_stops_everyone_of_the_company_where_the_campaign_says_so(vendor: Any, stop: bool, mails: int) -> None:
    emails = ["reply@alder.example.com", "ana@alder.example.com", "ben@birch.example.com"]
    campaign = running(vendor, emails, variants("a"), variants("b"), stop_for_company=stop, stop_on_reply=True)
    vendor.advance(4 * DAY)
    assert len(sent(vendor, campaign)) == mails
    ana = vendor.get(f"/leads/{vendor.app.world.leads_with_email('ana@alder.example.com')[0]['id']}")
    assert (ana["status"], ana["status_summary"]["domain_complete"]) == (3, stop)


def test_a_company_is_written_to_no_more_often_a_day_than_its_limit(vendor: Any) -> None:
    limit = {"mode": "custom", "daily_limit": 2, "scope": "per_campaign"}
    emails = [*people(5), *people(1, domain="birch.example.com")]
    campaign = running(vendor, emails, limit_emails_per_company_override=limit)
    vendor.advance(5 * HOUR)
    assert (len(sent(vendor, campaign)), word(vendor, campaign)) == (3, "domain_limit_reached")
    limiter = vendor.get(f"/campaigns/{campaign}/sending-status")["diagnostics"]["domain_limiter"]
    assert limiter == {"active": True, "domains_at_limit": 1}
    vendor.advance(2 * DAY)
    assert (len(sent(vendor, campaign)), vendor.status(campaign)) == (6, 3)


@pytest.mark.parametrize(("scope", "mails"), [("per_campaign", 2), ("across_workspace", 1)])
def test_a_limit_across_the_workspace_counts_every_campaign(vendor: Any, scope: str, mails: int) -> None:
    limit = {"mode": "custom", "daily_limit": 1, "scope": scope}
    both = [
        running(vendor, people(2, prefix), name=prefix, limit_emails_per_company_override=limit)
        for prefix in ("one", "two")
    ]
    vendor.advance(5 * HOUR)
    assert sum(len(sent(vendor, campaign)) for campaign in both) == mails


def test_a_limit_that_is_disabled_is_none(vendor: Any) -> None:
    campaign = running(vendor, people(4), limit_emails_per_company_override={"mode": "disabled", "daily_limit": 1})
    vendor.advance(5 * HOUR)
    assert len(sent(vendor, campaign)) == 4


def rule(action: str, recipient: str, sender: str) -> Any:
    return {"action": action, "recipient_esp": [recipient], "sender_esp": [sender]}


def recipients(vendor: Any, campaign: str) -> set[int]:
    leads = [vendor.get(f"/leads/{event['lead']}") for event in sent(vendor, campaign)]
    return {lead["esp_code"] for lead in leads}


def everybody() -> list[str]:
    return [f"p{number}@{domain}" for domain in DOMAINS for number in range(2)]


@pytest.mark.parametrize(
    ("rules", "reached"),
    [
        ([], {1, 2, 999}),
        # The senders of the empty workspace are all at Google.
        ([rule("do_not_send", "google", "google")], {2, 999}),
        ([rule("do_not_send", "all", "google")], set()),
        ([rule("send", "outlook", "outlook")], {1, 999}),
        ([rule("send", "google", "google"), rule("send", "outlook", "all")], {1, 2, 999}),
    ],
)
def test_routing_rules_decide_which_provider_writes_to_which(vendor: Any, rules: Any, reached: set[int]) -> None:
    campaign = running(vendor, everybody(), provider_routing_rules=rules)
    vendor.advance(6 * HOUR)
    assert recipients(vendor, campaign) == reached
    routing = vendor.get(f"/campaigns/{campaign}/sending-status")["diagnostics"]
    if reached != {1, 2, 999}:
        assert word(vendor, campaign) == "waiting_for_esp_match"
        assert routing["esp_routing_status"] == {
            "enabled": True, "waiting_for_match": True, "connected_esps": [2],
        }  # fmt: skip


def test_matching_providers_prefers_the_sender_of_the_same_and_falls_back_to_any(vendor: Any) -> None:
    vendor.app.world.accounts["peer@peers.example.com"]["provider_code"] = 3
    campaign = running(vendor, everybody(), match_lead_esp=True)
    vendor.advance(7 * HOUR)
    by_provider: dict[int, set[str]] = {}
    for event in sent(vendor, campaign):
        by_provider.setdefault(vendor.get(f"/leads/{event['lead']}")["esp_code"], set()).add(event["sender"])
    assert by_provider[2] == {"peer@peers.example.com"}
    assert by_provider[1] <= {"exec@peers.example.com", "team@peers.example.com"}
    assert len(by_provider[999]) >= 1


@pytest.mark.parametrize(
    ("body", "fields", "opens", "clicks"),
    [
        ('<a href="https://example.com/a">a time</a>.', {}, 1, 1),
        ("see example.com today", {}, 1, 1),
        # Law 5: the link swallows the full stop, leads to a 404 and never counts.
        ("see example.com.", {}, 1, 0),
        ("no link", {}, 1, 0),
        ("see example.com today", {"link_tracking": False}, 1, 0),
        ("see example.com today", {"open_tracking": False}, 0, 1),
        ("see example.com today", {"text_only": True}, 0, 0),
        ("see example.com today", {"first_email_text_only": True}, 0, 0),
    ],
)
def test_only_what_is_tracked_and_leads_somewhere_is_counted(
    vendor: Any, body: str, fields: Any, opens: int, clicks: int
) -> None:
    wanted = {"open_tracking": True, "link_tracking": True, **fields}
    campaign = running(vendor, ["click.ana@alder.example.com"], variants(body), **wanted)
    vendor.advance(DAY)
    totals = vendor.totals(campaign)
    assert (totals["open_count"], totals["link_click_count"]) == (opens, clicks)


def test_a_schedule_that_begins_in_2099_sends_nothing_and_flips_nothing(vendor: Any) -> None:
    campaign = running(vendor, people(1))
    vendor.advance(DAY)
    assert vendor.status(campaign) == 3
    schedule = vendor.get(f"/campaigns/{campaign}")["campaign_schedule"] | {"start_date": "2099-01-01"}
    vendor.patch(f"/campaigns/{campaign}", {"campaign_schedule": schedule})
    vendor.add(campaign, "late@alder.example.com")
    assert vendor.status(campaign) == 3
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(30 * DAY)
    assert (vendor.status(campaign), word(vendor, campaign), len(sent(vendor, campaign))) == (1, "out_of_schedule", 1)


def test_an_e_mail_that_was_sent_shows_the_link_that_the_vendor_made_of_it(vendor: Any) -> None:
    campaign = running(vendor, ["ana@alder.example.com"], variants("see example.com."))
    vendor.advance(HOUR)
    (mail,) = vendor.get("/emails", campaign_id=campaign)["items"]
    assert mail["body"]["html"] == '<div>see <a href="http://example.com.">example.com.</a></div>'
    stored = vendor.get(f"/campaigns/{campaign}")["sequences"][0]["steps"][0]["variants"][0]["body"]
    assert stored == "<div>see example.com.</div>"


def test_the_second_variant_is_what_inbox_and_thread_show(vendor: Any) -> None:
    campaign = running(vendor, ["a@alder.example.com", "reply@alder.example.com"], variants("first", "second"))
    vendor.advance(DAY)
    items = vendor.get("/emails", campaign_id=campaign, lead="reply@alder.example.com")["items"]
    assert [mail["subject"] for mail in items] == ["Re: V1", "V1"]


def test_new_leads_wait_for_tomorrow_in_whatever_order_they_and_the_follow_ups_stand(vendor: Any) -> None:
    campaign = vendor.campaign(steps=2, daily_max_leads=1)
    vendor.add(campaign, "ana@alder.example.com", "ben@birch.example.com")
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(600)
    first, second = vendor.app.world.campaign_leads(campaign)
    assert (first["step"], second["step"]) == (1, 0)
    for _ in range(2):
        status = vendor.get(f"/campaigns/{campaign}/sending-status")
        assert status["summary"]["status"] == "new_lead_limit_met"
        for name in ("step", "next_due"):
            first[name], second[name] = second[name], first[name]
