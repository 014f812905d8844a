"""Who may write to whom: the senders of a campaign, providers that must match, limits for one company."""

from typing import Any

from iexdg.sandbox.world.grouping import ACCOUNT
from iexdg.sandbox.world.ids import share_of
from iexdg.sandbox.world.records import Account, Campaign, Lead
from iexdg.sandbox.world.world import World

# Source: OpenAPI, schema Lead, property esp_code: 1 Google, 2 Microsoft, 999 other.
_ESP_CODES = (1, 1, 2, 2, 999)
# The words of provider_routing_rules for the numbers of leads and of accounts.
_PROVIDERS = {1: "google", 2: "outlook"}
_SENDER_PROVIDERS = {2: "google", 3: "outlook"}


def senders_of(world: World, campaign: Campaign) -> list[Account]:
    """Return the accounts that a campaign sends from: those it names, and those that have one of its tags."""
    named = [world.accounts[email] for email in campaign["fields"]["email_list"] if email in world.accounts]
    tags = set(campaign["fields"]["email_tag_list"])
    if not tags:
        return named
    tagged = {one["resource"] for one in world.taggings.values() if one["kind"] == ACCOUNT and one["tag"] in tags}
    return [*named, *(one for email, one in world.accounts.items() if email in tagged and one not in named)]


def company_of(lead: Lead) -> str:
    """Return the domain of a lead's address."""
    return (lead["email"] or "").rpartition("@")[2]


def esp_code(seed: int, lead: Lead) -> int:
    """Return whose mail servers the lead's company uses in the world of a seed."""
    return _ESP_CODES[int(share_of(seed, company_of(lead)) * len(_ESP_CODES))]


def is_restricted(campaign: Campaign) -> bool:
    """Say whether a campaign may not write to everyone from everywhere."""
    fields = campaign["fields"]
    return bool(fields["provider_routing_rules"] or fields["match_lead_esp"] or company_limit(campaign))


def allowed_senders(world: World, campaign: Campaign, lead: Lead, senders: list[Account]) -> list[Account]:
    """Return those of the senders that the campaign lets write to a lead.

    Assumed: a pair that a do_not_send rule names is refused; a recipient that send rules name takes only their
        senders; match_lead_esp gives way where no sender matches.
    """
    rules, recipient = campaign["fields"]["provider_routing_rules"], _PROVIDERS.get(esp_code(world.seed, lead), "other")
    allowed = [sender for sender in senders if _is_allowed(rules, recipient, provider_of(sender))]
    if campaign["fields"]["match_lead_esp"]:
        return [sender for sender in allowed if provider_of(sender) == recipient] or allowed
    return allowed


def provider_of(sender: Account) -> str:
    """Return whose mail servers an account uses, in the words of the routing rules."""
    return _SENDER_PROVIDERS.get(sender["provider_code"], "other")


def _is_allowed(rules: list[dict[str, Any]], recipient: str, sender: str) -> bool:
    naming = [rule for rule in rules if _names(rule["recipient_esp"], recipient)]
    if any(rule["action"] == "do_not_send" and _names(rule["sender_esp"], sender) for rule in naming):
        return False
    sending = [rule for rule in naming if rule["action"] == "send"]
    return not sending or any(_names(rule["sender_esp"], sender) for rule in sending)


def _names(providers: list[str], provider: str) -> bool:
    return "all" in providers or provider in providers


def company_counters(world: World, campaign: Campaign, lead: Lead) -> list[str]:
    """Return the counters of the day that a mail to a lead adds to, beside those of campaign and sender."""
    counters = [_company_counter(campaign, lead)] if company_limit(campaign) else []
    wide = any(_is_wide(other) for other in world.campaigns.values())
    return [*counters, f"@{company_of(lead)}"] if wide and f"@{company_of(lead)}" not in counters else counters


def company_has_room(world: World, campaign: Campaign, lead: Lead, day: str) -> bool:
    """Say whether the company of a lead may be written to once more on a day.

    Source: OpenAPI, schema Campaign, limit_emails_per_company_override. Assumed: the workspace has no limit of its own.
    """
    limit = company_limit(campaign)
    return limit is None or world.used_today.get(f"{_company_counter(campaign, lead)}|{day}", 0) < limit


def company_limit(campaign: Campaign) -> float | None:
    """Return how many mails a day one company gets, None without a limit."""
    wanted = campaign["fields"]["limit_emails_per_company_override"]
    return wanted.get("daily_limit") if wanted and wanted["mode"] == "custom" else None


def _is_wide(campaign: Campaign) -> bool:
    wanted = campaign["fields"]["limit_emails_per_company_override"]
    return company_limit(campaign) is not None and wanted.get("scope") == "across_workspace"


def _company_counter(campaign: Campaign, lead: Lead) -> str:
    return f"@{company_of(lead)}" if _is_wide(campaign) else f"{campaign['id']}@{company_of(lead)}"
