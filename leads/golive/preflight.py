"""What stands between a campaign and its go-live: the campaign's own findings and those about its leads."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from campaigns.models import Campaign
from campaigns.preflight import Finding, Level, campaign_findings
from campaigns.windows import city, clock_changes
from leads.golive.audience import Audience, all_held_imports, audience_of, unverified_active_leads
from leads.golive.people import people_findings
from leads.golive.plan import plan_of
from leads.models import Batch, BatchState, Import, ImportState, Row, RowState


@dataclass(frozen=True)
class Preflight:
    """All findings, blockers first, with the audience they were found for."""

    findings: tuple[Finding, ...]
    audience: Audience
    ran_at: datetime

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What must be mended before anybody may ask or approve."""
        return tuple(finding for finding in self.findings if finding.level == Level.BLOCKER)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person should look at."""
        return tuple(finding for finding in self.findings if finding.level == Level.WARNING)


_ORDER = {Level.BLOCKER: 0, Level.WARNING: 1, Level.ADVICE: 2, Level.FINE: 3}


def preflight(campaign: Campaign, now: datetime) -> Preflight:
    """Look at everything that is mirrored here; read Instantly first (`sync_campaign`) for today's truth."""
    audience = audience_of(campaign)
    found = [
        *campaign_findings(campaign, now, known_variables=_variables_of_held_rows(campaign)),
        _mode_finding(campaign),
        _audience_finding(campaign, audience),
        _accounting_finding(campaign),
        *people_findings(campaign),
        *_clock_findings(campaign, audience, now),
        *_unfinished_findings(campaign),
    ]
    ordered = sorted(found, key=lambda finding: _ORDER[finding.level])
    return Preflight(tuple(ordered), audience, now)


def _variables_of_held_rows(campaign: Campaign) -> set[str] | None:
    """Custom variables that Instantly learns only when the held rows arrive; None where nothing is held."""
    mappings = [imported.mapping.values() for imported in all_held_imports(campaign)]
    names = {field.removeprefix("custom:") for fields in mappings for field in fields if field.startswith("custom:")}
    return names if mappings else None


def _mode_finding(campaign: Campaign) -> Finding:
    if campaign.workspace.may_write:
        return Finding(Level.FINE, "write_mode", "Writing is on", "The workspace is in write mode.", "", "")
    return Finding(
        Level.BLOCKER,
        "observe_mode",
        "The workspace is only observed",
        "Nothing may be loaded or activated in observe mode.",
        "An admin turns writing on under Settings.",
        "/settings/",
    )


def _audience_finding(campaign: Campaign, audience: Audience) -> Finding:
    upload = f"/imports/new/?campaign={campaign.pk}"
    if audience.in_campaign is None:
        return Finding(
            Level.BLOCKER,
            "audience_unknown",
            "The audience is unknown",
            "Instantly has not said how many leads this campaign has.",
            "Sync, then look again.",
            f"/campaigns/{campaign.pk}/",
        )
    if not audience.verified:
        return Finding(
            Level.BLOCKER,
            "no_verified_leads",
            "No verified leads",
            "Nobody in this campaign was verified and loaded from here.",
            "Upload a lead file.",
            upload,
        )
    first = audience.held - audience.later
    held = f" · {first} of them held here, loaded first" if first else ""
    held += f" · {audience.later} wait until their canary has not bounced" if audience.later else ""
    others = unverified_active_leads(campaign)
    if others:
        return Finding(
            Level.WARNING,
            "unverified_leads",
            f"{others} leads were not verified here",
            f"{audience.verified} were{held}. The others were put into the campaign by other means.",
            "Look at them before you go live.",
            f"/leads/?campaign={campaign.pk}",
        )
    return Finding(
        Level.FINE, "audience", "Audience is verified", f"{audience.verified} people with a receipt{held}", "", ""
    )


def _accounting_finding(campaign: Campaign) -> Finding:
    """The load must add up: nothing unknown, nothing unaccounted for (promise 3)."""
    batches = Batch.objects.filter(imported__campaign=campaign)
    open_batches = batches.filter(state__in=[BatchState.SENDING, BatchState.SENT, BatchState.UNKNOWN])
    unknown = Row.objects.filter(imported__campaign=campaign, state=RowState.UNKNOWN)
    # Not by joins: batches times rows of one import are millions.
    is_culprit = (
        Q(pk__in=open_batches.values("imported"))
        | Q(pk__in=batches.filter(adds_up=False).values("imported"))
        | Q(pk__in=unknown.values("imported"))
    )
    culprit = Import.objects.filter(is_culprit, campaign=campaign).order_by("-pk").first()
    if culprit is not None:
        return Finding(
            Level.BLOCKER,
            "unreconciled",
            f"Import {culprit.file_name} does not add up",
            "What Instantly accounts for is not what was sent.",
            "Open the import and wait until it is read back, or resolve what is missing.",
            f"/imports/{culprit.pk}/",
        )
    count = batches.filter(state=BatchState.RECONCILED).count()
    if not count:
        return Finding(Level.FINE, "accounting", "No load is open", "Nothing was loaded from here yet.", "", "")
    words = f"{count} batch{'' if count == 1 else 'es'}, all accounted for"
    return Finding(Level.FINE, "accounting", "Loads add up", words, "", "")


def _clock_findings(campaign: Campaign, audience: Audience, now: datetime) -> list[Finding]:
    """Name the days inside the run on which the clocks move: the hours stay, the reader's own may not."""
    plan = plan_of(campaign, audience, now)
    # Where the end is not known, the run goes on at least as far as it was planned.
    last = plan.last_follow_up or plan.last_first_touch or plan.planned_until
    if not plan.days or last is None:
        return []
    return [
        Finding(
            Level.ADVICE,
            "clock_change",
            f"Clocks in {city(change.zone)} go {'forward' if change.hours > 0 else 'back'} on {change.day:%a %d %b}",
            "That is inside the run. The sending hours stay what they are there; seen from another zone they shift.",
            "",
            f"/campaigns/{campaign.pk}/#schedule",
        )
        for change in clock_changes(campaign.schedule, plan.days[0].day, last)
    ]


def _unfinished_findings(campaign: Campaign) -> list[Finding]:
    running = [ImportState.VERIFYING, ImportState.LOADING]
    findings = []
    for imported in Import.objects.filter(campaign=campaign, state__in=[*running, ImportState.STOPPED]):
        is_running = imported.state in running
        findings.append(
            Finding(
                Level.BLOCKER if is_running else Level.WARNING,
                "import_running" if is_running else "import_stopped",
                f"Import {imported.file_name} is {imported.state_label.lower()}",
                "Leads would change after the sign-off."
                if is_running
                else "Its remaining rows are not loaded by the go-live.",
                "Wait until it has finished." if is_running else "Resume it first if they should be.",
                f"/imports/{imported.pk}/",
            )
        )
    return findings
