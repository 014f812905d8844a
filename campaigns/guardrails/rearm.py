"""Re-arms a guardrail that tripped: an approver gives a reason, and its window restarts. Nothing is exempt."""

from django.db import transaction

from campaigns.errors import GuardrailError
from campaigns.guardrails.kept import keep
from campaigns.guardrails.measure import baseline_of
from campaigns.guardrails.trips import acknowledge_trip
from campaigns.models import GuardrailKind, GuardrailTrip, TripEffect
from iexdg.incidents.models import Incident
from iexdg.incidents.record import resolve_incident
from iexdg.team.audit.already import already
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action


def acknowledge(trip: GuardrailTrip, *, by: Member, reason: str, via: str | None = None) -> GuardrailTrip:
    """Acknowledge a trip, so that the campaign may be approved again.

    Raises: NotAllowedError; GuardrailError - no reason, a dry run, or already acknowledged. Nothing was changed then.
    """
    require(by, Action.REARM, trip.campaign.workspace)
    words = reason.strip()
    if not words:
        raise GuardrailError("Give a reason why it may continue. The reason is stored with the trip.")
    if trip.effect == TripEffect.DRY_RUN:
        raise GuardrailError("A dry run blocks nothing, so there is nothing to acknowledge.")
    campaign, kind = trip.campaign, GuardrailKind(trip.kind)
    campaign.refresh_from_db()
    with transaction.atomic():
        if not acknowledge_trip(trip, by=by, reason=words, baseline=baseline_of(campaign)):
            done = already("acknowledged", f"campaign:{campaign.pk}", "campaign:guardrail:acknowledged")
            raise GuardrailError(f"{done or 'It is acknowledged.'} Nothing was changed.")
        record(
            "campaign:guardrail:acknowledged",
            f"Guardrail “{kind.label}” of {campaign.name} acknowledged and re-armed",
            subject=f"campaign:{campaign.pk}",
            campaign_ref=campaign.pk,
            by=by,
            via=via,
            before={"words": trip.words},
            note=words,
        )
        incident = Incident.objects.filter(pk=trip.incident_ref).first() if trip.incident_ref else None
        if incident is not None:
            resolve_incident(incident, by=by, note=words, is_over=True)
        keep(campaign.workspace, [campaign])
    trip.refresh_from_db()
    return trip
