"""When a draft would send, from where and how much: its schedule with the next two weeks, senders, caps, switches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.utils import timezone

from iexdg.blueprints.drafts.content import cleaned
from iexdg.blueprints.drafts.fields import shown_number, shown_senders
from iexdg.blueprints.drafts.typed import SWITCHES
from iexdg.blueprints.errors import Problem
from iexdg.blueprints.facts import FLAGS
from iexdg.blueprints.pages.frame import Frame
from iexdg.blueprints.pages.options import AS_IS, OptionsForm, options_form
from iexdg.blueprints.pages.schedule import PlannedWindow, ScheduleForm, schedule_form
from iexdg.blueprints.review import Finding
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import Sender
from iexdg.mailboxes.served import by_mailbox, campaigns_served
from iexdg.ui.filters import Choice
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectKind

_CAPS = (
    ("daily", "E-mails a day", "Of the whole campaign"),
    ("new_leads_daily", "New leads a day", "First e-mails among them"),
    ("gap_minutes", "Minutes between e-mails", "At least"),
    ("random_minutes", "Random minutes more", "At most, added by chance"),
)
_OTHERS = (("remove", "removed"), ("keep", "kept"))
_ELSEWHERE = ("steps", "name", "variables", "subsequences")
_NEVER_UNSET = "open_tracking"
_NO_WINDOW = "No hours are set. A new campaign needs a window."
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
    """One cap. Shapes: is_none - whether an empty field means that there is none."""

    name: str
    label: str
    help: str
    value: str
    is_none: bool


@dataclass(frozen=True)
class FlagForm:
    """One switch; left as it is, on or off."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class SendingPage:
    """What the tab shows. Shapes: meaning - what the caps come to, sentence by sentence; others - what becomes of the
    senders that only Instantly has.
    """

    frame: Frame
    schedule: ScheduleForm
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    senders: tuple[SenderLine, ...]
    chosen: int
    tags: tuple[tuple[str, bool], ...]
    others: tuple[Choice, ...]
    caps: tuple[CapForm, ...]
    meaning: tuple[str, ...]
    flags: tuple[FlagForm, ...]
    options: OptionsForm


def sending_page(frame: Frame, *, now: datetime, zone: tzinfo) -> SendingPage:
    """Build the tab; at a fixed number of queries. Shapes: zone - the reader's."""
    content = frame.content
    chosen = shown_senders(content.get("senders"))
    senders = _senders(frame, chosen["addresses"], now.date())
    schedule = _schedule(frame, now, zone)
    return SendingPage(
        frame=frame,
        schedule=schedule,
        problems=_here([one for one in frame.look.problems if one.path], _ELSEWHERE),
        findings=_here(frame.look.findings, ("subsequences",)),
        senders=senders,
        chosen=sum(one.is_chosen for one in senders),
        tags=_tags(frame, chosen["tags"]),
        others=tuple(Choice(word, label, chosen["others"] == word) for word, label in _OTHERS),
        caps=tuple(_cap(content, *one) for one in _CAPS),
        meaning=tuple(_meaning(content, [one for one in senders if one.is_chosen], schedule.weeks, chosen)),
        flags=tuple(_flag(content, name) for name in FLAGS),
        options=options_form(content),
    )


def _schedule(frame: Frame, now: datetime, zone: tzinfo) -> ScheduleForm:
    campaign = frame.draft.campaign
    return schedule_form(
        frame.content,
        frame.look.wanted if frame.look.campaign is not None else None,
        there=campaign.schedule if campaign is not None else None,
        now=now,
        zone=zone,
        nothing="Its hours stay as Instantly has them." if campaign is not None else _NO_WINDOW,
    )


def _here(found: Sequence[Any], elsewhere: tuple[str, ...]) -> tuple[Any, ...]:
    """What belongs on this tab."""
    return tuple(one for one in found if not one.path.startswith(elsewhere))


def _senders(frame: Frame, chosen: Sequence[str], today: date) -> tuple[SenderLine, ...]:
    """Every mailbox, and every address of the draft that is none; the chosen ones first."""
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


