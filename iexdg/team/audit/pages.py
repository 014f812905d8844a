"""The audit list as its template reads it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from iexdg.team.audit.models import AuditEvent, Via
from iexdg.team.audit.queries import Filters
from iexdg.team.current import workspace_here
from iexdg.team.models import Member
from iexdg.team.queries import members, with_own_roles
from iexdg.ui.addresses import page_url
from iexdg.ui.facts import fact_words, flat, label_words, moment_in
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
    """One fact before and after, in words; `before_at` and `after_at` instead where it is a time."""

    what: str
    before: str
    after: str
    before_at: datetime | None = None
    after_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One event as a sentence. `url` leads to the thing it happened to, where that has a page.

    `lead` names the person who did it, "Olive Operator, on the command line: "; it is empty for what was recorded
    automatically. The changes and the tag are folded.
    """

    at: datetime
    who: str
    via: str
    action: str
    summary: str
    lead: str
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
    names = {member.pk: member.name for member in _people()} if filters.member is not None else {}
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
        "people": menu_of([(member.pk, member.name) for member in _people()], filters.member),
    }


def _people() -> list[Member]:
    """The members who have a role in the current workspace, also those who have left."""
    found, here = with_own_roles(members()), workspace_here()
    return [member for member in found if here is None or member.role_in(here)]


def lines_of(found: Iterable[AuditEvent]) -> list[Line]:
    """Shape events for the list."""
    return [
        Line(
            at=event.at,
            who=event.actor_name,
            via=event.get_via_display(),
            action=event.action,
            summary=event.summary.rstrip(". "),
            lead=_lead(event),
            note=event.note,
            url=_url_of(event),
            changes=changes_of(event),
        )
        for event in found
    ]


def _lead(event: AuditEvent) -> str:
    if event.via == Via.SYSTEM:
        return ""
    way = ", on the command line" if event.via == Via.CLI else ""
    return f"{event.actor_name}{way}: "


def changes_of(event: AuditEvent) -> list[Change]:
    """Return the facts that differ, in words; a fact that was not there before has no before."""
    before, after = dict(flat(event.before)), dict(flat(event.after))
    names = [*before, *(name for name in after if name not in before)]
    every = [_change(name, before.get(name), after.get(name)) for name in names if name not in _INTERNAL]
    return [change for change in every if (change.before, change.before_at) != (change.after, change.after_at)]


def _change(name: str, before: object, after: object) -> Change:
    was, is_now = moment_in(before), moment_in(after)
    return Change(
        what=label_words(name),
        before="" if was else fact_words(name, before, nothing=""),
        after="" if is_now else fact_words(name, after, nothing=""),
        before_at=was,
        after_at=is_now,
    )


def _cell(words: str, at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else words or "–"


def csv_rows(found: Iterable[AuditEvent]) -> Iterator[list[str]]:
    """Yield the header, then each event as cells."""
    yield CSV_HEADER
    for event in found:
        changes = "; ".join(
            f"{c.what}: {_cell(c.before, c.before_at)} → {_cell(c.after, c.after_at)}" for c in changes_of(event)
        )
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


# Ids of our own rows and digests say nothing to a reader.
_INTERNAL = frozenset({"request", "trip", "approval", "import", "fingerprint", "requester", "cause"})
# Subjects that have a page of their own, by the names under which apps offer these.
_WITH_A_PAGE = frozenset({"campaign", "import", "incident"})
CSV_HEADER = ["at", "who", "through", "action", "subject", "summary", "changes", "note"]


def _url_of(event: AuditEvent) -> str:
    kind, _, text = event.subject.partition(":")
    number = number_in(text)
    if kind in _WITH_A_PAGE and number is not None:
        return page_url(kind, number)
    return page_url("campaign", event.campaign_ref) if event.campaign_ref else ""
