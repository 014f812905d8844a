"""Lists what every guardrail reads now."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from django.utils import timezone

from campaigns.errors import CampaignError
from campaigns.guardrails.dry_run import LOOK_BACK, samples_since, would_have_tripped
from campaigns.guardrails.rules import SPECS, Judgement, State
from campaigns.guardrails.watched import Watched, watched
from campaigns.models import GuardrailSample, TripEffect
from campaigns.queries import campaign_named
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Reads the mirror; makes no call to Instantly and changes nothing."""

    help = "List every guardrail of every campaign: limit, mode, current reading, state."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError, CampaignError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Optionally one campaign."""
        parser.add_argument("--campaign", metavar="CAMPAIGN", default="", help="name or remote id of one campaign")

    def work(self, **options: Any) -> Outcome:
        """Judge and print."""
        workspace, now = current_workspace(), timezone.now()
        named = [campaign_named(workspace, options["campaign"])] if options["campaign"] else None
        found = watched(workspace, now, named)
        samples = samples_since([one.campaign.pk for one in found], now - LOOK_BACK)
        facts = [_facts(one, judgement, samples[one.campaign.pk]) for one in found for judgement in one.judgements]
        lines = [f"{line['campaign']} · {line['kind']}: {line['state']} · {line['words']}" for line in facts]
        return Outcome({"guardrails": facts}, "\n".join(lines) or "No campaign is mirrored yet.")


def _facts(one: Watched, judgement: Judgement, samples: list[GuardrailSample]) -> dict[str, Any]:
    setting = judgement.setting
    trip = one.trips.get(setting.kind)
    is_open = trip is not None and trip.effect != TripEffect.DRY_RUN
    return {
        "campaign": one.campaign.name,
        "kind": setting.kind.value,
        "limit": setting.limit,
        "floor": setting.floor,
        "count": setting.count,
        "mode": setting.mode.value,
        "reading": judgement.value,
        "state": State.TRIPPED.value if is_open else judgement.state.value,
        "words": trip.words if is_open and trip is not None else judgement.words,
        "tripped_at": trip.at if is_open and trip is not None else None,
        "would_have_tripped_30_days": len(would_have_tripped(setting, samples)),
        "why": SPECS[setting.kind].why,
    }
