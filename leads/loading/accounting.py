"""Pure rules: what Instantly's accounting of a batch means for each row, and whether it adds up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leads.models import Reason

# Skip classes of POST /leads/add and our reason for each. Source: reference §2.2 (read 2026-11-22).
SKIP_CLASSES: dict[str, str] = {
    "in_blocklist": Reason.IN_BLOCKLIST,
    "duplicated_leads": Reason.DUPLICATE_AT_INSTANTLY,
    "skipped_count": Reason.IN_OTHER_CAMPAIGN,
    "invalid_email_count": Reason.INVALID_AT_INSTANTLY,
    "incomplete_count": Reason.LOAD_REFUSED,
    "duplicate_email_count": Reason.DUPLICATE_AT_INSTANTLY,
}


@dataclass(frozen=True)
class Account:
    """Instantly's counts for one batch, as plain numbers. A count that is missing is None, never 0."""

    total_sent: int | None
    leads_uploaded: int | None
    skipped: dict[str, int | None]
    created: tuple[tuple[int | None, str, str], ...]
    remaining_in_plan: int | None

    @property
    def skipped_total(self) -> int | None:
        """The sum of all skip classes; None if one of them is missing."""
        known = [count for count in self.skipped.values() if count is not None]
        return sum(known) if len(known) == len(self.skipped) else None

    def adds_up(self, size: int) -> bool:
        """Whether sent = uploaded + all skip classes, for exactly the rows we sent, with every upload identified."""
        if self.total_sent != size or self.leads_uploaded is None or self.skipped_total is None:
            return False
        return self.leads_uploaded + self.skipped_total == size and self._identified() == self.leads_uploaded

    def _identified(self) -> int:
        """How many uploaded leads are identified: by an id, and by an address or a position in the batch."""
        return sum(1 for index, remote_id, email in self.created if remote_id and (email or index is not None))

    def names_rows_of(self, emails: Sequence[str]) -> bool:
        """Whether every uploaded lead is one of these rows, each of them once, and each with an id of its own."""
        places = {email: place for place, email in enumerate(emails)}
        rows: set[int] = set()
        for index, _, email in self.created:
            by_email = places.get(email.lower()) if email else index
            if by_email is None or by_email >= len(emails) or (index is not None and index != by_email):
                return False
            rows.add(by_email)
        ids = {remote_id for _, remote_id, _ in self.created}
        return len(rows) == len(ids) == len(self.created)

    def as_json(self) -> dict[str, int | None]:
        """The counts to store on the batch; never an address."""
        return {
            "total_sent": self.total_sent,
            "leads_uploaded": self.leads_uploaded,
            **self.skipped,
            "remaining_in_plan": self.remaining_in_plan,
        }


@dataclass(frozen=True)
class RowOutcome:
    """The outcome of one row: loaded (with Instantly's id) or not (with the reason)."""

    remote_id: str = ""
    reason: str = ""
    detail: str = ""


def row_outcomes(emails: Sequence[str], account: Account) -> list[RowOutcome]:
    """The outcome of each row of a batch that adds up, in order.

    Instantly identifies the leads it created but only counts the others. With one class of skips, that is the reason
    of all of them; with several, each row gets the list of possible reasons. Where the plan is full afterwards, the
    last rows are those that did not fit.
    """
    full = _without_room(emails, account)
    left_over = len(emails) - full
    elsewhere = (account.skipped.get("skipped_count") or 0) - full
    outcomes = _outcomes(emails, replace(account, skipped={**account.skipped, "skipped_count": elsewhere}))
    return outcomes[:left_over] + [RowOutcome(reason=Reason.NO_ROOM)] * full


def _without_room(emails: Sequence[str], account: Account) -> int:
    """How many of the last rows did not fit into the plan: counted as skipped, after the last lead that was created.

    Assumed: Instantly takes the rows in order until the plan is full, and counts the others as skipped.
    Passing: two of five created and three skipped, 0 left in the plan -> 3; 10 left -> 0.
    """
    skipped = account.skipped.get("skipped_count")
    if not skipped or account.remaining_in_plan is None or account.remaining_in_plan > 0:
        return 0
    created = {email.lower() for _, _, email in account.created if email}
    places = {index for index, _, _ in account.created if index is not None}
    places |= {place for place, email in enumerate(emails) if email in created}
    return min(skipped, len(emails) - 1 - max(places, default=-1))


def _outcomes(emails: Sequence[str], account: Account) -> list[RowOutcome]:
    made = {email.lower(): remote_id for _, remote_id, email in account.created}
    by_index = {index: remote_id for index, remote_id, _ in account.created if index is not None}
    classes = {name: count for name, count in account.skipped.items() if count}
    reason, detail = _reason_of(classes)
    return [
        RowOutcome(remote_id=made.get(email) or by_index.get(index, ""))
        if email in made or index in by_index
        else RowOutcome(reason=reason, detail=detail)
        for index, email in enumerate(emails)
    ]


def _reason_of(classes: dict[str, int]) -> tuple[str, str]:
    if len(classes) == 1:
        return SKIP_CLASSES[next(iter(classes))], ""
    listed = ", ".join(f"{count:,} {Reason(SKIP_CLASSES[name]).label}" for name, count in classes.items())
    return Reason.NOT_ACCOUNTED, f"one of: {listed}" if listed else ""
