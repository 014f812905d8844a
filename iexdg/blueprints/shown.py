"""A plan and what became of it, as text for a terminal. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from campaigns.copy.findings import Level
from iexdg.blueprints.applying import Application
from iexdg.blueprints.comparison import Change
from iexdg.blueprints.planning import Action, CampaignPlan, Plan
from iexdg.blueprints.review import Finding

_SIGNS = {Action.CREATE: "+", Action.UPDATE: "~", Action.NOTHING: "="}
_WORDS = {
    Action.CREATE: "would be created as a draft",
    Action.UPDATE: "would be changed",
    Action.NOTHING: "is as written",
}


def plan_words(made: Plan) -> str:
    """The plan like a diff: what is there behind "-", what is wanted behind "+"."""
    lines: list[str] = []
    for one in made.campaigns:
        lines += [*_campaign_lines(one), ""]
    lines += finding_lines(made.findings)
    return "\n".join(lines).rstrip()


def _campaign_lines(one: CampaignPlan) -> Iterator[str]:
    yield f"{_SIGNS[one.action]} {one.name} {_WORDS[one.action]}"
    if one.must_be_paused:
        yield "  ! it may send: pause it first, or apply with --pause"
    for change in one.all_changes:
        yield from _change_lines(change)
    for only in one.kept:
        yield f"    {only['path']}: {value_words(only['value'])} (only at Instantly, kept)"


def _change_lines(change: Change) -> Iterator[str]:
    yield f"  {change.path}" + (f"  (line {change.line})" if change.line else "")
    if change.before is not None:
        yield f"    - {value_words(change.before)}"
    if change.after is not None:
        yield f"    + {value_words(change.after)}"
    elif change.before is None:
        yield "    + none"


def value_words(value: Any) -> str:
    """A value as it is written in a blueprint or said: "mon, tue", "yes", "empty"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) if isinstance(one, str) else value_words(one) for one in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_inner_words(one)}" for name, one in value.items()) or "none"
    return "empty" if value == "" else str(value)


def _inner_words(value: Any) -> str:
    """A value inside another one; a list is bracketed, so that its commas are its own."""
    return f"[{value_words(value)}]" if isinstance(value, list | tuple) and value else value_words(value)


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """One line for each finding that is no mere note, and for a zone that is sent as another."""
    for one in findings:
        if one.code == "zone_mapped":
            yield f"line {one.line}: note: {one.title}. {one.next_step}"
        elif one.level != Level.FINE:
            excerpt = f": “{one.excerpt}”" if one.excerpt else ""
            yield f"line {one.line}: {one.level}: {one.title}{excerpt}. {one.next_step}"


def application_words(made: Application) -> str:
    """What became of each campaign."""
    lines: list[str] = []
    for one in made.campaigns:
        if one.plan.action == Action.NOTHING:
            lines.append(f"= {one.plan.name} is as written")
        elif one.error:
            lines.append(f"! {one.plan.name}: {one.error}")
        else:
            done = "created" if one.plan.action == Action.CREATE else "changed"
            lines.append(f"{_SIGNS[one.plan.action]} {one.plan.name} was {done}, and reads back as it was sent")
    return "\n".join(lines)
