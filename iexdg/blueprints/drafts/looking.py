"""What is wrong with a draft, by the linter of the go-live and from what was mirrored; Instantly is asked nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.copy.check import lint
from campaigns.copy.findings import Level, LintFinding
from iexdg.blueprints.drafts.content import sequences_of, text_of
from iexdg.blueprints.errors import InvalidBlueprintError, Problem
from iexdg.blueprints.facts import Facts, Names, wanted_facts
from iexdg.blueprints.models import Draft
from iexdg.blueprints.parsing import Campaign, parse
from iexdg.blueprints.reading import Reality, mirrored_mailboxes
from iexdg.blueprints.review import Finding, review
from iexdg.blueprints.schema import CampaignBlueprint
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspaces.models import Workspace

# A problem names the campaign as the first of its file; a draft has only one.
_FIRST = "campaigns[1]"


@dataclass(frozen=True)
class Look:
    """What a draft is at this moment.

    Shapes: campaign - None while its form is wrong; problems - of the form, with paths as `steps[1].subject`;
        findings - of the review, besides those of the copy; lint - of the copy, whatever else is wrong.
    """

    campaign: Campaign | None
    wanted: Facts
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    lint: tuple[LintFinding, ...]
    sequences: list[dict[str, Any]]

    @property
    def blockers(self) -> int:
        """How much keeps it from being applied or from going live."""
        return len(self.problems) + self._levels.count(Level.BLOCKER)

    @property
    def warnings(self) -> int:
        """How much should be looked at."""
        return self._levels.count(Level.WARNING)

    @property
    def _levels(self) -> list[Level]:
        return [*(one.level for one in self.findings), *(one.level for one in self.lint)]

    @property
    def hints(self) -> int:
        """How much is advice, such as wording that spam filters know."""
        return [one.level for one in self.lint].count(Level.ADVICE)


def look_at(draft: Draft) -> Look:
    """Review a draft, at a fixed number of queries."""
    sequences = sequences_of(draft.content)
    found = _copy_findings(draft, sequences)
    try:
        campaign = parse(text_of(draft.content)).campaigns[0]
    except InvalidBlueprintError as error:
        return Look(None, {}, tuple(_short(one) for one in error.problems), (), tuple(found), sequences)
    reality = _mirrored(draft.workspace)
    wanted = wanted_facts(campaign.content, reality.names, today=reality.today)
    current: Facts | None = {("variables",): tuple(_known_at_instantly(draft))} if draft.campaign is not None else None
    findings = [one for one in review(campaign, wanted, current, reality) if _is_shown(one, reality)]
    return Look(campaign, wanted, (), tuple(findings), tuple(found), sequences)


def _known_at_instantly(draft: Draft) -> list[str]:
    """The custom variables that the leads of its campaign have."""
    return list(draft.campaign.custom_variables or ()) if draft.campaign is not None else []


def _copy_findings(draft: Draft, sequences: list[dict[str, Any]]) -> list[LintFinding]:
    """What the linter finds in the copy; nothing where the draft leaves the copy of its campaign alone."""
    if "steps" not in draft.content and draft.campaign is not None:
        return []
    return lint_of(draft, sequences)


def lint_of(draft: Draft, sequences: list[dict[str, Any]]) -> list[LintFinding]:
    """What the linter finds in e-mails of a draft, of its campaign or of a subsequence; no query."""
    there, own = _known_at_instantly(draft), draft.content.get("variables")
    complete = bool(there) or own is not None
    return lint(sequences, custom_variables={*(own or ()), *there}, custom_are_complete=complete)


def _is_shown(finding: Finding, reality: Reality) -> bool:
    """Leave out what is shown beside the copy; and without a list of tags, none can be said to be missing."""
    return not finding.path.startswith("steps") and (finding.code != "unknown_tag" or bool(reality.names.tags))


def parsed(content: Mapping[str, Any]) -> CampaignBlueprint | None:
    """Return content as a campaign; None while its form is wrong."""
    try:
        return parse(text_of(content)).campaigns[0].content
    except InvalidBlueprintError:
        return None


def mirrored_names(workspace: Workspace) -> Names:
    """Return what tags and interests were called when they were last read."""
    (tags,) = kept(workspace, ObjectKind.TAG)
    named = {str(one["id"]): str(one["label"] or one["id"]) for one in tags.items}
    return Names(named, dict(interest_choices(workspace)))


def _mirrored(workspace: Workspace) -> Reality:
    mailboxes, disconnected = mirrored_mailboxes(workspace)
    return Reality(names=mirrored_names(workspace), mailboxes=mailboxes, disconnected=disconnected)


def _short(one: Problem) -> Problem:
    path = one.path.removeprefix(_FIRST).lstrip(".")
    return Problem(one.message, one.line, one.column, path)
