"""Sending accounts, audit logs, the block list, and the workspace with its plan: all of it read only."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Page, checked_limit, identified, many, one, page_of, walk
from iexdg.clients.instantly.types.workspace import (
    Account,
    AccountDay,
    AuditLog,
    BlockEntry,
    PlanDetails,
    WorkspaceInfo,
)

# A name of its own: inside the class `list` is the method.
AccountDays: TypeAlias = list[AccountDay]
# Source: instantly-api.md §2.4 (read 2026-11-26).
_MOST_ACCOUNTS = 200
_ACCOUNTS = "/api/v2/accounts"
_AUDIT_LOGS = "/api/v2/audit-logs"
_BLOCK_LIST = "/api/v2/block-lists-entries"
_CURRENT = "/api/v2/workspaces/current"
_PLAN = "/api/v2/workspace-billing/plan-details"
# Source: instantly-api.md §1 pagination, audit-logs alone take up to 1000 (read 2026-11-22).
_MOST_AUDIT_LOGS_PER_PAGE = 1000


class Accounts:
    """Source: instantly-api.md §2.4."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        status: int | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Account]:
        """Yield all sending accounts, page by page."""
        checked_limit(limit)

        def fetch(cursor: str | None) -> Page[Account]:
            query = {"limit": limit, "starting_after": cursor, "search": search, "status": status}
            answer = self._transport.request("GET", _ACCOUNTS, query=query, lane=lane)
            return page_of(answer, Account.from_raw, "GET", _ACCOUNTS)

        return walk(fetch, _ACCOUNTS)

    def daily(
        self, emails: Sequence[str], *, start: date, end: date | None = None, lane: Lane = Lane.BULK
    ) -> AccountDays:
        """Return what these accounts did, a row per account and day on which something happened.

        Shapes: emails - any number, asked about in portions; start to end - at most 31 days, end defaults to today.
        Source: instantly-api.md §2.4: at most 200 addresses a call, and 413 without any.
        """
        path = f"{_ACCOUNTS}/analytics/daily"
        rows: AccountDays = []
        for first in range(0, len(emails), _MOST_ACCOUNTS):
            query = {
                "emails": list(emails[first : first + _MOST_ACCOUNTS]),
                "start_date": start.isoformat(),
                "end_date": end.isoformat() if end else None,
            }
            answer = self._transport.request("GET", path, query=query, lane=lane)
            rows += [AccountDay.from_raw(row) for row in many(answer, "GET", path)]
        return rows


class AuditLogs:
    """Source: instantly-api.md §2.6 audit-logs."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        activity_type: int | None = None,
        search: str | None = None,
        start: date | None = None,
        end: date | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[AuditLog]:
        """Yield what was done in the workspace, page by page, in the vendor's order."""
        checked_limit(limit, _MOST_AUDIT_LOGS_PER_PAGE)

        def fetch(cursor: str | None) -> Page[AuditLog]:
            query = {
                "limit": limit,
                "starting_after": cursor,
                "activity_type": activity_type,
                "search": search,
                "start_date": start.isoformat() if start else None,
                "end_date": end.isoformat() if end else None,
            }
            answer = self._transport.request("GET", _AUDIT_LOGS, query=query, lane=lane)
            return page_of(answer, AuditLog.from_raw, "GET", _AUDIT_LOGS)

        return walk(fetch, _AUDIT_LOGS)


class BlockList:
    """Source: instantly-api.md §2.6 block-lists-entries (read 2026-11-26). Only read: DELETE without an id wipes it."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(self, *, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK) -> Iterator[BlockEntry]:
        """Yield every blocked address and domain, page by page."""
        checked_limit(limit)

        def fetch(cursor: str | None) -> Page[BlockEntry]:
            query = {"limit": limit, "starting_after": cursor}
            answer = self._transport.request("GET", _BLOCK_LIST, query=query, lane=lane)
            return page_of(answer, BlockEntry.from_raw, "GET", _BLOCK_LIST)

        return walk(fetch, _BLOCK_LIST)


class Workspace:
    """Source: instantly-api.md §2.6 workspaces and workspace-billing."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def current(self, *, lane: Lane = Lane.BULK) -> WorkspaceInfo:
        answer = self._transport.request("GET", _CURRENT, lane=lane)
        return WorkspaceInfo.from_raw(identified(answer, "GET", _CURRENT))

    def plan_details(self, *, lane: Lane = Lane.BULK) -> PlanDetails:
        """Read the credits and the lead allowance that are left."""
        return PlanDetails.from_raw(one(self._transport.request("GET", _PLAN, lane=lane), "GET", _PLAN))
