"""Findings of the linter about the copy of a campaign."""

from collections.abc import Collection

from campaigns.copy.findings import Level, LintFinding
from campaigns.copy.of_campaign import lint_of
from campaigns.copy.sequence import read_sequence, variant_letter
from campaigns.models import Campaign
from iexdg.golive.findings.finding import Finding, campaign_url
from iexdg.ui.formatting import plural


def copy_findings(campaign: Campaign, known: Collection[str] | None) -> list[Finding]:
    url = campaign_url(campaign, "copy")
    found = lint_of(campaign, known)
    advice = [_copy_finding(one, url) for one in found if one.level == Level.ADVICE]
    if len(advice) == len(found):
        steps = read_sequence(campaign.sequences).steps
        detail = f"{plural(len(steps), 'step')} · every line wrapped, links around a phrase, variables known"
        return [Finding(Level.FINE, "copy", "Copy passes", detail, "", url), *advice]
    return [_copy_finding(one, url) for one in found if one.level != Level.FINE]


def _copy_finding(one: LintFinding, url: str) -> Finding:
    return Finding(one.level, f"copy_{one.code}", one.title, _where(one), one.next_step, url)


def _where(one: LintFinding) -> str:
    line = "" if one.line is None else ", subject" if one.line == 0 else f", line {one.line}"
    letter = f" variant {variant_letter(one.variant)}" if one.variant else ""
    excerpt = f": “{one.excerpt}”" if one.excerpt else ""
    return f"Step {one.step}{letter}{line}{excerpt}"
