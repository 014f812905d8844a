"""When a draft would send, from where and how much: its schedule with the next two weeks, senders, caps, switches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.utils import timezone

from campaigns.sending.windows import Window, city, clock_changes, next_windows
from iexdg.blueprints.drafts.content import windows_of
from iexdg.blueprints.errors import Problem
from iexdg.blueprints.facts import FLAGS
from iexdg.blueprints.pages.frame import Frame
from iexdg.blueprints.review import Finding
from iexdg.blueprints.schema import DAYS
from iexdg.blueprints.vendor_body import schedule_of
from iexdg.clients.instantly.timezones import VENDOR_ZONES
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import Sender
from iexdg.mailboxes.served import by_mailbox, campaigns_served
from iexdg.ui.filters import Choice
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectKind

FORTNIGHT = timedelta(days=14)
_MOST_WINDOWS = 200
_DAY_LABELS = dict(zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_SHORTHANDS = {"weekdays": list(DAYS[:5]), "every day": list(DAYS)}
_CAPS = (
    ("daily", "E-mails a day", "Of the whole campaign"),
    ("new_leads_daily", "New leads a day", "First e-mails among them"),
    ("gap_minutes", "Minutes between e-mails", "At least"),
    ("random_minutes", "Random minutes more", "At most, added by chance"),
)
_FLAG_WORDS = {
    "stop_on_reply": "Stop on reply",
    "stop_on_auto_reply": "Stop on automatic reply",
    "stop_for_company": "Stop for the whole company",
    "open_tracking": "Track opens",
    "link_tracking": "Track clicks",
    "text_only": "Text only",
    "first_email_text_only": "First e-mail text only",
    "insert_unsubscribe_header": "Unsubscribe header",
    "allow_risky_contacts": "Allow risky contacts",
    "disable_bounce_protect": "Disable bounce protection",
    "prioritize_new_leads": "New leads first",
    "match_lead_esp": "Match the lead's provider",
    "is_evergreen": "Evergreen",
}


@dataclass(frozen=True)
class WindowForm:
    """The fields of one window. Shapes: start - of the names of its fields; days - (value, label, is chosen)."""

    start: str
    place: int
    name: str
    zone: str
    opens: str
    closes: str
    days: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class PlannedWindow:
    """One coming window, in the campaign's zone and in the reader's; `note`: the clocks change on that day."""

    window: Window
    note: str = ""


@dataclass(frozen=True)
class SenderLine:
    """One mailbox that can be chosen. Units: sent, limit - e-mails a day."""

    sender: Sender
    is_chosen: bool
    sent: int | None
    read_at: datetime | None
    used_by: tuple[str, ...]
    sending: int

    @property
    def used_words(self) -> str:
        """The campaigns that use it, the first of them by name."""
        if not self.used_by:
            return "no campaign"
        more = len(self.used_by) - 1
        return f"{self.used_by[0]} and {plural(more, 'other')}" if more else self.used_by[0]


@dataclass(frozen=True)
class CapForm:
    """One cap."""

    name: str
    label: str
    help: str
    value: str


@dataclass(frozen=True)
class FlagForm:
    """One switch; left as it is, on or off."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class SendingPage:
    """What the tab shows. Shapes: meaning - what the caps come to, sentence by sentence; other - parts of the blueprint
    that this page has no fields for, which are kept.
    """

    frame: Frame
    windows: tuple[WindowForm, ...]
    start: str
    end: str
    weeks: tuple[PlannedWindow, ...]
    zone: str
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    senders: tuple[SenderLine, ...]
    chosen: int
    tags: tuple[tuple[str, bool], ...]
    caps: tuple[CapForm, ...]
    meaning: tuple[str, ...]
    flags: tuple[FlagForm, ...]
    zones: tuple[str, ...]
    other: tuple[str, ...]


def sending_page(frame: Frame, *, now: datetime, zone: tzinfo) -> SendingPage:
    """Build the tab; at a fixed number of queries. Shapes: zone - the reader's."""
    content = frame.content
    schedule = content.get("schedule") or {}
    senders = _senders(frame, now.date())
    weeks = _weeks(frame, now)
    return SendingPage(
        frame=frame,
        windows=tuple(_window(place, one) for place, one in enumerate(windows_of(content))),
        start=str(schedule.get("start") or ""),
        end=str(schedule.get("end") or ""),
        weeks=weeks,
        zone=str(zone),
        problems=tuple(one for one in frame.look.problems if one.path and not one.path.startswith(("steps", "name"))),
        findings=frame.look.findings,
        senders=senders,
        chosen=sum(one.is_chosen for one in senders),
        tags=_tags(frame),
        caps=tuple(CapForm(name, label, words, _value(content, name)) for name, label, words in _CAPS),
        meaning=tuple(_meaning(content, [one for one in senders if one.is_chosen], weeks)),
        flags=tuple(_flag(content, name) for name in FLAGS),
        zones=VENDOR_ZONES,
        other=tuple(sorted(set(content) - {"name", "schedule", "senders", "caps", "flags", "steps", "variables"})),
    )


def _window(place: int, window: Mapping[str, Any]) -> WindowForm:
    opens, _, closes = str(window.get("hours") or "").partition("-")
    days = window.get("days") or []
    chosen = _SHORTHANDS.get(days, [days]) if isinstance(days, str) else days
    return WindowForm(
        start=f"windows-{place}",
        place=place,
        name=str(window.get("name") or ""),
        zone=str(window.get("zone") or ""),
        opens=opens,
        closes=closes,
        days=tuple((day, _DAY_LABELS[day], day in chosen) for day in DAYS),
    )


