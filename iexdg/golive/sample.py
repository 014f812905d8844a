"""A real lead of a campaign, so that its copy is shown as a person will get it."""

from campaigns.copy.preview import SAMPLE_LEAD
from campaigns.models import Campaign
from iexdg.golive.audience import held_rows
from leads.models import Lead, Row

# The newest leads of a campaign, among which one with a name is looked for.
_LOOKED_AT = 5


def sample_of(campaign: Campaign) -> tuple[str, dict[str, str]]:
    """(display name, merge variables): of a lead at Instantly, else of a held row, else of an invented lead."""
    lead = _lead_of(campaign)
    if lead is not None:
        return _named(lead, {name: str(value) for name, value in lead.variables.items() if value is not None})
    row = held_rows(campaign).order_by("pk").first()
    if row is not None:
        values = {"phone": row.phone, "website": row.website, "personalization": row.personalization}
        return _named(row, {**values, **{name: str(value) for name, value in row.custom_variables.items()}})
    return "an invented lead", dict(SAMPLE_LEAD)


def _lead_of(campaign: Campaign) -> Lead | None:
    """A lead with a name, which fills more of the copy, else any; usually one query."""
    leads = Lead.objects.filter(campaign=campaign, vanished_at__isnull=True).order_by("-pk")
    first = list(leads[:_LOOKED_AT])
    named = next((lead for lead in first if lead.first_name), None)
    if named is None and len(first) == _LOOKED_AT:
        named = leads.exclude(first_name="").first()
    return named or next(iter(first), None)


def _named(person: Lead | Row, others: dict[str, str]) -> tuple[str, dict[str, str]]:
    core = {
        "firstName": person.first_name,
        "lastName": person.last_name,
        "companyName": person.company_name,
        "jobTitle": person.job_title,
        "email": person.email,
        "companyDomain": person.email.rpartition("@")[2],
    }
    return _display_name(person), {name: text for name, text in {**others, **core}.items() if text}


def _display_name(person: Lead | Row) -> str:
    who = person.first_name or "someone without a first name"
    return f"{who} at {person.company_name}" if person.company_name else who
