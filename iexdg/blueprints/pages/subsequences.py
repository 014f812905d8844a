"""The subsequences of a draft: their list, and the editor of one, which is that of a campaign and its condition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from iexdg.blueprints.drafts.content import sequences_of, steps_of, subsequences_of
from iexdg.blueprints.drafts.fields import shown_interest, shown_line
from iexdg.blueprints.drafts.looking import lint_of
from iexdg.blueprints.errors import Problem
from iexdg.blueprints.facts import wanted_schedule
from iexdg.blueprints.pages.editor import EditorPage, copy_page
from iexdg.blueprints.pages.frame import Frame
from iexdg.blueprints.pages.schedule import ScheduleForm, schedule_form
from iexdg.blueprints.review import Finding
from iexdg.blueprints.schema import ACTIVITIES
from iexdg.ui.filters import Choice
from iexdg.workspace_objects.interests import interest_choices

_ACTIVITY_LABELS = dict(
    zip(ACTIVITIES, ("Opened an e-mail", "Clicked a link", "Completed without a reply"), strict=True)
)


@dataclass(frozen=True)
class SubsequenceLine:
    """One line of the list. Shapes: number - from 1; condition - in words; to_fix - blockers of it."""

    place: int
    number: int
    name: str
    condition: str
    steps: int
    to_fix: int


@dataclass(frozen=True)
class SubsequencesPage:
    """What the tab shows. Shapes: problems - of the list as a whole."""

    frame: Frame
    lines: tuple[SubsequenceLine, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class SubsequencePage:
    """What the editor of one shows. Shapes: place - from 0; findings - besides those of the copy."""

    frame: Frame
    place: int
    name: str
    condition: str
    copy: EditorPage
    interests: tuple[Choice, ...]
    activities: tuple[Choice, ...]
    reply_contains: str
    schedule: ScheduleForm
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]


def subsequences_page(frame: Frame) -> SubsequencesPage:
    """Build the list; at a fixed number of queries."""
    listed = subsequences_of(frame.content)
    names = dict(interest_choices(frame.draft.workspace)) if listed else {}
    return SubsequencesPage(
        frame=frame,
        lines=tuple(_line(frame, place, one, names) for place, one in enumerate(listed)),
        problems=tuple(one for one in frame.look.problems if one.path == "subsequences"),
    )


def _line(frame: Frame, place: int, one: Mapping[str, Any], names: Mapping[int, str]) -> SubsequenceLine:
    start = _start(place)
    blockers = [found for found in frame.look.findings if found.path.startswith(start) and found.level == "blocker"]
    problems = [found for found in frame.look.problems if found.path.startswith(start)]
    return SubsequenceLine(
        place=place,
        number=place + 1,
        name=shown_line(one.get("name")) or f"Subsequence {place + 1}",
        condition=_condition(one.get("when") or {}, names),
        steps=len(steps_of(one)),
        to_fix=len(blockers) + len(problems),
    )


def _start(place: int) -> str:
    return f"subsequences[{place + 1}]"


def _condition(when: Mapping[str, Any], names: Mapping[int, str]) -> str:
    interests = [names.get(one, str(one)) if isinstance(one, int) else str(one) for one in when.get("interest") or ()]
    parts = [f"interest: {', '.join(interests)}"] if interests else []
    parts += [_ACTIVITY_LABELS[one].lower() for one in ACTIVITIES if one in (when.get("activity") or ())]
    parts += [f"the reply contains “{when['reply_contains']}”"] if when.get("reply_contains") else []
    words = "; ".join(parts)
    return f"{words[:1].upper()}{words[1:]}" or "No condition yet"


def subsequence_page(frame: Frame, place: int, *, lead_pk: int | None, now: datetime, zone: tzinfo) -> SubsequencePage:
    """Build the editor of one that is there, at a fixed number of queries."""
    one, start = subsequences_of(frame.content)[place], _start(place)
    known = interest_choices(frame.draft.workspace)
    when, look = one.get("when") or {}, frame.look
    return SubsequencePage(
        frame=frame,
        place=place,
        name=shown_line(one.get("name")),
        condition=_condition(when, dict(known)),
        copy=copy_page(
            frame,
            one,
            lint_of(frame.draft, sequences_of(one)),
            [_short(found, start) for found in look.problems if found.path.startswith(f"{start}.steps")],
            lead_pk=lead_pk,
            nothing="No e-mail yet.",
        ),
        interests=_interests(when.get("interest") or [], known),
        activities=tuple(
            Choice(name, _ACTIVITY_LABELS[name], name in (when.get("activity") or [])) for name in ACTIVITIES
        ),
        reply_contains=shown_line(when.get("reply_contains")),
        schedule=_schedule(frame, place, one, now, zone),
        problems=tuple(
            _short(found, start)
            for found in look.problems
            if found.path.startswith(start) and not found.path.startswith(f"{start}.steps")
        ),
        findings=tuple(
            found
            for found in look.findings
            if found.path.startswith(start) and not found.path.startswith(f"{start}.steps")
        ),
    )


def _short(found: Problem, start: str) -> Problem:
    return Problem(found.message, found.line, found.column, found.path.removeprefix(start).lstrip("."))


def _interests(written: Sequence[Any], known: Sequence[tuple[int, str]]) -> tuple[Choice, ...]:
    """Every interest. One of the draft has the value that it is written with; one that is not known is shown too."""
    found: list[Choice] = []
    left = list(written)
    for number, label in known:
        same = [one for one in left if one == number or str(one).strip().lower() == label.strip().lower()]
        left = [one for one in left if one not in same[:1]]
        found.append(Choice(shown_interest(same[0]) if same else label, label, bool(same)))
    return (*found, *(Choice(shown_interest(one), f"{one} (written twice, or not known here)", True) for one in left))


def _schedule(frame: Frame, place: int, one: Mapping[str, Any], now: datetime, zone: tzinfo) -> ScheduleForm:
    campaign = frame.look.campaign
    parsed = (campaign.content.subsequences or [])[place] if campaign is not None else None
    wanted = (
        wanted_schedule(parsed.schedule, now.date()) if parsed is not None and parsed.schedule is not None else None
    )
    return schedule_form(
        one, wanted, there=None, now=now, zone=zone, nothing="No hours of its own: those of the campaign count."
    )
