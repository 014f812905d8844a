"""The user actions on an import: start, stop, resume, release its canary, retry. Each is one conditional UPDATE."""

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from iexdg.team.audit.already import done_already
from iexdg.team.audit.models import AuditEvent
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.killswitch import is_stopped
from leads.errors import (
    AlreadyDoneError,
    ImportStateError,
    MarkedPeopleError,
    NoRoomError,
)
from leads.events import log
from leads.imports.counts import ImportCounts, counts_of
from leads.imports.effects import effect_of_resuming, effect_of_verifying_again, require_accepted, require_shown
from leads.imports.start_rules import (
    campaign_of,
    marked_words,
    no_room_words,
    require_loading_allowed,
    require_start_allowed,
    with_fewer,
)
from leads.lists.target import effect_of
from leads.loading.canary import CanaryPlan, CanaryVerdict, canary_capacity, canary_status, holds_remaining_rows
from leads.models import Import, ImportState, LoadPolicy, Reason, Row, RowState, VerifyBy
from leads.states import move_import, move_rows, stop_import

_CHECK_FIRST = "Check the file first; an import can be started only once."
# Events of an import that a person causes, in the words of the second person who tries.
_DONE = {
    "started": "started",
    "stopped": "stopped",
    "resumed": "resumed",
    "canary_released": "released",
    "pending_retried": "started again",
}


def start(
    imported: Import,
    *,
    by: Member,
    hold: bool = False,
    canary: CanaryPlan | None = None,
    accept_catch_all: bool = False,
    accept_no_room: bool = False,
    accept_marked: bool = False,
    verify_by: str = VerifyBy.ADDRESS,
    shown: str | None = None,
    via: str | None = None,
) -> None:
    """Start an import: verify every checked row, then load, hold, or load a few first (canary). Spends credits.

    Shapes: shown - the code of the `load_effect` that the person was shown; None where none is to be compared.
    Raises: NotAllowedError, ObserveModeError, KillSwitchError, ImportStateError (not checked yet, or already started;
        the price is more than the credits left), NoRoomError and MarkedPeopleError (see `_require_answers`),
        EffectNotAcceptedError (it loads, and does something else to the go-live than shown). Nothing was changed then.
    """
    require(by, Action.IMPORT, imported.workspace)
    imported.refresh_from_db()
    if imported.state != ImportState.MAPPED:
        raise _wrong_state(imported, "started", _CHECK_FIRST)
    policy = chosen_policy(imported, hold=hold, canary=canary)
    imported.verify_by = VerifyBy(verify_by)
    counts = counts_of(imported)
    require_start_allowed(imported, counts)
    _require_answers(imported, counts, accept_marked=accept_marked, accept_no_room=accept_no_room)
    if policy != LoadPolicy.HOLD:
        _require_shown(imported, shown)
    _move(
        imported,
        expected=(ImportState.MAPPED,),
        to=ImportState.VERIFYING,
        policy=policy,
        verify_by=imported.verify_by,
        **_canary_fields(canary),
        accept_catch_all=accept_catch_all,
        catch_all_accepted_by=by if accept_catch_all else None,
        credit_ceiling=Decimal(counts.credits_needed),
        started_at=timezone.now(),
        verb="started",
        refusal=_CHECK_FIRST,
    )
    log(imported, f"Started: {plural(counts.ok, 'address', 'addresses')}, at most {counts.credits_needed:,.2f} credits")
    after = {"policy": policy.value, "accept_catch_all": accept_catch_all, **_canary_fields(canary)}
    after |= {"accept_marked": imported.flags["marked"]} if marked_words(imported) else {}
    _record_event(imported, "started", by=by, via=via, after=after | {"verify_by": imported.verify_by})


def _require_answers(imported: Import, counts: ImportCounts, *, accept_marked: bool, accept_no_room: bool) -> None:
    """Raises: MarkedPeopleError - a column calls people unsubscribed or the like, and they were neither left out nor
    accepted; NoRoomError - the plan has no room for everyone, and that was not accepted.
    """
    if not accept_marked and (words := marked_words(imported)):
        raise MarkedPeopleError(f"{words} Nothing was started. Leave them out, or confirm beside the button.")
    if not accept_no_room and (words := no_room_words(imported, counts)):
        raise NoRoomError(f"{words} Nothing was started. Confirm it beside the button, or {with_fewer(imported)}.")


def _require_shown(imported: Import, shown: str | None) -> None:
    if shown is not None:
        imported.campaign = campaign_of(imported)
        require_shown(effect_of(imported), shown)


