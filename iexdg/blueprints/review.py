"""What the linter of the go-live finds in a blueprint, at the line of the file, and what else is wrong. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.copy.check import lint
from campaigns.copy.findings import Level, LintFinding
from campaigns.sending.windows import earliest_day
from iexdg.blueprints.comparison import words
from iexdg.blueprints.document import Path
from iexdg.blueprints.facts import Facts, wanted_steps
from iexdg.blueprints.parsing import Campaign
from iexdg.blueprints.reading import Reality
from iexdg.blueprints.rendering import blank_lines_before
from iexdg.blueprints.schema import Schedule, Subsequence, Window
from iexdg.blueprints.subsequence_facts import interest_number
from iexdg.blueprints.vendor_body import sequences_of
from iexdg.blueprints.zones import served
from iexdg.clients.instantly.timezones import ZoneNotServedError


@dataclass(frozen=True)
class Finding:
    """One finding. Shapes: line - of the file; path - as `steps[1].variants[A].body[3]`."""

    level: Level
    code: str
    campaign: str
    path: str
    line: int
    title: str
    next_step: str
    excerpt: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "level": self.level.value,
            "code": self.code,
            "campaign": self.campaign,
            "path": self.path,
            "line": self.line,
            "title": self.title,
            "next_step": self.next_step,
            "excerpt": self.excerpt,
        }


def review(campaign: Campaign, wanted: Facts, current: Facts | None, reality: Reality) -> list[Finding]:
    """Return what is wrong with one campaign of a blueprint, in the order of the file.

    Shapes: current - of the campaign at Instantly; None where it will be created.
    """
    found = [
        *_schedule_findings(campaign, (), campaign.content.schedule, reality),
        *_date_findings(campaign, (), campaign.content.schedule, current or {}, reality),
        *_sender_findings(campaign, reality),
        *_cap_findings(campaign),
    ]
    if current is None and campaign.content.schedule is None:
        step = "Write its hours, for example in the defaults."
        found.append(_at(campaign, (), Level.BLOCKER, "no_schedule", "A new campaign needs a schedule", step))
    if campaign.content.steps is not None:
        found += _copy_findings(campaign, ("steps",), wanted, current)
    for place, one in enumerate(campaign.content.subsequences or ()):
        steps = wanted_steps(one.steps)
        found += _schedule_findings(campaign, ("subsequences", place), one.schedule, reality)
        found += _date_findings(campaign, ("subsequences", place), one.schedule, {}, reality)
        found += _interest_findings(campaign, place, one, reality)
        found += _copy_findings(campaign, ("subsequences", place, "steps"), steps, current)
    return sorted(found, key=lambda one: one.line)


def _at(campaign: Campaign, path: Path, level: Level, code: str, title: str, step: str, excerpt: str = "") -> Finding:
    return Finding(level, code, campaign.content.name, words(path), campaign.line(*path), title, step, excerpt)


def _schedule_findings(
    campaign: Campaign, start: Path, schedule: Schedule | None, reality: Reality
) -> Iterator[Finding]:
    if schedule is None:
        return
    for place, window in enumerate(schedule.all_windows):
        path: Path = (*start, "schedule") if schedule.windows is None else (*start, "schedule", "windows", place)
        missing = [name for name in ("zone", "hours", "days") if getattr(window, name) is None]
        if missing:
            title = f"The window has no {' and no '.join(missing)}"
            yield _at(campaign, path, Level.BLOCKER, "window", title, "Write zone, hours and days.")
            continue
        refused = list(_window_findings(campaign, path, window))
        yield from refused
        if any(one.level == Level.BLOCKER for one in refused):
            continue
        try:
            hours = served(str(window.zone), str(window.hours), list(window.days or ()), today=reality.today)
        except ZoneNotServedError as error:
            title = f"Instantly has no zone for {window.zone or 'an empty name'}"
            yield _at(campaign, (*path, "zone"), Level.BLOCKER, "zone", title, str(error), str(window.zone))
            continue
        if hours.note:
            title = f"The zone {window.zone} is sent as {hours.zone}, {hours.opens}-{hours.closes}"
            yield _at(campaign, (*path, "zone"), Level.FINE, "zone_mapped", title, hours.note, str(window.zone))


def _window_findings(campaign: Campaign, path: Path, window: Window) -> Iterator[Finding]:
    """What the go-live refuses of hours and days."""
    opens, closes = str(window.hours).split("-")
    if closes <= opens:
        title = f"The sending hours end ({closes}) before they start ({opens})"
        if closes == opens:
            title = f"The sending hours end when they start ({opens})"
        step = "Write the earlier time first; hours that pass midnight are two windows."
        yield _at(campaign, (*path, "hours"), Level.BLOCKER, "hours", title, step, str(window.hours))
    days = list(window.days or ())
    if not days:
        title = "No day of the week is switched on"
        yield _at(campaign, (*path, "days"), Level.BLOCKER, "days", title, "Write the days, or `weekdays`.")
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        title = f"The day {', '.join(twice)} is there twice"
        yield _at(campaign, (*path, "days"), Level.WARNING, "repeated_day", title, "It counts once. Take one out.")


def _date_findings(
    campaign: Campaign, start: Path, schedule: Schedule | None, current: Facts, reality: Reality
) -> Iterator[Finding]:
    """What the go-live refuses of the first and the last day; a day that is not named is the one at Instantly."""
    if schedule is None:
        return
    named = schedule.model_fields_set & {"start", "end"}
    first, last = (
        getattr(schedule, name) if name in named else current.get(("schedule", name)) for name in ("start", "end")
    )
    if not named or not last:
        return
    path: Path = (*start, "schedule", "end" if "end" in named else "start")
    if first and last < first:
        step = "Write a last day that is not before the first."
        title = f"The last day ({last}) is before the first day ({first})"
        yield _at(campaign, path, Level.BLOCKER, "dates", title, step)
    elif "end" in named and last < _own_today(schedule, current, reality).isoformat():
        step = "Write a later day, or null for no last day."
        yield _at(campaign, path, Level.BLOCKER, "schedule_over", f"The last day ({last}) is over", step)


def _own_today(schedule: Schedule, current: Facts, reality: Reality) -> date:
    """Today in the campaign's own zone; where its windows are in several, where it is earliest."""
    named = [window.zone for window in schedule.all_windows if window.zone is not None]
    there = [value for path, value in current.items() if path[:2] == ("schedule", "windows") and path[-1] == "zone"]
    return earliest_day(reality.now, named or there)


