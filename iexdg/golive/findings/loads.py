"""Findings about the audience, and whether every load adds up."""

from collections.abc import Sequence

from django.urls import reverse

from campaigns.copy.findings import Level
from campaigns.models import Campaign
from iexdg.golive.audience import Audience, Load
from iexdg.golive.findings.finding import Finding, leads_url
from iexdg.ui.formatting import plural
from leads.models import ImportState


def audience_finding(campaign: Campaign, audience: Audience) -> Finding:
    upload = reverse("leads:upload", query={"campaign": campaign.pk})
    if audience.in_campaign is None:
        return Finding(
            Level.BLOCKER,
            "audience_unknown",
            "The audience is unknown",
            "Instantly has not returned how many leads this campaign has.",
            "Sync, then check again.",
            reverse("campaigns:detail", args=[campaign.pk]),
        )
    if not audience.verified:
        return Finding(
            Level.BLOCKER,
            "no_verified_leads",
            "No verified leads",
            "No lead of this campaign was verified and loaded from here.",
            "Upload a lead file.",
            upload,
        )
    first = audience.held - audience.later
    held = f" · {first} of them held here, loaded first" if first else ""
    held += f" · {audience.later} wait until their canary has not bounced" if audience.later else ""
    others = audience.unverified
    if others:
        return Finding(
            Level.WARNING,
            "unverified_leads",
            f"{plural(others, 'lead was', 'leads were')} not verified here",
            f"Of {plural(audience.remaining, 'person', 'people')} still to be written to, "
            f"{audience.remaining - others:,} {'was' if audience.remaining - others == 1 else 'were'} verified "
            f"here{held}. The others were added to the campaign by other means.",
            "Review them before you go live.",
            leads_url(campaign=campaign.pk),
        )
    return Finding(
        Level.FINE,
        "audience",
        "Audience is verified",
        f"{plural(audience.verified, 'person', 'people')} with a receipt{held}",
        "",
        "",
    )


def accounting_finding(loads: Sequence[Load]) -> Finding:
    """The load must add up: nothing unknown, nothing unaccounted for (promise 3)."""
    wrong = [load.imported for load in loads if load.is_open or load.is_short or load.unknown]
    if wrong:
        imported = wrong[-1]
        return Finding(
            Level.BLOCKER,
            "unreconciled",
            f"Import {imported.file_name} does not add up",
            "What Instantly accounts for is not what was sent.",
            "Open the import and wait until it is read back, or resolve what is missing.",
            reverse("leads:import", args=[imported.pk]),
        )
    count = sum(load.batches for load in loads)
    if not count:
        return Finding(Level.FINE, "accounting", "No load is open", "Nothing was loaded from here yet.", "", "")
    words = f"{plural(count, 'batch', 'batches')}, all accounted for"
    return Finding(Level.FINE, "accounting", "Loads add up", words, "", "")


def unfinished_import_findings(loads: Sequence[Load]) -> list[Finding]:
    running = [ImportState.VERIFYING, ImportState.LOADING]
    findings = []
    unfinished = [load.imported for load in loads if load.imported.state in {*running, ImportState.STOPPED}]
    # The newest first.
    for imported in reversed(unfinished):
        is_running = imported.state in running
        findings.append(
            Finding(
                Level.BLOCKER if is_running else Level.WARNING,
                "import_running" if is_running else "import_stopped",
                f"Import {imported.file_name} is {imported.state_label.lower()}",
                "Leads would change after the approval."
                if is_running
                else "Its remaining rows are not loaded by the go-live.",
                "Wait until it has finished." if is_running else "Resume it first if they should be.",
                reverse("leads:import", args=[imported.pk]),
            )
        )
    return findings
