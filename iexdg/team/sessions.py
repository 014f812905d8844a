"""When a session ends by itself, and the sessions that a member has open."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from iexdg.team.models import Member

_BEGAN_AT = "began_at"
_USED_AT = "used_at"
# Noted at most this often: a page that is clicked through must not write on every click.
_NOTED_EVERY_S = 60
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class OpenSession:
    """One session of a member: where, since when, when it was last used."""

    pk: int
    where: str
    address: str
    since: datetime
    last_used_at: datetime
    is_this_one: bool


def note_sign_in(request: HttpRequest, **_: Any) -> None:
    """Note when a session began; the receiver of Django's signal, so that no way of signing in is forgotten."""
    request.session[_BEGAN_AT] = request.session[_USED_AT] = int(time.time())


def is_over(request: HttpRequest) -> bool:
    """Whether the session of a request is too old or was not used for too long; one that noted nothing is over."""
    return _has_ended(request.session)


def _has_ended(session: SessionBase | dict[str, Any]) -> bool:
    now = time.time()
    began_at, used_at = session.get(_BEGAN_AT, 0), session.get(_USED_AT, 0)
    return bool(now - began_at > settings.SESSION_MAX_S or now - used_at > settings.SESSION_IDLE_S)


def note_use(request: HttpRequest) -> None:
    """Note that a person used the session. A page that was left open polls by itself, which is no use."""
    if "X-Poll" in request.headers or time.time() - request.session.get(_USED_AT, 0) < _NOTED_EVERY_S:
        return
    request.session[_USED_AT] = int(time.time())
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=timezone.now(), ip=request.META["REMOTE_ADDR"]
    )


def open_sessions(request: HttpRequest, member: Member) -> list[OpenSession]:
    """The open sessions of the member who asks, the most recently used first; those that have ended are forgotten."""
    rows = _still_open(member)
    if all(row.session_key != request.session.session_key for row in rows):
        UserSession.objects.create_from_request(request)
        rows = _still_open(member)
    return [
        OpenSession(
            pk=row.pk,
            where=browser_words(row.user_agent),
            address=row.ip,
            since=row.created_at,
            last_used_at=row.last_seen_at,
            is_this_one=row.session_key == request.session.session_key,
        )
        for row in sorted(rows, key=lambda row: row.last_seen_at, reverse=True)
    ]


def _still_open(member: Member) -> list[UserSession]:
    """allauth's own list (`purge_and_list`) asks three times per session; this one asks twice for all of them."""
    rows = list(UserSession.objects.filter(user_id=member.pk))
    stored = Session.objects.in_bulk([row.session_key for row in rows])
    is_open = {key: _is_open(session.get_decoded(), member) for key, session in stored.items()}
    ended = [row.pk for row in rows if not is_open.get(row.session_key)]
    if ended:
        UserSession.objects.filter(pk__in=ended).delete()
    return [row for row in rows if is_open.get(row.session_key)]


def _is_open(session: dict[str, Any], member: Member) -> bool:
    """Whether a session is of the member, signed in with today's password, and has not ended by itself."""
    signed = str(session.get(HASH_SESSION_KEY, ""))
    hashes = (member.get_session_auth_hash(), *member.get_session_auth_fallback_hash())
    return (
        session.get(SESSION_KEY) == str(member.pk)
        and any(constant_time_compare(signed, one) for one in hashes)
        and not _has_ended(session)
    )


def end_session(member: Member, pk: int) -> bool:
    """End one session of a member; False where they have none with this number."""
    row = UserSession.objects.filter(user_id=member.pk, pk=pk).first()
    if row is not None:
        row.end()
    return row is not None


def end_other_sessions(request: HttpRequest, member: Member) -> int:
    """End every session of a member except the one of the request; returns how many."""
    rows = list(UserSession.objects.filter(user_id=member.pk).exclude(session_key=request.session.session_key))
    for row in rows:
        row.end()
    return len(rows)


def end_sessions(member: Member) -> None:
    """End every session of a member."""
    for row in UserSession.objects.filter(user_id=member.pk):
        row.end()


def browser_words(user_agent: str) -> str:
    """Name a browser and its system in words: "Firefox on Linux"; "An unknown browser" where neither is known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "An unknown browser"
