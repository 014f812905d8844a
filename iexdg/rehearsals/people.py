"""Who is rehearsed: the people of a file, as an import would take them, or those a campaign has not e-mailed yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.importing.people import people_of_file
from leads.models import Lead, LeadStatus

MOST_PEOPLE = 5000
# Why people are not rehearsed, beside the reasons of an import.
STARTED, NOT_ACTIVE = "started", "not_active"
LABELS = {
    STARTED: "has e-mails of this campaign already",
    NOT_ACTIVE: "is not active in this campaign",
}


@dataclass(frozen=True)
class Person:
    """One person. Shapes: values - merge tag -> what it is filled with; lead - as POST /leads/add takes it."""

    email: str
    values: dict[str, str]
    lead: dict[str, Any]


@dataclass
class People:
    """Who is rehearsed, who is not, and what of the list was cut. Shapes: to_verify - would be verified first."""

    people: list[Person] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    cut: int = 0
    to_verify: int = 0


def of_file(
    path: Path, *, workspace: Workspace, campaign: Campaign | None, pairs: Sequence[str] = (), most: int = MOST_PEOPLE
) -> People:
    """Read a file by the rules of an import. Raises: LeadsError - as `people_of_file`; OSError - it cannot be read."""
    found = people_of_file(path, workspace=workspace, campaign=campaign, pairs=pairs, most=most)
    people = [Person(one.email, one.merge_values, _lead(one.email, one.fields, one.variables)) for one in found.people]
    return People(people, found.skipped, found.unread, found.to_verify)


def of_campaign(campaign: Campaign, *, most: int = MOST_PEOPLE) -> People:
    """The people whom a campaign has and has not e-mailed yet, as last read; whoever is in between is left out."""
    listed = Lead.objects.filter(campaign=campaign, vanished_at__isnull=True)
    active = listed.filter(status=LeadStatus.ACTIVE)
    fresh = active.filter(last_contact_at__isnull=True)
    number = fresh.count()
    skipped = Counter({STARTED: active.count() - number, NOT_ACTIVE: listed.exclude(status=LeadStatus.ACTIVE).count()})
    return People([_of_lead(one) for one in fresh.order_by("pk")[:most]], +skipped, max(number - most, 0))


def _of_lead(one: Lead) -> Person:
    own = {
        "firstName": one.first_name, "lastName": one.last_name, "companyName": one.company_name,
        "jobTitle": one.job_title,
    }  # fmt: skip
    others = {name: str(value) for name, value in one.variables.items() if value is not None}
    domain = one.email.rpartition("@")[2]
    values = {**others, **own, "email": one.email, "companyDomain": one.company_domain or domain}
    fields = {
        "first_name": one.first_name, "last_name": one.last_name, "company_name": one.company_name,
        "job_title": one.job_title,
    }  # fmt: skip
    return Person(one.email, values, _lead(one.email, fields, {}))


def _lead(email: str, fields: dict[str, str], variables: dict[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = {name: value for name, value in fields.items() if value}
    return {"email": email, **filled, **({"custom_variables": variables} if variables else {})}
