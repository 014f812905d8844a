"""Findings about the audience, and whether every load adds up."""

from django.db.models import Q
from django.urls import reverse

from campaigns.copy.findings import Level
from campaigns.models import Campaign
from iexdg.golive.audience import Audience
from iexdg.golive.findings.finding import Finding, leads_url
from iexdg.ui.formatting import plural
from leads.models import Batch, BatchState, Import, ImportState, RowCount, RowState


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
            f"{audience.verified} were{held}. The others were added to the campaign by other means.",
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


def accounting_finding(campaign: Campaign) -> Finding:
    """The load must add up: nothing unknown, nothing unaccounted for (promise 3)."""
    batches = Batch.objects.filter(imported__campaign=campaign)
    open_batches = batches.filter(state__in=[BatchState.SENDING, BatchState.SENT, BatchState.UNKNOWN])
    unknown = RowCount.objects.filter(imported__campaign=campaign, state=RowState.UNKNOWN, number__gt=0)
    # Subqueries instead of joins: batches times rows of one import are millions.
    is_unreconciled = (
        Q(pk__in=open_batches.values("imported"))
        | Q(pk__in=batches.filter(adds_up=False).values("imported"))
        | Q(pk__in=unknown.values("imported"))
    )
    imported = Import.objects.filter(is_unreconciled, campaign=campaign).order_by("-pk").first()
    if imported is not None:
        return Finding(
            Level.BLOCKER,
            "unreconciled",
            f"Import {imported.file_name} does not add up",
            "What Instantly accounts for is not what was sent.",
            "Open the import and wait until it is read back, or resolve what is missing.",
            reverse("leads:import", args=[imported.pk]),
        )
    count = batches.filter(state=BatchState.RECONCILED).count()
    if not count:
        return Finding(Level.FINE, "accounting", "No load is open", "Nothing was loaded from here yet.", "", "")
    words = f"{count:,} batch{'' if count == 1 else 'es'}, all accounted for"
    return Finding(Level.FINE, "accounting", "Loads add up", words, "", "")


def unfinished_import_findings(campaign: Campaign) -> list[Finding]:
    running = [ImportState.VERIFYING, ImportState.LOADING]
    findings = []
    for imported in Import.objects.filter(campaign=campaign, state__in=[*running, ImportState.STOPPED]):
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
