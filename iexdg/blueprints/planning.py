"""The plan of a blueprint: what would be created and changed, and what the review finds. Writes nothing."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from campaigns.copy.findings import Level
from campaigns.models import CampaignStatus
from iexdg.blueprints.comparison import Change, compare, kept, with_lines
from iexdg.blueprints.document import Path
from iexdg.blueprints.facts import Facts, current_facts, wanted_facts
from iexdg.blueprints.parsing import Blueprint, Campaign
from iexdg.blueprints.reading import Reality, read_reality
from iexdg.blueprints.review import Finding, line_of_body, review
from iexdg.blueprints.subsequence_facts import SubsequencePlan, changes_of, current_of, wanted_of
from iexdg.clients.instantly import campaigns as remote
from iexdg.workspaces.models import Workspace

# In all other statuses Instantly may send by itself once something about the campaign changes.
QUIET = frozenset({CampaignStatus.DRAFT, CampaignStatus.PAUSED})
# Which campaign is meant is not known, or what is wanted cannot be done, whatever would change.
_NOT_FOUND = frozenset({"several", "unknown_id", "same_campaign", "subsequences_stay"})


class Action(StrEnum):
    """What is done about one campaign."""

    CREATE = "create"
    UPDATE = "update"
    NOTHING = "nothing"


@dataclass(frozen=True)
class CampaignPlan:
    """What would be done about one campaign.

    Shapes: found - the campaign at Instantly; wanted - as of `wanted_facts`; changes - without those of subsequences;
        kept - what only Instantly has.
    """

    campaign: Campaign
    action: Action
    wanted: Facts
    changes: tuple[Change, ...] = ()
    kept: tuple[dict[str, Any], ...] = ()
    found: remote.Campaign | None = None
    subsequences: tuple[SubsequencePlan, ...] = ()

    @property
    def all_changes(self) -> tuple[Change, ...]:
        """Its own, and those of its subsequences."""
        return (*self.changes, *(change for one in self.subsequences for change in one.changes))

    @property
    def name(self) -> str:
        """The name that it has in the blueprint."""
        return self.campaign.content.name

    @property
    def remote_id(self) -> str | None:
        """Instantly's id; None where it does not exist yet."""
        return self.found.remote_id if self.found is not None else None

    @property
    def keeps_senders(self) -> bool:
        """Whether senders that only Instantly has stay."""
        return keeps_senders(self.campaign)

    @property
    def must_be_paused(self) -> bool:
        """Whether it would have to be paused before it is changed."""
        return self.action == Action.UPDATE and self.found is not None and self.found.status not in QUIET

    @property
    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "remote_id": self.remote_id,
            "action": self.action.value,
            "changes": [one.facts for one in self.all_changes],
            "kept": list(self.kept),
            "must_be_paused": self.must_be_paused,
        }


