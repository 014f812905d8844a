"""Whether the campaign is what was rehearsed."""

from django.urls import reverse

from campaigns.copy.findings import Level
from campaigns.models import Campaign
from iexdg.golive.findings.finding import Finding
from iexdg.rehearsals.models import Rehearsal
from iexdg.rehearsals.queries import fits
from iexdg.ui.formatting import plural


def rehearsal_findings(campaign: Campaign, rehearsal: Rehearsal | None) -> list[Finding]:
    """Name a rehearsal of something else; nothing where the campaign was never rehearsed.

    Shapes: rehearsal - the newest one that has a result.
    """
    if rehearsal is None or rehearsal.result is None:
        return []
    url = reverse("rehearsals:rehearsal", args=[campaign.pk])
    if not fits(rehearsal, campaign):
        detail = "Its copy, schedule, senders, caps or flags are not those that were played."
        title = "The rehearsal is of another state of this campaign"
        step = "Open Rehearsal, press Rehearse, and look at the result before you request or approve."
        return [Finding(Level.WARNING, "rehearsal", title, detail, step, url)]
    last = rehearsal.result["last_email_on"]
    if last and rehearsal.result.get("is_cut"):
        last = f"{last} when the rehearsal was cut: more would follow"
    detail = (
        f"{plural(rehearsal.result['emails'], 'e-mail')}, the last one on {last}" if last else "Nothing would leave"
    )
    return [Finding(Level.FINE, "rehearsal", "It was rehearsed as it is", f"{detail}.", "", url)]
