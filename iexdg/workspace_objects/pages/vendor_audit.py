"""Instantly's audit log as its template reads it, and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.ui.addresses import page_url
from iexdg.ui.filters import Chip, Choice, chips_for, menu_of, query_of
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import Kept, kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspace_objects.uses import Taggable, taggable
from iexdg.workspace_objects.vendor_audit import MOST_ENTRIES, activity_words
from iexdg.workspaces.models import Workspace

VIAS = {"app": "in Instantly's app", "api": "through an API key"}
CSV_HEADER = ("at", "activity_code", "activity", "who", "through", "api_key_id", "campaign", "campaign_id", "affected")


@dataclass(frozen=True)
class Filters:
    """What is shown; an empty field shows all. Shapes: activity - a code, or "none" where none was named."""

    words: str = ""
    activity: str = ""
    via: str = ""

    @property
    def named(self) -> dict[str, object]:
        """The filters by the names that they have in an address."""
        return {"q": self.words, "activity": self.activity, "via": self.via}


@dataclass(frozen=True)
class EntryLine:
    """One entry. Shapes: campaign - its name, or a phrase where it is not known here; affected - None unknown."""

    at: datetime | None
    code: int | None
    activity: str
    who: str
    via: str
    key: str
    campaign: str
    campaign_id: str
    campaign_url: str
    affected: int | None


@dataclass(frozen=True)
class VendorAuditPage:
    """What the page shows."""

    lines: Sequence[EntryLine]
    read: Kept
    filters: Filters
    query: str
    chips: Sequence[Chip]
    activities: Sequence[Choice]
    vias: Sequence[Choice]
    most: int = MOST_ENTRIES


def filters_of(query: QueryDict) -> Filters:
    """Read filters from an address; what makes no sense is ignored."""
    activity, via = query.get("activity", ""), query.get("via", "")
    is_code = activity == "none" or (activity.isascii() and activity.isdigit() and len(activity) <= 9)
    return Filters(
        words=query.get("q", "").strip()[:100],
        activity=activity if is_code else "",
        via=via if via in VIAS else "",
    )


def vendor_audit_page(workspace: Workspace, query: QueryDict) -> VendorAuditPage:
    """Build the page, at a fixed number of queries."""
    (read,) = kept(workspace, ObjectKind.AUDIT)
    campaigns = {one.id: one for one in taggable(workspace, TaggedKind.CAMPAIGN)}
    filters = filters_of(query)
    lines = [_line(item, campaigns) for item in read.items]
    there = {_code(line): line.activity for line in sorted(lines, key=lambda line: line.activity)}
    labels = {
        "q": f"“{filters.words}”",
        "activity": there.get(filters.activity, f"activity {filters.activity}"),
        "via": VIAS.get(filters.via),
    }
    return VendorAuditPage(
        lines=[line for line in lines if _fits(line, filters)],
        read=read,
        filters=filters,
        query=query_of(filters.named),
        chips=chips_for(filters.named, labels),
        activities=menu_of(there.items(), filters.activity),
        vias=menu_of(VIAS.items(), filters.via),
    )


def _code(line: EntryLine) -> str:
    return "none" if line.code is None else str(line.code)


def _fits(line: EntryLine, filters: Filters) -> bool:
    if filters.activity and _code(line) != filters.activity:
        return False
    if filters.via and line.via != VIAS[filters.via]:
        return False
    text = f"{line.activity} {line.who} {line.campaign}".lower()
    return all(word in text for word in filters.words.lower().split())


def _line(item: Item, campaigns: dict[str, Taggable]) -> EntryLine:
    campaign = campaigns.get(str(item["campaign"]))
    via = {True: VIAS["api"], False: VIAS["app"]}.get(item["api"], "not reported")
    return EntryLine(
        at=parse_datetime(str(item["at"])),
        code=item["activity"],
        activity=activity_words(item["activity"]),
        who=str(item["who"]) or "nobody named",
        via=via,
        key=str(item["key"]),
        campaign=campaign.name if campaign else "one that is not known here" if item["campaign"] else "",
        campaign_id=str(item["campaign"]),
        campaign_url=page_url(campaign.page, campaign.pk) if campaign else "",
        affected=item["affected"],
    )


def entry_rows(lines: Sequence[EntryLine]) -> Iterator[list[object]]:
    """Yield the header, then each entry as cells."""
    yield list(CSV_HEADER)
    for line in lines:
        at = line.at.isoformat(timespec="seconds") if line.at else ""
        yield [
            at, line.code, line.activity, line.who, line.via, line.key, line.campaign, line.campaign_id, line.affected,
        ]  # fmt: skip