@dataclass(frozen=True)
class Plan:
    """What would be done, and what the review found."""

    campaigns: tuple[CampaignPlan, ...]
    findings: tuple[Finding, ...]

    @property
    def would_change(self) -> bool:
        """Whether anything would be written."""
        return any(one.action != Action.NOTHING for one in self.campaigns)

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What keeps it from being applied: blockers of campaigns that would be written."""
        written = {one.name for one in self.campaigns if one.action != Action.NOTHING}
        return tuple(
            one
            for one in self.findings
            if one.level == Level.BLOCKER and (one.campaign in written or one.code in _NOT_FOUND)
        )

    @property
    def digest(self) -> str:
        """A short text that differs where anything else would be written. Lines of the file do not matter."""
        written = [
            (
                one.name,
                one.remote_id,
                one.action.value,
                [(change.path, change.before, change.after) for change in all_of],
            )
            for one in self.campaigns
            for all_of in [one.all_changes]
        ]
        return hashlib.sha256(json.dumps(written, default=str).encode()).hexdigest()

    @property
    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "campaigns": [one.facts for one in self.campaigns],
            "findings": [one.facts for one in self.findings],
        }


def plan(workspace: Workspace, blueprint: Blueprint) -> Plan:
    """Compare a blueprint with what Instantly has now.

    Raises: ClientError - it could not be read.
    """
    return plan_against(read_reality(workspace, blueprint), blueprint)


def plan_against(reality: Reality, blueprint: Blueprint) -> Plan:
    """Compare a blueprint with what was read. Pure."""
    plans: list[CampaignPlan] = []
    findings: list[Finding] = []
    for campaign in blueprint.campaigns:
        one, found = _plan_of(campaign, reality)
        twin = next((two for two in plans if two.remote_id is not None and two.remote_id == one.remote_id), None)
        if twin is not None:
            title = f"It is the campaign of line {twin.campaign.line('name')} too"
            step = "Write one campaign once; an entry is found by its id, or by the name that it has at Instantly."
            findings.append(
                _blocker(campaign, ("id" if campaign.content.id else "name",), "same_campaign", title, step)
            )
        plans.append(one)
        findings += found
    return Plan(tuple(plans), tuple(findings))


def _plan_of(campaign: Campaign, reality: Reality) -> tuple[CampaignPlan, list[Finding]]:
    wanted = wanted_facts(campaign.content, reality.names, today=reality.today)
    there, problem = _found(campaign, reality)
    current = current_facts(there.raw) if there is not None else None
    findings = [one for one in (problem, _taken_name(campaign, reality, there)) if one is not None]
    findings += [*_staying(campaign, reality, there), *review(campaign, wanted, current, reality)]
    subsequences = _subsequence_plans(campaign, reality, there)
    if current is None:
        changes = with_lines(compare(wanted, {}), lambda path: line_of(campaign, path))
        return CampaignPlan(campaign, Action.CREATE, wanted, tuple(changes), subsequences=subsequences), findings
    keeps = keeps_senders(campaign)
    changes = with_lines(compare(wanted, current, keeps_senders=keeps), lambda path: line_of(campaign, path))
    is_changed = changes or any(one.changes for one in subsequences)
    action = Action.UPDATE if is_changed else Action.NOTHING
    only_there = (*kept(wanted, current, keeps_senders=keeps), *_other_subsequences(campaign, reality, there))
    return CampaignPlan(campaign, action, wanted, tuple(changes), only_there, there, subsequences), findings


def _subsequence_plans(
    campaign: Campaign, reality: Reality, there: remote.Campaign | None
) -> tuple[SubsequencePlan, ...]:
    plans: list[SubsequencePlan] = []
    for place, content in enumerate(campaign.content.subsequences or ()):
        wanted = wanted_of(content, reality.names, today=reality.today)
        found = reality.subsequence(there.remote_id, content.name) if there is not None else None
        changes = changes_of(place, wanted, current_of(found) if found is not None else {})
        lined = with_lines(changes, lambda path: line_of(campaign, path))
        plans.append(SubsequencePlan(place, content, wanted, tuple(lined), found))
    return tuple(plans)


def _other_subsequences(campaign: Campaign, reality: Reality, there: remote.Campaign | None) -> list[dict[str, Any]]:
    """Subsequences that only Instantly has; they stay."""
    named = {one.name.strip().lower() for one in campaign.content.subsequences or ()}
    if there is None:
        return []
    known = list(reality.known_subsequences)
    if campaign.content.subsequences is not None:
        known = [(one.campaign_remote_id or "", one.name or one.remote_id) for one in reality.subsequences]
    of_it = [name for campaign_id, name in known if campaign_id == there.remote_id]
    return [{"path": "subsequences", "value": name} for name in of_it if name.strip().lower() not in named]


def _staying(campaign: Campaign, reality: Reality, there: remote.Campaign | None) -> list[Finding]:
    """An empty list asks for what is never done: no subsequence is deleted."""
    if campaign.content.subsequences != []:
        return []
    step = "Nothing is ever deleted by a blueprint: leave `subsequences` out, and delete it at Instantly."
    return [
        _blocker(campaign, ("subsequences",), "subsequences_stay", f"It has the subsequence {one['value']}", step)
        for one in _other_subsequences(campaign, reality, there)
    ]


def _taken_name(campaign: Campaign, reality: Reality, there: remote.Campaign | None) -> Finding | None:
    """A name that another campaign has: two of one name could not be distinguished."""
    content = campaign.content
    if there is None or (there.name or "").strip().lower() == content.name.strip().lower():
        return None
    if all(one.remote_id == there.remote_id for one in reality.named(content.name)):
        return None
    title = f"Another campaign at Instantly is called {content.name}"
    return _blocker(campaign, ("name",), "name_taken", title, "Choose another name, or rename that campaign first.")


def keeps_senders(campaign: Campaign) -> bool:
    """Whether senders that only Instantly has stay."""
    return campaign.content.senders is not None and campaign.content.senders.others == "keep"


def _found(campaign: Campaign, reality: Reality) -> tuple[remote.Campaign | None, Finding | None]:
    content = campaign.content
    if content.id is not None:
        there = reality.with_id(content.id)
        title, step = "Instantly has no campaign with this id", "Take the id out, and it is found by its name."
        return there, None if there else _blocker(campaign, ("id",), "unknown_id", title, step)
    named = reality.named(content.name)
    if len(named) > 1:
        title = f"Instantly has {len(named)} campaigns called {content.name}"
        step = f"Say which one: `id: {named[0].remote_id}`."
        return named[0], _blocker(campaign, ("name",), "several", title, step)
    return (named[0] if named else reality.created_as(content.name)), None


def _blocker(campaign: Campaign, path: Path, code: str, title: str, step: str) -> Finding:
    words = str(path[0])
    return Finding(Level.BLOCKER, code, campaign.content.name, words, campaign.line(*path), title, step)


def line_of(campaign: Campaign, path: Path) -> int:
    """The line of the file that a path of facts comes from."""
    start = path[:2] if path[:1] == ("subsequences",) else ()
    inside = path[len(start) :]
    if len(inside) >= 4 and inside[0] == "steps" and inside[2] == "variants":
        several, step = (*start, *inside[:4]), (*start, *inside[:2])
        here = several if several in campaign.document.spots else step
        rest = inside[4:]
        if len(rest) == 2 and rest[0] == "body":
            return line_of_body(campaign, here, int(rest[1]))
        if rest == ("body",):
            return line_of_body(campaign, here, 1)
        return campaign.line(*here, *rest)
    if inside[:2] == ("schedule", "windows") and path not in campaign.document.spots:
        return campaign.line(*start, "schedule", *inside[3:])
    return campaign.line(*path)
