"""The page of the connection: the location, its scopes, and what is left of the limits."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from iexdg.crm.models import CrmConnection, TokenSource
from iexdg.crm.queries import backlog_of, connection_of, for_a_person, waiting_unmatched
from iexdg.crm.scopes import COSTS
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

_WORDS = {True: ("Granted", "ok"), False: ("Missing", "bad"), None: ("Not known before it is used", "idle")}


@dataclass(frozen=True)
class ScopeLine:
    """One scope that we ask for. Shapes: tone - of its pill; cost - what its absence costs, "" where it is there."""

    scope: str
    words: str
    tone: str
    cost: str


@dataclass(frozen=True)
class ConnectionPage:
    """Everything that the page shows; `connection` is None where there is none."""

    workspace: Workspace
    connection: CrmConnection | None
    state: str
    tone: str
    scopes: tuple[ScopeLine, ...]
    missing: int
    host: str
    may_connect: bool
    may_check: bool
    may_sign_in: bool
    is_stored: bool
    backlog: int
    oldest_at: datetime | None
    failed: int
    unmatched: int
    read_at: datetime


def connection_page(workspace: Workspace, member: Member) -> ConnectionPage:
    """Return the page of a workspace's connection, as this member may see it."""
    connection = connection_of(workspace)
    scopes = _scopes(connection) if connection is not None and connection.scopes else ()
    state, tone = _state(connection)
    waiting = backlog_of(workspace)
    return ConnectionPage(
        workspace=workspace,
        connection=connection,
        state=state,
        tone=tone,
        scopes=scopes,
        missing=sum(line.tone == "bad" for line in scopes),
        host=settings.GHL_BASE_URL.partition("://")[2],
        may_connect=member.may(Action.CONNECT),
        may_check=member.may(Action.SYNC),
        may_sign_in=bool(settings.GHL_CLIENT_ID and settings.GHL_CLIENT_SECRET),
        is_stored=connection is not None and connection.source == TokenSource.STORED,
        backlog=waiting.count(),
        oldest_at=waiting.aggregate(at=Min("asked_at"))["at"],
        failed=for_a_person(workspace).count(),
        unmatched=waiting_unmatched(workspace).count(),
        read_at=timezone.now(),
    )


def _state(connection: CrmConnection | None) -> tuple[str, str]:
    if connection is None:
        return "Not connected", "idle"
    if connection.is_refused:
        return "Refused", "bad"
    if connection.error:
        return "Not readable", "warn"
    return ("Connected", "ok") if connection.checked_at else ("Not checked yet", "idle")


def _scopes(connection: CrmConnection) -> tuple[ScopeLine, ...]:
    lines = []
    for scope, cost in COSTS.items():
        has = connection.scopes.get(scope)
        words, tone = _WORDS[has if isinstance(has, bool) else None]
        lines.append(ScopeLine(scope, words, tone, cost if has is False else ""))
    return tuple(lines)