def _cap_findings(campaign: Campaign) -> Iterator[Finding]:
    caps = campaign.content.caps
    if caps is not None and caps.daily == 0:
        step = "Write how many e-mails may leave a day; the go-live refuses 0."
        yield _at(campaign, ("caps", "daily"), Level.WARNING, "no_cap", "The daily cap is 0: nothing is sent", step)


def _sender_findings(campaign: Campaign, reality: Reality) -> Iterator[Finding]:
    senders = campaign.content.senders
    if senders is None:
        return
    for place, tag in enumerate(senders.tags):
        if reality.names.tag_id(tag) is None:
            step = "Create it on the page Tags, or name another one."
            title = f"There is no tag called {tag}"
            yield _at(campaign, ("senders", "tags", place), Level.BLOCKER, "unknown_tag", title, step, tag)
    for place, address in enumerate(senders.addresses):
        if reality.mailboxes is not None and address.strip().lower() not in reality.mailboxes:
            step = "Connect it on the page Mailboxes, or name another one: the go-live is refused without it."
            title = f"The sender {address} is no mailbox of this workspace"
            path: Path = ("senders", place)
            yield _at(campaign, path, Level.WARNING, "unknown_sender", title, step, address)
        elif address.strip().lower() in reality.disconnected:
            step = "Reconnect it on the page Mailboxes, or take it out: the go-live is refused with it."
            title = f"The sender {address} cannot send"
            yield _at(campaign, ("senders", place), Level.WARNING, "sender_not_ready", title, step, address)
    if not senders.addresses and not senders.tags:
        title = "Nobody sends this campaign"
        yield _at(campaign, ("senders",), Level.WARNING, "no_senders", title, "Name a mailbox or a tag.")


def _interest_findings(campaign: Campaign, place: int, one: Subsequence, reality: Reality) -> Iterator[Finding]:
    for number, interest in enumerate(one.when.interest):
        if interest_number(reality.names, interest) is None:
            path: Path = ("subsequences", place, "when", "interest", number)
            step = "Write one of Instantly's, the label of the workspace, or its number."
            yield _at(
                campaign, path, Level.BLOCKER, "unknown_interest", f"There is no interest called {interest}", step
            )


def _copy_findings(campaign: Campaign, start: Path, wanted: Facts, current: Facts | None) -> Iterator[Finding]:
    declared, there = campaign.content.variables, (current or {}).get(("variables",)) or ()
    known = {*(declared or ()), *there}
    complete = declared is not None or bool(there)
    for one in lint(sequences_of(wanted, None), custom_variables=known, custom_are_complete=complete):
        yield _located(campaign, start, one)


def _located(campaign: Campaign, start: Path, found: LintFinding) -> Finding:
    """Place a finding of the linter at the line of the file."""
    step = (*start, found.step - 1)
    several = (*step, "variants", found.variant)
    here = several if several in campaign.document.spots else step
    path: Path = (*step, "variants", found.variant)
    if found.line is None:
        return _made(campaign, path, campaign.line(*here, _text_key(campaign, here)), found)
    if found.line == 0:
        return _made(campaign, (*path, "subject"), campaign.line(*here, "subject"), found)
    return _made(campaign, (*path, "body", found.line), line_of_body(campaign, here, found.line), found)


def _made(campaign: Campaign, path: Path, line: int, one: LintFinding) -> Finding:
    return Finding(
        one.level, one.code, campaign.content.name, body_words(path), line, one.title, one.next_step, one.excerpt
    )


def body_words(path: Path) -> str:
    """Write a path whose last part may be the number of a line, which counts from 1 already."""
    if len(path) > 1 and path[-2] == "body":
        return f"{words(path[:-1])}[{path[-1]}]"
    return words(path)


def _text_key(campaign: Campaign, here: Path) -> str:
    return "html" if (*here, "html") in campaign.document.spots else "body"


def line_of_body(campaign: Campaign, here: Path, number: int) -> int:
    """The line of the file in which a line of a body stands; where its lines are not those of the file, its first."""
    spot = campaign.document.spot((*here, _text_key(campaign, here)))
    if spot.text_line is None or (*here, "body") not in campaign.document.spots:
        return spot.line
    text = campaign.document.data
    for part in (*here, "body"):
        text = text[part]
    return spot.text_line + blank_lines_before(str(text)) + number - 1