def _weeks(frame: Frame, now: datetime) -> tuple[PlannedWindow, ...]:
    """The windows of the next two weeks; none while the schedule is not complete."""
    if frame.look.campaign is None or not any(path[0] == "schedule" for path in frame.look.wanted):
        return ()
    raw = schedule_of(frame.look.wanted, None)
    until = now + FORTNIGHT
    windows = [one for one in next_windows(raw, now, _MOST_WINDOWS) if one.opens < until]
    changes = {(one.day, one.zone): one.hours for one in clock_changes(raw, now.date(), until.date())}
    return tuple(
        PlannedWindow(one, _clock_note(changes.get((one.opens.date(), one.zone)), one.zone)) for one in windows
    )


def _clock_note(hours: float | None, zone: str) -> str:
    if hours is None:
        return ""
    return f"the clocks in {city(zone)} go {'forward' if hours > 0 else 'back'}"


def _senders(frame: Frame, today: date) -> tuple[SenderLine, ...]:
    """Every mailbox, and every address of the draft that is none; the chosen ones first."""
    listed = frame.content.get("senders") or []
    addresses = listed.get("addresses") or [] if isinstance(listed, Mapping) else listed
    chosen = {str(one).strip().lower() for one in addresses}
    workspace = frame.draft.workspace
    boxes = {one.email: one for one in Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True)}
    emails = sorted({*boxes, *chosen}, key=lambda email: (email not in chosen, email))
    used = by_mailbox([one for one in campaigns_served(workspace) if one.name != frame.campaign_name], emails)
    lines = []
    for email in emails:
        sender, box = Sender(email, boxes.get(email)), boxes.get(email)
        others = used.get(email, [])
        lines.append(
            SenderLine(
                sender,
                email in chosen,
                sender.sent_on(today),
                box.sent_read_at if box else None,
                tuple(one.name for one in others),
                sum(one.is_sending for one in others),
            )
        )
    return tuple(lines)


def _tags(frame: Frame) -> tuple[tuple[str, bool], ...]:
    listed = frame.content.get("senders") or []
    chosen = [str(one) for one in listed.get("tags") or []] if isinstance(listed, Mapping) else []
    (tags,) = kept(frame.draft.workspace, ObjectKind.TAG)
    labels = {str(one["label"] or one["id"]) for one in tags.items}
    return tuple((label, label in chosen) for label in sorted({*labels, *chosen}))


def _value(content: Mapping[str, Any], name: str) -> str:
    caps = content.get("caps")
    value = caps.get(name) if isinstance(caps, Mapping) else None
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _flag(content: Mapping[str, Any], name: str) -> FlagForm:
    flags = content.get("flags")
    value = flags.get(name) if isinstance(flags, Mapping) else None
    choices = (("", "as Instantly has it", None), ("on", "on", True), ("off", "off", False))
    return FlagForm(
        name, _FLAG_WORDS[name], tuple(Choice(word, label, value is is_so) for word, label, is_so in choices)
    )


def _meaning(content: Mapping[str, Any], chosen: Sequence[SenderLine], weeks: Sequence[PlannedWindow]) -> list[str]:
    """Say what the caps come to a day, as far as everything is known."""
    listed = content.get("caps")
    caps = listed if isinstance(listed, Mapping) else {}
    daily, gap = (_number(caps.get(name)) for name in ("daily", "gap_minutes"))
    limits = [one.sender.daily_limit for one in chosen]
    known = [limit for limit in limits if limit is not None]
    together = sum(known) if known and len(known) == len(limits) else None
    new = caps.get("new_leads_daily") if daily is not None else None
    found = [_most_words(daily, together, len(chosen)), _new_words(new), _gap_words(gap, weeks) if chosen else ""]
    return [one for one in found if one]


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None


def _new_words(new: object) -> str:
    if not isinstance(new, int):
        return ""
    return f"At most {plural(new, 'person', 'people')} a day get the first e-mail; follow-ups fill the rest."


def _gap_words(gap: float | None, weeks: Sequence[PlannedWindow]) -> str:
    if not gap or not weeks:
        return ""
    hours = max((one.window.closes - one.window.opens).total_seconds() / 3600 for one in weeks)
    room = int(hours * 60 // gap) + 1
    return f"With {gap:g} minutes between e-mails, a window of {hours:g} hours has room for {room:,} from each sender."


def _most_words(daily: float | None, together: int | None, senders: int) -> str:
    if not senders:
        return "No mailbox is chosen, so nothing would be sent from an address of this list."
    if daily is None and together is None:
        return "No cap is set here: Instantly's own limits of each mailbox decide."
    if together is None:
        return f"At most {daily:g} e-mails a day, the cap of the campaign. The limit of a sender is unknown."
    who = plural(senders, "sender")
    if daily is None:
        return f"At most {together:,} e-mails a day, what {who} may send together. The campaign has no cap of its own."
    if daily <= together:
        each = f": about {daily / senders:.3g} from each of {who}" if senders > 1 else ", all from one sender"
        return f"At most {daily:g} e-mails a day, the cap of the campaign{each}."
    return f"At most {together:,} e-mails a day: {who} may send no more together, whatever the cap of {daily:g} says."


def reader_zone() -> tzinfo:
    """The zone in which the reader is shown times."""
    return timezone.get_current_timezone()
