"""What the database must not hold in clear."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


class AsStored:
    """Reads the bytes of a session without decrypting them."""

    def loads(self, data: bytes) -> bytes:
        return data


def test_a_stored_session_shows_nothing_of_what_it_holds() -> None:
    session = SessionStore()
    session["mfa.totp.secret"] = "JBSWY3DPEHPK3PXP"
    session.create()
    inside = signing.loads(Session.objects.get().session_data, salt=session.key_salt, serializer=AsStored)
    assert inside.startswith(b"gAAAA"), "a token of Fernet"
    assert SessionStore(session.session_key)["mfa.totp.secret"] == "JBSWY3DPEHPK3PXP"


def test_a_session_of_the_key_before_is_kept_while_it_is_a_fallback_and_empty_afterwards(settings: Any) -> None:
    session = SessionStore()
    session["note"] = "kept"
    session.create()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-key-" * 5
    assert SessionStore(session.session_key).get("note") == "kept"
    settings.SECRET_KEY_FALLBACKS = []
    assert SessionStore(session.session_key).get("note") is None


def test_a_session_that_cannot_be_read_leads_to_signing_in(
    web: Callable[..., Client], workspace: Workspace, settings: Any
) -> None:
    browser = web("viewer")
    assert browser.get("/w/demo/incidents/").status_code == 200
    settings.SECRET_KEY = "another-key-" * 5
    assert browser.get("/w/demo/incidents/")["Location"].startswith("/accounts/login/")
