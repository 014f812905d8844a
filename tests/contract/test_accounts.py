"""The client on sending accounts, keys, placement tests and sign-ins: what it refuses, hides, and waits for."""

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from iexdg.clients.http.errors import AuthError, ClientError, NotFoundError, ValidationError
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.instantly.accounts import NewAccount, ServerLogin
from tests.contract.conftest import BASE_URL, SANDBOX_KEY, Recorder, WorldTime

EXEC = "exec@peers.example.com"
SECRET = "s3cret-of-ada"


def new_account(password: str = SECRET) -> NewAccount:
    login = ServerLogin("mail.peers.example.com", 993, "ada", password)
    return NewAccount(
        email="ada@peers.example.com", first_name="Ada", last_name="L", provider_code=1, imap=login, smtp=login
    )


def test_a_refused_password_is_in_no_error_and_no_log(
    client: InstantlyClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ValidationError) as caught:
        client.accounts.create(new_account(f"wrong {SECRET}"))
    assert SECRET not in f"{caught.value} {caught.value.body} {caplog.text}"


def test_a_password_that_the_answer_repeats_is_redacted(world_time: WorldTime) -> None:
    def repeat(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"message": "refused", "request": request.content.decode()})

    transport = httpx.MockTransport(repeat)
    client = connect(BASE_URL, SANDBOX_KEY, http_transport=transport, sleep=world_time.sleep)
    with client, pytest.raises(ValidationError) as caught:
        client.accounts.create(new_account())
    assert SECRET not in caught.value.body
    assert "ada" in caught.value.body


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.accounts.pause_many([]),
        lambda client: client.accounts.pause_many([EXEC] * 101),
        lambda client: client.accounts.move([], from_workspace="a", to_workspace="b"),
        lambda client: client.accounts.vitals([]),
        lambda client: client.warmup.enable(),
        lambda client: client.warmup.disable([EXEC], every_account=True),
        lambda client: client.warmup.disable([EXEC], excluded=[EXEC]),
        lambda client: client.warmup.enable([EXEC] * 101),
        lambda client: client.api_keys.create("Nothing", []),
        lambda client: client.workspace.patch(),
        lambda client: client.placement.stats([]),
    ],
)
def test_what_could_mean_everything_or_nothing_is_never_sent(
    client: InstantlyClient, wire: Recorder, call: Callable[[InstantlyClient], Any]
) -> None:
    with pytest.raises(ValueError):
        call(client)
    assert wire.requests == []


def test_an_address_is_one_part_of_the_path(client: InstantlyClient, wire: Recorder) -> None:
    with pytest.raises(NotFoundError):
        client.accounts.get("a/b+c@peers.example.com")
    assert wire.requests[0].url.raw_path == b"/api/v2/accounts/a%2Fb%2Bc%40peers.example.com"


def test_an_answer_about_another_account_is_not_understood(world_time: WorldTime) -> None:
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"email": "other@peers.example.com"}))
    client = connect(BASE_URL, SANDBOX_KEY, http_transport=answer, sleep=world_time.sleep)
    with client, pytest.raises(ClientError, match="got another one") as caught:
        client.accounts.pause(EXEC)
    assert caught.value.outcome_unknown


def test_warm_up_is_waited_for(client: InstantlyClient, world_time: WorldTime) -> None:
    job = client.warmup.disable([EXEC])
    done = client.background_jobs.wait(job.remote_id, clock=world_time.clock, sleep=world_time.sleep)
    assert done.status == "success"
    assert client.accounts.get(EXEC).warmup_status == 0
    (warmed,) = client.warmup.analytics([EXEC])
    assert warmed.total.sent == sum(day.sent or 0 for day in warmed.days.values()) > 0


def test_vitals_and_a_tracking_domain_are_read(client: InstantlyClient) -> None:
    fine, broken = client.accounts.vitals([EXEC, "a@no-spf.example.com"])
    assert (fine.domain, fine.is_complete, broken.is_complete, broken.spf) == ("peers.example.com", True, False, False)
    assert client.accounts.tracking_domain("track.example.com").is_working is True
    with pytest.raises(ValidationError):
        client.accounts.tracking_domain("broken.example.com")


def test_a_made_key_works_is_in_no_repr_and_is_refused_once_it_is_deleted(
    client: InstantlyClient, wire: Recorder
) -> None:
    made = client.api_keys.create("Reader", ["campaigns:read"])
    assert made.key
    assert made.key not in repr(made)
    with connect(BASE_URL, made.key, http_transport=wire) as reader:
        assert list(reader.campaigns.list())
        client.api_keys.delete(made.remote_id)
        with pytest.raises(AuthError):
            list(reader.campaigns.list())


def test_a_mailbox_is_connected_by_a_link(client: InstantlyClient, instantly: Any) -> None:
    session = client.sign_ins.start("google")
    assert session.link
    assert session.link not in repr(session)
    assert client.sign_ins.outcome(session.session_id).status == "pending"
    with httpx.Client(transport=httpx.WSGITransport(app=instantly)) as browser:
        browser.post(session.link, data={"choice": "agree", "email": "lee@peers.example.com", "name": "Lee Park"})
    outcome = client.sign_ins.outcome(session.session_id)
    assert (outcome.is_connected, outcome.email) == (True, "lee@peers.example.com")
    assert client.accounts.get("lee@peers.example.com").provider_code == 2
