"""A second factor: set up, asked for, lost, required of a role."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client, TestCase
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData

from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member, SecondFactorRule
from iexdg.workspaces.models import Workspace

PASSWORD = "a-long-password"
Web = Callable[..., Client]
People = Callable[..., Member]


@pytest.fixture(autouse=True)
def _workspace(workspace: Workspace) -> None:
    """Every page has its bar."""


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up(client: Client) -> str:
    """Set up an authenticator app in a browser; returns its secret."""
    client.get("/accounts/2fa/totp/activate/")
    secret = str(client.session["mfa.totp.secret"])
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def enter_password(email: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/accounts/login/", {"login": email, "password": PASSWORD, "next": "/w/demo/leads/"})


def test_an_app_is_set_up_and_asked_for_after_the_password(web: Web, member: People) -> None:
    secret = set_up(web("operator"))
    client, answer = enter_password(member("operator").email)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/w/demo/leads/").status_code == 302
    assert "The code is wrong" in client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)})
    assert answer["Location"] == "/w/demo/leads/"
    assert client.get("/w/demo/leads/").status_code == 200


def test_a_code_is_valid_once(web: Web, member: People) -> None:
    secret = set_up(web("operator"))
    code = code_of(secret, 1)
    first, _ = enter_password(member("operator").email)
    assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    second, _ = enter_password(member("operator").email)
    assert second.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


@pytest.mark.parametrize("seconds", [0, 31])
def test_the_code_that_set_the_app_up_does_not_sign_in(web: Web, member: People, seconds: int) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        code = code_of(set_up(web("operator")))
        clock.shift(seconds)
        client, _ = enter_password(member("operator").email)
        page = client.post("/accounts/2fa/authenticate/", {"code": f"{code[:3]} {code[3:]}"})
        assert (page.status_code, "was used already" in page.content.decode()) == (200, True)
        assert client.get("/w/demo/leads/").status_code == 302


def test_a_used_code_stays_used_for_as_long_as_it_is_accepted(web: Web, member: People) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        secret = set_up(web("operator"))
        code = code_of(secret, 1)
        first, _ = enter_password(member("operator").email)
        assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
        clock.shift(45)
        second, _ = enter_password(member("operator").email)
        assert second.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_a_recovery_code_signs_in_once(web: Web, member: People) -> None:
    client = web("operator")
    set_up(client)
    authenticator = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    code = authenticator.wrap().get_unused_codes()[0]
    assert code in client.get("/accounts/2fa/recovery-codes/").content.decode()
    first, _ = enter_password(member("operator").email)
    assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    second, _ = enter_password(member("operator").email)
    assert second.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_codes_cannot_be_guessed(web: Web, member: People) -> None:
    set_up(web("operator"))
    client, _ = enter_password(member("operator").email)
    pages = [client.post("/accounts/2fa/authenticate/", {"code": "123456"}).content.decode() for _ in range(6)]
    assert ["Too many attempts" in page for page in pages] == [False] * 5 + [True]


def test_secrets_are_stored_encrypted(web: Web) -> None:
    secret = set_up(web("operator"))
    rows = list(Authenticator.objects.order_by("pk"))
    assert len(rows) == 2
    assert secret not in str([row.data for row in rows])
    codes = rows[1].wrap().get_unused_codes()
    assert len(codes) == 10
    assert rows[1].data["seed"].startswith("gAAAA")


def test_a_signing_key_that_was_replaced_still_reads_what_it_encrypted(web: Web, member: People, settings: Any) -> None:
    secret = set_up(web("operator"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"
    client, _ = enter_password(member("operator").email)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)}).status_code == 302


def test_nothing_is_set_up_without_a_recent_sign_in(web: Web) -> None:
    client = web("operator")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        answer = client.get("/accounts/2fa/totp/activate/")
        assert answer["Location"].startswith("/accounts/reauthenticate/")
        assert client.post("/accounts/2fa/totp/activate/", {"code": "123456"}).status_code == 302
    assert not Authenticator.objects.exists()


def test_an_admin_resets_the_second_factor_of_someone_who_lost_it_and_it_is_recorded(web: Web, member: People) -> None:
    theirs = web("operator")
    set_up(theirs)
    page = web("admin").get("/w/demo/settings/team/").content.decode()
    assert page.count("Reset second factor…</button>") == 1
    web("admin").post(f"/w/demo/settings/team/{member('operator').pk}/second-factor/")
    assert not Authenticator.objects.exists()
    events = list(AuditEvent.objects.order_by("pk").values_list("summary", "actor_name"))
    assert events == [
        ("Operator Person added an authenticator app", "Operator Person"),
        ("Operator Person added recovery codes", "Operator Person"),
        ("The second factor of Operator Person was reset", "Admin Person"),
    ]
    assert enter_password(member("operator").email)[1]["Location"] == "/w/demo/leads/"


def test_a_role_that_needs_one_sees_nothing_else_before(web: Web, member: People) -> None:
    operator, viewer, admin = web("operator"), web("viewer"), web("admin")
    assert operator.get("/w/demo/audit/").status_code == 200
    admin.post("/w/demo/settings/team/second-factor/", {"roles": ["operator", "admin"]})
    answer = operator.get("/w/demo/audit/")
    assert answer["Location"] == "/accounts/2fa/"
    assert operator.post("/w/demo/imports/upload/", {}).status_code == 302
    assert operator.get("/w/demo/audit/", headers={"HX-Request": "true"})["HX-Redirect"] == "/accounts/2fa/"
    assert viewer.get("/w/demo/audit/").status_code == 200
    set_up(operator)
    assert operator.get("/w/demo/audit/").status_code == 200
    event = AuditEvent.objects.filter(action="team:second-factor:required").get()
    assert (event.before, event.after) == ({"roles": "no role"}, {"roles": "Operator, Admin"})
    # The last one may not go while it is needed.
    page = operator.post("/accounts/2fa/totp/deactivate/")
    assert "Your role needs a second factor" in page.content.decode()
    assert Authenticator.objects.filter(user=member("operator"), type="totp").exists()


def test_the_rule_is_saved_as_it_was_ticked_and_only_an_admin_may(web: Web) -> None:
    admin = web("admin")
    admin.post("/w/demo/settings/team/second-factor/", {"roles": ["viewer"]})
    assert web("viewer").post("/w/demo/settings/team/second-factor/", {"roles": []}).status_code in {302, 403}
    assert list(SecondFactorRule.objects.values_list("role", flat=True)) == ["viewer"]
    assert admin.post("/w/demo/settings/team/second-factor/", {"roles": ["emperor"]}).status_code == 422
    admin.post("/w/demo/settings/team/second-factor/", {})
    assert not SecondFactorRule.objects.exists()


def test_a_passkey_page_offers_what_the_browser_needs(web: Web) -> None:
    html = web("operator").get("/accounts/2fa/webauthn/add/").content.decode()
    assert 'id="passkey-data" type="application/json"' in html
    assert "creation_options" in html
    assert "js/passkey.js" in html


@pytest.mark.parametrize("passkeys", [0, 1])
def test_the_second_step_offers_a_passkey_only_to_who_has_one(
    passkeys: int, web: Web, member: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(web("operator"))
    key = ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    known = [AttestedCredentialData.create(b"a" * 16, b"credential", key)] * passkeys
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: known)
    client, _ = enter_password(member("operator").email)
    html = client.get("/accounts/2fa/authenticate/").content.decode()
    assert 'name="code"' in html
    parts = ("Use a passkey", "passkey-data", "js/passkey.js")
    assert [html.count(part) for part in parts] == [passkeys] * 3


def test_a_passkey_answer_that_is_nonsense_is_refused_in_words(web: Web) -> None:
    client = web("operator")
    client.get("/accounts/2fa/webauthn/add/")
    for credential in ("{}", '{"id": 1}', "not json", "[]"):
        answer = client.post("/accounts/2fa/webauthn/add/", {"name": "Key", "credential": credential})
        assert answer.status_code == 200
        assert "circle-alert" in answer.content.decode() or "field__error" in answer.content.decode()
    assert not Authenticator.objects.exists()
