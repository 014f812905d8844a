"""What continuing an import would do to the go-live of its campaign, and the refusal where no one accepted that."""

from campaigns.models import Approval, ApprovalState, GoLiveStage
from campaigns.sending.loading import LoadEffect, effect_given, open_approvals_of
from leads.errors import EffectNotAcceptedError
from leads.lists.target import NOTHING_CHANGES, effect_of
from leads.loading.canary import is_canary
from leads.models import Import, ImportState, LoadPolicy


def effect_of_resuming(imported: Import) -> LoadEffect:
    """What resuming, or releasing the rest of a canary, does; one query."""
    if imported.campaign_id is None:
        return NOTHING_CHANGES
    approval = open_approvals_of([imported.campaign_id]).get(imported.campaign_id)
    return effect_of_resuming_given(imported, approval)


def effect_of_resuming_given(imported: Import, approval: Approval | None) -> LoadEffect:
    """The same where this is the campaign's open approval: nothing where it counted these people; no query."""
    if imported.state == ImportState.STOPPED and _only_verifies(imported):
        return LoadEffect()
    if approval is not None and _is_counted(imported, approval):
        return LoadEffect()
    return effect_given(imported.to_campaign, approval)


def effect_of_verifying_again(imported: Import) -> LoadEffect:
    """What `retry_pending` does: no approval counted people without a verdict; a held import holds them too."""
    return LoadEffect() if imported.policy == LoadPolicy.HOLD else effect_of(imported)


def require_accepted(effect: LoadEffect, accepted: str) -> None:
    """Refuse to load where that changes a go-live and no one accepted it.

    Shapes: accepted - the code of the effect that a person was shown and confirmed, "" for none.
    Raises: EffectNotAcceptedError - nothing was changed.
    """
    if effect.holds_by_default and accepted != effect.code:
        raise EffectNotAcceptedError(f"{effect.words} Nothing was changed. Confirm it beside the button to continue.")


def require_shown(effect: LoadEffect, shown: str) -> None:
    """Refuse to start from a page that shows another effect than the one of now.

    Shapes: shown - the code of the effect on the page, "" where it showed none.
    Raises: EffectNotAcceptedError - nothing was changed.
    """
    if shown != effect.code:
        now = effect.words or "Loading changes no approval."
        raise EffectNotAcceptedError(
            f"The campaign changed since this page was opened. Now: {now} Nothing was started. Choose again."
        )


def held_words(effect: LoadEffect) -> str:
    """When the verified rows of a held import are loaded, as things stand now: one or two sentences."""
    if effect.holds_by_default:
        return f"{effect.words} Resume loads them."
    return "They are loaded when the go-live is approved, or when the import is resumed."


def _only_verifies(imported: Import) -> bool:
    return imported.policy == LoadPolicy.HOLD and imported.resume_to != ImportState.LOADING


def _is_counted(imported: Import, approval: Approval) -> bool:
    """Whether the approval covers these people: they were verified and held here when it was requested.

    Once it is live, only the rest of a canary is still here; adopting counts no one who is held.
    """
    if imported.state != ImportState.VERIFIED or imported.verified_at is None or approval.adopted:
        return False
    is_live = approval.state == ApprovalState.APPROVED and approval.stage == GoLiveStage.LIVE
    return imported.verified_at <= approval.requested_at and (is_canary(imported) or not is_live)