def _tags(frame: Frame, chosen: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    (tags,) = kept(frame.draft.workspace, ObjectKind.TAG)
    labels = {cleaned(str(one["label"] or one["id"])).strip() for one in tags.items}
    return tuple((label, label in chosen) for label in sorted({*labels, *chosen}))


def _cap(content: Mapping[str, Any], name: str, label: str, words: str) -> CapForm:
    caps = content.get("caps")
    named = caps if isinstance(caps, Mapping) else {}
    return CapForm(name, label, words, shown_number(named.get(name)), name in named)


def _flag(content: Mapping[str, Any], name: str) -> FlagForm:
    flags = content.get("flags")
    named = flags if isinstance(flags, Mapping) else {}
    now = next((word for word, is_so in SWITCHES.items() if name in named and named[name] is is_so), "")
    words = [AS_IS, *((word, word) for word in SWITCHES)]
    if name == _NEVER_UNSET and now != "unset":
        words = [one for one in words if one[0] != "unset"]
    return FlagForm(name, _FLAG_WORDS[name], tuple(Choice(word, label, word == now) for word, label in words))


def _meaning(
    content: Mapping[str, Any], chosen: Sequence[SenderLine], weeks: Sequence[PlannedWindow], named: Mapping[str, Any]
) -> list[str]:
    """Say what the caps come to a day, as far as everything is known."""
    listed = content.get("caps")
    caps = listed if isinstance(listed, Mapping) else {}
    daily, new, gap = (_number(caps.get(name)) for name in ("daily", "new_leads_daily", "gap_minutes"))
    if daily == 0:
        return ["The daily cap is 0, so nothing is sent."]
    if not chosen:
        return [_nobody_words(named)]
    if daily is None and caps.get("daily") is not None:
        return ["The daily cap cannot be read."]
    together = _together([one.sender.daily_limit for one in chosen])
    found = [_most_words(daily, together, len(chosen)), _new_words(new), _gap_words(gap, weeks, len(chosen))]
    if named["tags"]:
        found.append("What mailboxes with a tag may send comes on top.")
    return [one for one in found if one]


def _together(limits: Sequence[int | None]) -> int | None:
    """What they may send a day together; None where that of one is unknown."""
    known = [limit for limit in limits if limit is not None]
    return sum(known) if len(known) == len(limits) else None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


def _amount(value: float) -> str:
    return f"{value:,.10g}"


def _nobody_words(named: Mapping[str, Any]) -> str:
    if named["tags"]:
        return "The mailboxes that have a tag send. What they may send together is not added up here."
    if named["others"] == "keep":
        return "No mailbox is chosen here: the senders stay as Instantly has them."
    return "No mailbox is chosen, so nothing is sent."


def _new_words(new: float | None) -> str:
    if new is None:
        return ""
    if new == 0:
        return "The cap of new leads is 0, so nobody new gets a first e-mail."
    return f"At most {plural(int(new), 'person', 'people')} a day get the first e-mail; follow-ups fill the rest."


def _gap_words(gap: float | None, weeks: Sequence[PlannedWindow], senders: int) -> str:
    if not gap or not weeks:
        return ""
    hours = max((one.window.closes - one.window.opens).total_seconds() / 3600 for one in weeks)
    room = int(hours * 60 // gap) + 1
    together = f", {room * senders:,} from all" if senders > 1 else ""
    window = f"With {_amount(gap)} minutes between e-mails, a window of {_amount(hours)} hours"
    return f"{window} has room for {room:,} from each sender{together}."


def _most_words(daily: float | None, together: int | None, senders: int) -> str:
    if daily is None and together is None:
        return "No cap is set here: Instantly's own limits of each mailbox decide."
    if together is None:
        return (
            f"At most {_amount(daily or 0)} e-mails a day, the cap of the campaign. The limit of a sender is unknown."
        )
    who = plural(senders, "sender")
    if daily is None:
        return f"At most {together:,} e-mails a day, what {who} may send together. The campaign has no cap of its own."
    if daily <= together:
        each = f": about {daily / senders:,.3g} from each of {who}" if senders > 1 else ", all from one sender"
        return f"At most {_amount(daily)} e-mails a day, the cap of the campaign{each}."
    words = f"{who} may send no more together, whatever the cap of {_amount(daily)} says"
    return f"At most {together:,} e-mails a day: {words}."


def reader_zone() -> tzinfo:
    """The zone in which the reader is shown times."""
    return timezone.get_current_timezone()
