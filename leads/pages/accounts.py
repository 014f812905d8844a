"""The table in which every line of a file is accounted for, and what a person can do about each group."""

from dataclasses import dataclass

from leads.imports.counts import ImportCounts
from leads.loading.canary import is_canary
from leads.models import Import, ImportState, Reason, RowState

_MEND = "mend it in the failed-rows file and upload that"
ADVICE = {
    Reason.NO_EMAIL: _MEND,
    Reason.BAD_EMAIL: _MEND,
    Reason.BAD_ENCODING: "save the file as UTF-8 and upload the failed rows",
    Reason.BAD_SHAPE: _MEND,
    Reason.CELL_TOO_LONG: "shorten it in the failed-rows file and upload that",
    Reason.DUPLICATE_IN_FILE: "nothing, the first one counts",
    Reason.IN_CAMPAIGN: "nothing, the person is in it",
    Reason.IN_OTHER_CAMPAIGN: "nothing, two campaigns must not write to one person",
    Reason.INVALID: "nothing, it would have bounced",
    Reason.CATCH_ALL: "upload the failed rows and accept catch-all addresses; nothing is paid twice",
    Reason.PENDING: "ask again below, it costs nothing more",
    Reason.UNKNOWN_VERDICT: "tell an admin: Instantly uses a word we do not know",
    Reason.VERIFY_REFUSED: "look at the log, then upload the failed rows",
    Reason.IN_BLOCKLIST: "nothing, somebody asked for it",
    Reason.DUPLICATE_AT_INSTANTLY: "nothing, Instantly has the person",
    Reason.INVALID_AT_INSTANTLY: _MEND,
    Reason.LOAD_REFUSED: "look at the batch below, then upload the failed rows",
    Reason.NOT_ACCOUNTED: "look for the person in Instantly, then upload the failed rows",
}


@dataclass(frozen=True)
class Group:
    """Lines that share a fate."""

    what: str
    lines: int
    advice: str
    tone: str = "idle"


def groups_of(imported: Import, counts: ImportCounts) -> list[Group]:
    """Every line of the file in exactly one group, in the order of the flow."""
    groups = [_reason_group("Skipped", reason, lines) for reason, lines in _largest_first(counts.skipped)]
    groups += [_reason_group("Refused", reason, lines) for reason, lines in _largest_first(counts.rejected)]
    if counts.loaded:
        groups.append(Group("Loaded into the campaign", counts.loaded, "written to once the go-live is approved", "ok"))
    if counts.unknown:
        groups.append(
            Group("Outcome unknown", counts.unknown, "read back from Instantly, never sent again blindly", "bad")
        )
    groups += [_reason_group("Not loaded", reason, lines) for reason, lines in _largest_first(counts.load_failed)]
    return groups + _open_groups(imported, counts)


def _largest_first(reasons: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(reasons.items(), key=lambda pair: -pair[1])


def _reason_group(fate: str, reason: str, lines: int) -> Group:
    known = Reason(reason) if reason in Reason.values else Reason.UNKNOWN_VERDICT
    tones = {"Skipped": "idle", "Refused": "bad", "Not loaded": "bad"}
    return Group(f"{fate}: {known.label}", lines, ADVICE[known], tones[fate])


def _open_groups(imported: Import, counts: ImportCounts) -> list[Group]:
    groups = []
    for state, lines in counts.open.items():
        groups.append(Group(f"Open: {RowState(state).label}", lines, _what_next(imported, state), "busy"))
    return groups


def _what_next(imported: Import, state: str) -> str:
    if imported.state == ImportState.STOPPED:
        return "goes on when you resume"
    if imported.state == ImportState.VERIFIED and state == RowState.VERIFIED:
        return "held here by the canary" if is_canary(imported) else "held here until the go-live is approved"
    words = {
        RowState.NEW: "asked about next" if imported.started_at else "asked about when you start",
        RowState.VERIFYING: "Instantly is asked again every few seconds",
        RowState.VERIFIED: "loads when verification ends",
        RowState.LOADING: "on its way to Instantly",
    }
    return words[RowState(state)]


def identity_of(counts: ImportCounts) -> str:
    """The sum that must hold, in numbers: rows = skipped + rejected + loaded + unknown + failed + open."""
    parts = [
        counts.skipped_total, counts.rejected_total, counts.loaded, counts.unknown, counts.failed_total,
        counts.open_total,
    ]  # fmt: skip
    sign = "=" if counts.adds_up else "≠"
    return f"{counts.rows:,} {sign} " + " + ".join(f"{part:,}" for part in parts)
