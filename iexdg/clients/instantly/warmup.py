"""Warm-up of the sending accounts: what it did, and turning it on and off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import one
from iexdg.clients.instantly.background_jobs import BackgroundJob, job_in
from iexdg.clients.instantly.model import Count, Model, Number, Raw, mapping

# Source: docs/api/instantly-facts.md §2.4: at most 100 addresses a call.
_MOST_ACCOUNTS = 100
_PATH = "accounts"


class WarmupCounts(Model):
    """What warm-up sent and where it landed; the score (0-100) only in the sum of an account's days."""

    checked = ("sent", "landed_inbox", "landed_spam")

    sent: Count = None
    landed_inbox: Count = None
    landed_spam: Count = None
    received: Count = None
    health_score: Number = None


@dataclass(frozen=True)
class AccountWarmup:
    """The warm-up of one account: the sum, and each day; an unreported number is None, not 0."""

    email: str
    total: WarmupCounts
    days: Mapping[str, WarmupCounts]


class Warmup:
    """Source: docs/api/instantly-facts.md §2.4."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def analytics(self, emails: Sequence[str], *, lane: Lane = Lane.BULK) -> list[AccountWarmup]:
        """Read what warm-up did for these accounts, in portions of 100: a POST by name, a read by nature.

        Raises: UnexpectedAnswerError - a number could not be understood.
        """
        path = f"{_PATH}/warmup-analytics"
        found: list[AccountWarmup] = []
        for first in range(0, len(emails), _MOST_ACCOUNTS):
            body = {"emails": [*emails[first : first + _MOST_ACCOUNTS]]}
            found += _warmups(self._transport.request("POST", path, body=body, lane=lane, is_write=False))
        return found

    def enable(
        self,
        emails: Sequence[str] = (),
        *,
        every_account: bool = False,
        excluded: Sequence[str] = (),
        lane: Lane = Lane.BULK,
    ) -> BackgroundJob:
        """Turn warm-up on for these accounts, or for every account but the excluded ones, in a job to be waited for.

        Raises: ValueError - neither accounts nor every_account, both, or too many at once; nothing was sent.
        """
        return self._order("enable", emails, every_account, excluded, lane)

    def disable(
        self,
        emails: Sequence[str] = (),
        *,
        every_account: bool = False,
        excluded: Sequence[str] = (),
        lane: Lane = Lane.BULK,
    ) -> BackgroundJob:
        """Turn warm-up off, as `enable` turns it on."""
        return self._order("disable", emails, every_account, excluded, lane)

    def _order(
        self, action: str, emails: Sequence[str], every_account: bool, excluded: Sequence[str], lane: Lane
    ) -> BackgroundJob:
        if bool(emails) == every_account or (excluded and not every_account):
            raise ValueError("name accounts, or choose every_account and whom to exclude")
        if max(len(emails), len(excluded)) > _MOST_ACCOUNTS:
            raise ValueError(f"at most {_MOST_ACCOUNTS} addresses at once, not {max(len(emails), len(excluded))}")
        body = {"include_all_emails": True, "excluded_emails": [*excluded]} if every_account else {"emails": [*emails]}
        # Switching twice leaves the accounts as switching once; a repeat makes a second job, which changes nothing.
        answer = self._transport.request("POST", f"{_PATH}/warmup/{action}", body=body, lane=lane, repeatable=True)
        return job_in(answer)


def _warmups(answer: Answer) -> list[AccountWarmup]:
    raw = one(answer)
    totals, days = _part(answer, raw, "aggregate_data"), _part(answer, raw, "email_date_data")
    return [
        AccountWarmup(
            email,
            _counts(answer, total),
            {day: _counts(answer, counts) for day, counts in mapping(days.get(email)).items()},
        )
        for email, total in totals.items()
    ]


def _part(answer: Answer, raw: Raw, name: str) -> Raw:
    if not isinstance(raw.get(name), Mapping):
        raise answer.unexpected(f"expected {name} to be an object")
    return mapping(raw[name])


def _counts(answer: Answer, raw: object) -> WarmupCounts:
    read = WarmupCounts.model_validate(mapping(raw))
    if read.unread:
        raise answer.unexpected(f"{', '.join(read.unread)} could not be understood")
    return read