def chosen_policy(imported: Import, *, hold: bool, canary: CanaryPlan | None) -> LoadPolicy:
    """How verified rows are loaded. Raises: ImportStateError - what was chosen contradicts itself."""
    if imported.lead_list_id is not None and (hold or canary is not None):
        raise ImportStateError("A list sends nothing, so there is nothing to hold for. Load it now.")
    if canary is None:
        return LoadPolicy.HOLD if hold else LoadPolicy.NOW
    if hold:
        raise ImportStateError("Either hold everything or load a few first, not both.")
    if not 0 < canary.sends <= canary.rows or canary.hours < 0:
        raise ImportStateError("Load at least one person first, and wait for no more e-mails than people loaded first.")
    return LoadPolicy.CANARY


def _canary_fields(canary: CanaryPlan | None) -> dict[str, object]:
    if canary is None:
        return {}
    return {
        "canary_rows": canary.rows,
        "canary_hours": canary.hours,
        "canary_sends": canary.sends,
        "canary_asks": canary.asks,
    }


def stop(imported: Import, *, by: Member, via: str | None = None) -> None:
    """Stop loading. Batches in flight are still accounted for; loaded leads stay loaded and watched.

    Raises: NotAllowedError, ImportStateError (nothing is running). Nothing was changed then.
    """
    require(by, Action.IMPORT, imported.workspace)
    running = (ImportState.VERIFYING, ImportState.LOADING)
    if not stop_import(_this(imported), expected=running, reason=f"Stopped by {by.name}", due_at=timezone.now()):
        raise _wrong_state(imported, "stopped", "Nothing is running that could be stopped.")
    imported.refresh_from_db()
    log(imported, f"Stopped by {by.name}", "warn")
    _record_event(imported, "stopped", by=by, via=via)


def resume(imported: Import, *, by: Member, accepted: str = "", via: str | None = None) -> None:
    """Continue where it stopped; a held import loads now, under the same tripwire.

    Shapes: accepted - the code of the effect on the go-live that the person was shown and confirmed.
    Raises: NotAllowedError, ObserveModeError, KillSwitchError, ImportStateError (not stopped or held, or its canary has
        not passed), EffectNotAcceptedError. Nothing was changed then.
    """
    require(by, Action.IMPORT, imported.workspace)
    require_loading_allowed(imported)
    if holds_remaining_rows(imported) and (found := canary_status(imported)).verdict != CanaryVerdict.PASSED:
        raise ImportStateError(f"{found.words} Before that only an approver loads the rest, with a reason.")
    is_held = imported.state == ImportState.VERIFIED
    if is_held or imported.state == ImportState.STOPPED:
        imported.campaign = campaign_of(imported)
        require_accepted(effect_of_resuming(imported), accepted)
    _move(
        imported,
        expected=(ImportState.VERIFIED if is_held else ImportState.STOPPED,),
        to=ImportState.LOADING if is_held else imported.resume_to or ImportState.VERIFYING,
        resume_to="",
        stop_reason="",
        policy=_policy_after_resume(imported),
        credit_ceiling=_new_ceiling(imported),
        verb="resumed",
        refusal="It is neither stopped nor held.",
    )
    log(imported, f"Resumed by {by.name}")
    _record_event(imported, "resumed", by=by, via=via)


def release_canary(imported: Import, *, by: Member, reason: str, accepted: str = "", via: str | None = None) -> None:
    """Load the rest although the canary has not passed; an approver gives the reason.

    Shapes: accepted - as for `resume`.
    Raises: NotAllowedError, ObserveModeError, KillSwitchError, ImportStateError (no reason, or nothing is held by a
        canary), EffectNotAcceptedError. Nothing was changed then.
    """
    require(by, Action.RELEASE_CANARY, imported.workspace)
    require_loading_allowed(imported)
    note = reason.strip()
    if not note:
        raise ImportStateError("Give a reason for loading the rest before the canary has passed.")
    if not holds_remaining_rows(imported):
        raise _wrong_state(imported, "canary_released", "It is not held by a canary.")
    imported.campaign = campaign_of(imported)
    require_accepted(effect_of_resuming(imported), accepted)
    found = canary_status(imported)
    with transaction.atomic():
        _move(
            imported,
            expected=(ImportState.VERIFIED,),
            to=ImportState.LOADING,
            canary_released_at=timezone.now(),
            stop_reason="",
            verb="canary_released",
            refusal="This import is not held by a canary.",
        )
        log(imported, f"Canary released by {by.name}: {note[:200]}", "warn")
        after: dict[str, object] = {"rows": found.rest, "canary": found.words}
        _record_event(imported, "canary_released", by=by, via=via, after=after, note=note)


