"""The audit list as its template reads it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from iexdg.team.audit.models import AuditEvent, Via
from iexdg.team.audit.queries import Filters
from iexdg.team.queries import members
from iexdg.ui.addresses import page_url
from iexdg.ui.filters import Chip, Choice, chips_for, menu_of, number_in, query_of

ABOUT = {
    "campaign": "campaigns",
    "import": "imports",
    "lead": "leads",
    "incident": "incidents",
    "workspace": "workspace",
    "team": "team",
}


@dataclass(frozen=True)
class Change:
    """One fact before and after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One event. `url` leads to the thing it happened to, where that has a page."""

    at: datetime
    who: str
    via: str
    action: str
    summary: str
    note: str
    url: str
    changes: list[Change]


def filters_of(query: QueryDict) -> Filters:
    """Read filters from an address; what makes no sense is ignored."""
    about, via = query.get("about", ""), query.get("via", "")
    return Filters(
        words=query.get("q", "").strip()[:100],
        about=about if about in ABOUT else "",
        via=via if via in Via.values else "",
        member=number_in(query.get("member", "")),
        campaign=number_in(query.get("campaign", "")),
    )


def as_query(filters: Filters) -> str:
    """Return the filters as the end of an address, with "?" in front, or nothing."""
    return query_of(_named(filters))


def _named(filters: Filters) -> dict[str, object]:
    """The filters by the names that they have in an address."""
    return {
        "q": filters.words,
        "about": filters.about,
        "via": filters.via,
        "member": filters.member,
        "campaign": filters.campaign,
    }


def chips_of(filters: Filters) -> list[Chip]:
    """Return the filters that are on."""
    names = {member.pk: member.name for member in members()} if filters.member is not None else {}
    labels = {
        "q": f"“{filters.words}”",
        "about": f"about: {ABOUT.get(filters.about)}",
        "via": f"through: {dict(Via.choices).get(filters.via)}",
        "member": f"by: {names.get(filters.member or 0, 'an unknown member')}",
        "campaign": f"campaign no. {filters.campaign}",
    }
    return chips_for(_named(filters), labels)


def menus(filters: Filters) -> dict[str, list[Choice]]:
    """Return the entries of the three menus."""
    return {
        "abouts": menu_of(ABOUT.items(), filters.about),
        "vias": menu_of(Via.choices, filters.via),
        "people": menu_of([(member.pk, member.name) for member in members()], filters.member),
    }


def lines_of(found: Iterable[AuditEvent]) -> list[Line]:
    """Shape events for the list."""
    return [
        Line(
            at=event.at,
            who=event.actor_name,
            via=event.get_via_display(),
            action=event.action,
            summary=event.summary,
            note=event.note,
            url=_url_of(event),
            changes=changes_of(event),
        )
        for event in found
    ]


def changes_of(event: AuditEvent) -> list[Change]:
    """Return the facts that differ, in words; a fact that was not there before has no before."""
    names = [*event.before, *(name for name in event.after if name not in event.before)]
    every = [Change(name.replace("_", " "), _words(event.before, name), _words(event.after, name)) for name in names]
    return [change for change in every if change.before != change.after]


def csv_rows(found: Iterable[AuditEvent]) -> Iterator[list[str]]:
    """Yield the header, then each event as cells."""
    yield CSV_HEADER
    for event in found:
        changes = "; ".join(f"{c.what}: {c.before or '–'} → {c.after or '–'}" for c in changes_of(event))
        yield [
            event.at.isoformat(timespec="seconds"),
            event.actor_name,
            event.get_via_display(),
            event.action,
            event.subject,
            event.summary,
            changes,
            event.note,
        ]


# Subjects that have a page of their own, by the names under which apps offer these.
_WITH_A_PAGE = frozenset({"campaign", "import", "incident"})
CSV_HEADER = ["at", "who", "through", "action", "subject", "summary", "changes", "note"]


def _words(facts: dict[str, object], name: str) -> str:
    value = facts.get(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _url_of(event: AuditEvent) -> str:
    kind, _, text = event.subject.partition(":")
    number = number_in(text)
    if kind in _WITH_A_PAGE and number is not None:
        return page_url(kind, number)
    return page_url("campaign", event.campaign_ref) if event.campaign_ref else ""
