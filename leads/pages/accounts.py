"""The table that accounts for every line of a file, with the action for each group."""

from dataclasses import dataclass

from campaigns.sending.loading import LoadEffect
from leads.imports.counts import ImportCounts
from leads.loading.canary import is_canary
from leads.models import Import, ImportState, Reason, RowState
from leads.pages.import_rows import NO_REASON, rows_url

_FIX_IN_FILE = "fix it in the failed-rows file and upload that"
ADVICE = {
    Reason.NO_EMAIL: _FIX_IN_FILE,
    Reason.BAD_EMAIL: _FIX_IN_FILE,
    Reason.BAD_ENCODING: "save the file as UTF-8 and upload the failed rows",
    Reason.BAD_SHAPE: _FIX_IN_FILE,
    Reason.CELL_TOO_LONG: "shorten it in the failed-rows file and upload that",
    Reason.DUPLICATE_IN_FILE: "nothing, the first one counts",
    Reason.IN_CAMPAIGN: "nothing; whoever is deleted in Instantly first can be uploaded again",
    Reason.IN_LIST: "nothing; whoever is removed from the list first can be uploaded again",
    Reason.IN_OTHER_CAMPAIGN: "nothing, two campaigns must not write to one person; delete them there to move them",
    Reason.IN_OTHER_IMPORT: "finish that import, or go live with it; the failed-rows file names it",
    Reason.INVALID: "nothing, it would have bounced",
    Reason.CATCH_ALL: "upload the failed rows and accept catch-all addresses; nothing is paid twice",
    Reason.PENDING: "verify again, at no extra cost",
    Reason.UNKNOWN_VERDICT: "notify an admin: Instantly returned an unknown verdict",
    Reason.VERIFY_REFUSED: "check the log, then upload the failed rows",
    Reason.IN_BLOCKLIST: "nothing, the address was blocked on purpose",
    Reason.DUPLICATE_AT_INSTANTLY: "nothing, Instantly has the person",
    Reason.INVALID_AT_INSTANTLY: _FIX_IN_FILE,
    Reason.LOAD_REFUSED: "check the batch below, then upload the failed rows",
    Reason.HIDDEN_ROW: "show the row in Excel and upload again, if the person is meant",
    Reason.OTHER_TABLE: "upload the file again with the column names of that table, if its people are meant",
    Reason.NOTE: "nothing, it is no person",
    Reason.MARKED_UNSUBSCRIBED: "nothing, the person asked not to be written to",
    Reason.MARKED_DO_NOT_MAIL: "nothing, the person is not to be written to",
    Reason.MARKED_BOUNCED: "nothing, it bounced before",
    Reason.MARKED_INVALID: "nothing, a verification found that it would bounce",
    Reason.BOUNCED: "nothing, writing to them again would bounce again",
    Reason.UNSUBSCRIBED: "nothing, the person asked not to be written to",
    Reason.REPLIED: "answer them in the inbox; move them with “people who replied” chosen, if they are meant",
    Reason.LEFT_SOURCE: "look the person up: they were moved or removed meanwhile",
    Reason.ERASED: "nothing, the person was erased on request",
    Reason.NOT_MOVED: "read the log, then move them again",
    Reason.FLAGGED: "put them back above, if they are meant",
    Reason.NOT_ACCOUNTED: "find the person in Instantly, then upload the failed rows",
    Reason.NO_ROOM: "make room in the plan, then resume; nothing is verified or loaded twice",
}


@dataclass(frozen=True)
class LineGroup:
    """Lines with the same outcome."""

    outcome: str
    lines: int
    advice: str
    tone: str = "idle"
    url: str = ""


def groups_of(imported: Import, counts: ImportCounts, effect: LoadEffect) -> list[LineGroup]:
    """Every line of the file in exactly one group, in the order of processing.

    Shapes: effect - of resuming the import.
    """
    pk = imported.pk
    groups = _reason_groups(pk, RowState.SKIPPED, "Skipped", counts.skipped)
    groups += _reason_groups(pk, RowState.REJECTED, "Refused", counts.rejected)
    if counts.loaded:
        url = rows_url(pk, state=RowState.LOADED.value)
        advice, outcome = "contacted only while the go-live is approved", "Loaded into the campaign"
        if imported.lead_list_id is not None:
            advice, outcome = "no one writes to a list: move them to a campaign", "Put into the list"
        groups.append(LineGroup(outcome, counts.loaded, advice, "ok", url))
    if counts.unknown:
        advice, url = "read back from Instantly, never sent again blindly", rows_url(pk, state=RowState.UNKNOWN.value)
        groups.append(LineGroup("Outcome unknown", counts.unknown, advice, "bad", url))
    groups += _reason_groups(pk, RowState.LOAD_FAILED, "Not loaded", counts.load_failed)
    return groups + _open_groups(imported, counts, effect)


def _reason_groups(imported_pk: int, state: RowState, outcome: str, reasons: dict[str, int]) -> list[LineGroup]:
    """One group for each reason, the largest first."""
    tone = "idle" if state == RowState.SKIPPED else "bad"
    groups = []
    for reason, lines in sorted(reasons.items(), key=lambda pair: -pair[1]):
        known = Reason(reason) if reason in Reason.values else Reason.UNKNOWN_VERDICT
        url = rows_url(imported_pk, state=state.value, reason=reason or NO_REASON)
        groups.append(LineGroup(f"{outcome}: {known.label}", lines, ADVICE[known], tone, url))
    return groups


def _open_groups(imported: Import, counts: ImportCounts, effect: LoadEffect) -> list[LineGroup]:
    groups = []
    if counts.no_room:
        url = rows_url(imported.pk, state=RowState.VERIFIED.value, reason=Reason.NO_ROOM.value)
        groups.append(LineGroup(f"Open: {Reason.NO_ROOM.label}", counts.no_room, ADVICE[Reason.NO_ROOM], "bad", url))
    for state, found in counts.open.items():
        lines = found - counts.no_room if state == RowState.VERIFIED else found
        if not lines:
            continue
        only = {"reason": NO_REASON} if state == RowState.VERIFIED and counts.no_room else {}
        url = rows_url(imported.pk, state=str(state), **only)
        groups.append(
            LineGroup(f"Open: {RowState(state).label}", lines, _next_step_of(imported, state, effect), "busy", url)
        )
    return groups


def _next_step_of(imported: Import, state: str, effect: LoadEffect) -> str:
    if imported.state == ImportState.STOPPED:
        return "continues when you resume"
    if imported.state == ImportState.VERIFIED and state == RowState.VERIFIED:
        if is_canary(imported):
            return "held here by the canary"
        return f"held; {effect.clause}" if effect.clause else "held here until the go-live is approved, or resumed"
    words = {
        RowState.NEW: "verified next" if imported.started_at else "verified when you start",
        RowState.VERIFYING: "Instantly is polled every few seconds",
        RowState.VERIFIED: "loaded when verification ends",
        RowState.LOADING: "being sent to Instantly",
    }
    return words[RowState(state)]


def identity_of(counts: ImportCounts) -> str:
    """The sum that must be correct, in numbers: rows = skipped + rejected + loaded + unknown + failed + open."""
    parts = [
        counts.skipped_total, counts.rejected_total, counts.loaded, counts.unknown, counts.failed_total,
        counts.open_total,
    ]  # fmt: skip
    sign = "=" if counts.adds_up else "≠"
    return f"{counts.rows:,} {sign} " + " + ".join(f"{part:,}" for part in parts)
