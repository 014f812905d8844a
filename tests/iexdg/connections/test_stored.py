"""Stored connections: the key is encrypted, re-encrypted, never shown, and forgotten at the end."""

import io
import json
import logging
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from iexdg.connections.access import Access
from iexdg.connections.configured import configured_connection
from iexdg.connections.errors import NoFieldKeysError, UnreadableKeyError
from iexdg.connections.models import Connection
from iexdg.connections.stored import access_of, end, new_access, rotate, store, stored_access, stored_connections
from iexdg.settings import env

pytestmark = pytest.mark.django_db
KEY = "a-very-secret-key-1234"


def an_access(key: str = KEY, maton_connection: str = "") -> Access:
    transport = "maton" if maton_connection else "direct"
    return new_access(transport, "https://api.example.com", key, maton_connection, is_sandbox=False)


def stored(key: str = KEY) -> Connection:
    return store("Acme", an_access(key), by=None)


def in_the_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM connections_connection")
        return repr(cursor.fetchall())


def test_the_key_is_stored_encrypted_and_read_back(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        row = stored()
        assert stored_access(row.digest) == an_access()
    assert KEY not in in_the_database()
    assert KEY[:-4] not in f"{caplog.text}{row!r}{access_of(row)!r}"
    assert row.last4 == "1234"


def test_without_a_key_to_encrypt_with_nothing_is_stored(settings: Any) -> None:
    settings.FIELD_KEYS = []
    with pytest.raises(NoFieldKeysError, match="FIELD_KEYS is not set"):
        stored()
    assert Connection.objects.count() == 0


def test_a_key_that_was_encrypted_with_a_former_one_is_read_until_it_is_removed(settings: Any) -> None:
    row, former = stored(), settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *former]
    assert access_of(row).api_key == KEY
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    with pytest.raises(UnreadableKeyError, match="cannot be decrypted"):
        access_of(row)


def test_a_rotation_encrypts_anew_so_that_the_former_key_can_go(settings: Any) -> None:
    row, former = stored(), settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *former]
    out = io.StringIO()
    call_command("rotate_field_keys", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"rotated": 1}
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    fresh = Connection.objects.get(pk=row.pk)
    assert (access_of(fresh).api_key, fresh.digest) == (KEY, row.digest)


def test_a_rotation_that_cannot_read_one_key_changes_none(settings: Any) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    first = stored("first-key-0001")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    second = stored("second-key-0002")
    with pytest.raises(UnreadableKeyError):
        rotate()
    kept = dict(Connection.objects.values_list("pk", "credential"))
    assert kept == {first.pk: first.credential, second.pk: second.credential}


def test_a_rotation_without_a_key_says_so(settings: Any) -> None:
    stored()
    settings.FIELD_KEYS = []
    with pytest.raises(CommandError, match="FIELD_KEYS is not set"):
        call_command("rotate_field_keys")


def test_a_connection_that_ends_forgets_its_key_and_can_be_made_again() -> None:
    row = stored()
    assert end(row)
    assert not end(row)
    assert Connection.objects.get(pk=row.pk).credential == ""
    assert stored_access(row.digest) is None
    again = stored()
    assert list(stored_connections()) == [again]


def test_a_new_signing_key_leaves_stored_connections_as_they_are(settings: Any) -> None:
    row = stored()
    settings.SECRET_KEY = "another installation"
    assert stored_access(row.digest) is not None


def test_the_digest_of_the_environments_connection_is_that_of_earlier_versions() -> None:
    here = configured_connection()
    direct = new_access("direct", here.base_url, here.api_key, "", is_sandbox=True)
    assert direct.digest == here.digest
    assert an_access(maton_connection="c-1").digest != an_access().digest


@pytest.mark.parametrize(
    "fields",
    [
        {"transport": "maton", "maton_connection": ""},
        {"transport": "direct", "maton_connection": "c-1"},
        {"credential": ""},
    ],
)
def test_the_database_refuses_a_connection_that_makes_no_sense(fields: dict[str, str]) -> None:
    row = stored()
    with pytest.raises(IntegrityError), transaction.atomic():
        Connection.objects.filter(pk=row.pk).update(**fields)


def test_two_connections_with_one_key_are_refused_by_the_database() -> None:
    stored()
    with pytest.raises(IntegrityError), transaction.atomic():
        stored()


def test_field_keys_are_read_newest_first_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("SOME_FIELD_KEYS", f"{first}, {second}\n")
    assert env.fernet_keys("SOME_FIELD_KEYS") == [first, second]
    monkeypatch.setenv("SOME_FIELD_KEYS", f"{first},not-a-key")
    with pytest.raises(env.ImproperlyConfigured, match="Key 2 in SOME_FIELD_KEYS"):
        env.fernet_keys("SOME_FIELD_KEYS")