def _policy_after_resume(imported: Import) -> str:
    """Resuming a held import loads it; a canary that has not loaded its first people yet remains a canary."""
    if imported.state != ImportState.VERIFIED or canary_capacity(imported):
        return imported.policy
    return LoadPolicy.NOW


def retry_pending(imported: Import, *, by: Member, accepted: str = "", via: str | None = None) -> int:
    """Verify again the addresses that got no verdict in time. Returns how many.

    Shapes: accepted - as for `resume`.
    Raises: NotAllowedError, ObserveModeError, KillSwitchError, ImportStateError (still running, or no such address),
        EffectNotAcceptedError. Nothing was changed then.
    """
    require(by, Action.IMPORT, imported.workspace)
    require_loading_allowed(imported)
    waiting = Row.objects.filter(imported=imported, reason=Reason.PENDING)
    with transaction.atomic():
        count = move_rows(waiting, to=RowState.NEW, expected=RowState.REJECTED, reason="", receipt=None)
        if not count:
            raise _wrong_state(imported, "pending_retried", "Every address has a verdict.")
        imported.campaign = campaign_of(imported)
        require_accepted(effect_of_verifying_again(imported), accepted)
        _move(
            imported,
            expected=(ImportState.DONE, ImportState.SETTLING, ImportState.VERIFIED, ImportState.STOPPED),
            to=ImportState.VERIFYING,
            resume_to="",
            stop_reason="",
            # A list answers for all in it or for none; the few that are left are verified one by one.
            verify_by=VerifyBy.ADDRESS,
            credit_ceiling=None,
            verb="pending_retried",
            refusal="Wait until it has finished.",
        )
    log(imported, f"{plural(count, 'address is', 'addresses are')} verified again")
    _record_event(imported, "pending_retried", by=by, via=via, after={"rows": count})
    return count


def release_held(imported: Import, *, by: Member | None) -> bool:
    """Load a held import because its go-live was approved. False if it is no longer held, or loading is forbidden."""
    if is_stopped(imported.workspace):
        return False
    released = move_import(
        _this(imported),
        to=ImportState.LOADING,
        expected=ImportState.VERIFIED,
        stop_reason="",
        due_at=timezone.now(),
    )
    if released:
        log(imported, "Released by the approved go-live")
        _record_event(imported, "released", by=by)
    return released


def _new_ceiling(imported: Import) -> Decimal | None:
    """Resuming accepts the price of the remaining rows as counted now."""
    if imported.credit_ceiling is None:
        return None
    counts = counts_of(imported)
    return max(imported.credit_ceiling, counts.credits_needed)


def _move(imported: Import, *, expected: tuple[str, ...], to: str, verb: str, refusal: str, **changes: object) -> None:
    if not move_import(_this(imported), to=to, expected=expected, due_at=timezone.now(), **changes):
        raise _wrong_state(imported, verb, refusal)
    imported.refresh_from_db()


def _this(imported: Import) -> QuerySet[Import]:
    return Import.objects.filter(pk=imported.pk)


def _wrong_state(imported: Import, verb: str, refusal: str) -> ImportStateError:
    """The error for an import that is past this; where the same was done last, it says by whom and when."""
    imported.refresh_from_db()
    done = [f"import:{one}" for one in _DONE]
    last = AuditEvent.objects.filter(subject=f"import:{imported.pk}", action__in=done).order_by("-id").first()
    if last is not None and last.action == f"import:{verb}":
        return AlreadyDoneError(f"{done_already(_DONE[verb], last.actor_name, last.at)} Nothing was changed.")
    return ImportStateError(f"{imported.file_name} is {imported.state_label.lower()}. {refusal}")


_SENTENCES = {
    "started": "Import {} started",
    "stopped": "Import {} stopped",
    "resumed": "Import {} resumed",
    "canary_released": "The rest of import {} is loaded before its canary has passed",
    "released": "Import {} released by the approved go-live",
    "pending_retried": "Addresses without a verdict of import {} are verified again",
}


def _record_event(
    imported: Import,
    verb: str,
    *,
    by: Member | None,
    via: str | None = None,
    after: dict[str, object] | None = None,
    note: str = "",
) -> None:
    record(
        f"import:{verb}",
        _SENTENCES[verb].format(imported.file_name),
        subject=f"import:{imported.pk}",
        campaign_ref=imported.campaign_id,
        by=by,
        via=via,
        after=after or {},
        note=note[:2000],
    )
