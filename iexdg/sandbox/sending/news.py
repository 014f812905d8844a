"""What sending announces to webhooks, with the payload of each kind of event."""

from typing import Any

from iexdg.sandbox.sending.variants import variant_of
from iexdg.sandbox.sending.words import words_of
from iexdg.sandbox.webhooks.announcing import announce, subscribers
from iexdg.sandbox.world.inbox import RECEIVED, Mail
from iexdg.sandbox.world.records import Account, Campaign, Event, Lead
from iexdg.sandbox.world.world import World

_KINDS = {
    "sent": "email_sent",
    "open": "email_opened",
    "click": "email_link_clicked",
    "reply": "reply_received",
    "auto_reply": "auto_reply_received",
    "bounce": "email_bounced",
    "unsubscribe": "lead_unsubscribed",
}
# Source: OpenAPI, schema Webhook, event_type. Assumed: -3 (lost) is announced to all_events alone.
_INTERESTS = {
    None: "lead_neutral",
    0: "lead_out_of_office",
    1: "lead_interested",
    2: "lead_meeting_booked",
    3: "lead_meeting_completed",
    4: "lead_closed",
    -1: "lead_not_interested",
    -2: "lead_wrong_person",
    -3: "lead_lost",
    -4: "lead_no_show",
}
_SNIPPET = 100
_CAMEL = {
    "first_name": "firstName",
    "last_name": "lastName",
    "company_name": "companyName",
    "job_title": "jobTitle",
    "website": "website",
    "phone": "phone",
    "personalization": "personalization",
}


def announce_event(world: World, campaign: Campaign, lead: Lead, event: Event, mail: Mail | None) -> None:
    """Announce what happened to one lead. Shapes: mail - what it sent or brought.

    Source: instantly-facts.md §4: step and variant count from 1 here.
    """
    kind = _KINDS.get(event["kind"], "")
    webhooks = subscribers(world, kind, campaign["id"]) if kind else []
    if not webhooks:
        return
    facts = _about(campaign, lead) | {
        "email_account": event["sender"],
        "step": event["step"] + 1,
        "variant": variant_of(event) + 1,
        "is_first": event["first"],
    }
    announce(world, webhooks, kind, event["at"], facts | _mail_facts(world, mail) | _lead_facts(lead))


def announce_interest(world: World, lead: Lead, value: int | None, at: float, *, label: str = "") -> None:
    """Announce that a lead's interest status changed. Shapes: label - of a custom label, whose name is the event.

    Source: instantly-facts.md §4: a custom label arrives under its own name.
    """
    campaign = world.campaigns.get(lead["campaign"] or "")
    kind = label or _INTERESTS.get(value, "")
    webhooks = subscribers(world, kind, lead["campaign"], interest=value) if kind else []
    if webhooks:
        announce(world, webhooks, kind, at, _about(campaign, lead) | _lead_facts(lead))


def announce_campaign_completed(world: World, campaign: Campaign, at: float) -> None:
    """Announce that a campaign has no lead left to write to."""
    facts = {"campaign_id": campaign["id"], "campaign_name": campaign["fields"]["name"]}
    announce(world, subscribers(world, "campaign_completed", campaign["id"]), "campaign_completed", at, facts)


def announce_account_error(world: World, account: Account, at: float) -> None:
    """Announce that a sending account failed, for each campaign that it sends for (assumed), or once for none."""
    campaigns: list[Campaign | None] = [
        one for one in world.campaigns.values() if account["email"] in one["fields"]["email_list"]
    ]
    for campaign in campaigns or [None]:
        facts = _named(campaign) | {
            "email_account": account["email"],
            "error_message": (account.get("status_message") or {}).get("response", ""),
        }
        found = subscribers(world, "account_error", campaign["id"] if campaign else None)
        announce(world, found, "account_error", at, facts)


def _named(campaign: Campaign | None) -> dict[str, Any]:
    return {
        "campaign_id": campaign["id"] if campaign else None,
        "campaign_name": campaign["fields"]["name"] if campaign else None,
    }


def _about(campaign: Campaign | None, lead: Lead) -> dict[str, Any]:
    return _named(campaign) | {"lead_email": lead["email"]}


def _lead_facts(lead: Lead) -> dict[str, Any]:
    person = {_CAMEL[name]: value for name, value in lead["person"].items() if name in _CAMEL}
    return {"email": lead["email"]} | person | lead["variables"]


def _mail_facts(world: World, mail: Mail | None) -> dict[str, Any]:
    if mail is None:
        return {}
    subject, html, text = words_of(world, mail)
    if mail["type"] != RECEIVED:
        return {"email_id": mail["id"], "email_subject": subject, "email_text": text, "email_html": html}
    return {
        "email_id": mail["id"],
        "unibox_url": f"https://app.instantly.ai/app/unibox?thread_search=thread:{mail['thread']}",
        "reply_text_snippet": " ".join(text.split())[:_SNIPPET],
        "reply_subject": subject,
        "reply_text": text,
        "reply_html": html,
    }
