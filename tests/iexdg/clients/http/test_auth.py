import pytest

from iexdg.clients.http.auth import Credentials


def test_a_bearer_token_is_a_header_and_a_secret() -> None:
    credentials = Credentials.bearer("invented-key")
    assert credentials.headers == (("Authorization", "Bearer invented-key"),)
    assert credentials.secrets == ("invented-key",)


def test_every_further_header_is_a_secret_too() -> None:
    credentials = Credentials.bearer("invented-key", {"Gateway-Connection": "c-1"})
    assert credentials.headers == (("Authorization", "Bearer invented-key"), ("Gateway-Connection", "c-1"))
    assert credentials.secrets == ("invented-key", "c-1")


def test_a_key_may_stand_in_a_header_of_its_own() -> None:
    assert Credentials((("X-Api-Key", "invented-key"),)).secrets == ("invented-key",)


def test_secrets_are_not_in_the_repr() -> None:
    assert repr(Credentials.bearer("invented-key")) == "Credentials()"


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        Credentials.bearer(key)
    assert key == "" or key not in str(caught.value)


@pytest.mark.parametrize("value", ["", " ", "line\r\nInjected: yes", "schlüssel"])
def test_a_header_value_that_cannot_be_one_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="Gateway-Connection") as caught:
        Credentials.bearer("invented-key", {"Gateway-Connection": value})
    assert not value.strip() or value not in str(caught.value)
