"""The preflight of a go-live: findings about the campaign and about its leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.copy.findings import Level
from campaigns.models import Campaign
from iexdg.golive.audience import Audience, Load, audience_of, people_facts
from iexdg.golive.findings.campaign import campaign_findings
from iexdg.golive.findings.finding import Finding
from iexdg.golive.findings.loads import accounting_finding, audience_finding, unfinished_import_findings
from iexdg.golive.findings.people import kept_people_findings
from iexdg.golive.findings.rehearsal import rehearsal_findings
from iexdg.golive.findings.schedule import clock_findings
from iexdg.golive.plan import Outlook, outlook_of
from iexdg.rehearsals.models import Rehearsal
from iexdg.rehearsals.queries import newest_done


@dataclass(frozen=True)
class Preflight:
    """All findings, blockers first, with the audience, the outlook and the rehearsal they were found for."""

    findings: tuple[Finding, ...]
    audience: Audience
    outlook: Outlook
    ran_at: datetime
    rehearsal: Rehearsal | None = None

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What must be fixed before a go-live can be requested or approved."""
        return tuple(finding for finding in self.findings if finding.level == Level.BLOCKER)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What someone should review."""
        return tuple(finding for finding in self.findings if finding.level == Level.WARNING)

    @property
    def to_confirm(self) -> tuple[Finding, ...]:
        """What whoever requests or approves has to confirm one by one."""
        return tuple(finding for finding in self.findings if finding.confirm)


_ORDER = {Level.BLOCKER: 0, Level.WARNING: 1, Level.ADVICE: 2, Level.FINE: 3}


def preflight(campaign: Campaign, now: datetime) -> Preflight:
    """Check everything that is mirrored here; sync first (`sync_campaign`) for the current state."""
    facts = people_facts(campaign)
    audience = audience_of(campaign, facts)
    outlook = outlook_of(campaign, audience, now)
    rehearsal = newest_done(campaign)
    found = [
        *campaign_findings(campaign, outlook.senders, now, known_variables=_variables_of_held_rows(facts.held)),
        audience_finding(campaign, audience),
        accounting_finding(facts.loads),
        *kept_people_findings(campaign, facts),
        *clock_findings(campaign, outlook.plan, now),
        *unfinished_import_findings(facts.loads),
        *rehearsal_findings(campaign, rehearsal),
    ]
    ordered = sorted(found, key=lambda finding: _ORDER[finding.level])
    return Preflight(tuple(ordered), audience, outlook, now, rehearsal)


def _variables_of_held_rows(held: Sequence[Load]) -> set[str] | None:
    """Custom variables that Instantly learns only when the held rows arrive; None where nothing is held."""
    mappings = [load.imported.mapping.values() for load in held]
    names = {field.removeprefix("custom:") for fields in mappings for field in fields if field.startswith("custom:")}
    return names if mappings else None
