import pickle

import pytest

from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    ConflictError,
    ConnectError,
    EdgeBlockedError,
    NetworkError,
    NotFoundError,
    PlanError,
    RateLimitError,
    RequestTimeoutError,
    ScopeError,
    ServerError,
    UnexpectedAnswerError,
    ValidationError,
)

REFUSED = [
    AuthError,
    PlanError,
    ScopeError,
    NotFoundError,
    ConflictError,
    ValidationError,
    RateLimitError,
]


def test_every_cause_has_its_own_stable_code() -> None:
    kinds = [
        ConnectError, EdgeBlockedError, NetworkError, RequestTimeoutError, ServerError, UnexpectedAnswerError, *REFUSED,
    ]  # fmt: skip
    assert len({kind.code for kind in kinds}) == len(kinds) == 13


@pytest.mark.parametrize("kind", [ServerError, UnexpectedAnswerError])
def test_a_write_that_was_answered_badly_may_have_been_carried_out(kind: type[ClientError]) -> None:
    assert kind(is_write=True, request_arrived=True).outcome_unknown is True
    assert kind(is_write=False, request_arrived=True).outcome_unknown is False


@pytest.mark.parametrize("kind", [NetworkError, RequestTimeoutError])
def test_a_write_whose_answer_was_lost_may_have_been_carried_out(kind: type[ClientError]) -> None:
    assert kind(is_write=True).outcome_unknown is True
    assert kind(is_write=False).outcome_unknown is False


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refused_write_was_not_carried_out(kind: type[ClientError]) -> None:
    assert kind(is_write=True, request_arrived=True).outcome_unknown is False


@pytest.mark.parametrize("kind", [ConnectError, EdgeBlockedError])
def test_a_write_that_never_arrived_was_not_carried_out(kind: type[ClientError]) -> None:
    assert kind(is_write=True, request_arrived=False).outcome_unknown is False


def test_a_refusal_after_a_lost_answer_is_still_an_unknown_outcome() -> None:
    error = RateLimitError(is_write=True, request_arrived=True, earlier_attempt_unknown=True)
    assert error.outcome_unknown is True


def test_the_message_is_one_line_that_says_what_happened_and_what_next() -> None:
    error = ValidationError(
        "body must have\nrequired property 'name'",
        status=400,
        method="POST",
        path="/api/v2/campaigns",
        is_write=True,
        request_arrived=True,
    )
    assert str(error) == (
        "POST /api/v2/campaigns was refused as invalid (400): body must have required property 'name'. "
        "Correct the values that were sent."
    )


@pytest.mark.parametrize("kind", [RequestTimeoutError, NetworkError, ServerError])
def test_the_message_of_a_lost_write_says_to_read_it_back_and_not_to_try_again(kind: type[ClientError]) -> None:
    error = kind(method="POST", path="/api/v2/leads/add", is_write=True)
    words = "It may have been carried out: read it back before repeating it."
    assert str(error) == f"{error.what_happened} {words}"
    # A reading is tried again.
    assert str(kind(method="GET", path="/api/v2/leads")).endswith(f" {kind.advice}")


def test_no_message_shows_an_address_or_a_key() -> None:
    error = NotFoundError(
        "no verification for jane.doe@example.com, Bearer abc",
        status=404,
        body='{"email":"jane.doe@example.com"}',
        method="GET",
        path="/api/v2/email-verification/jane.doe%40example.com",
    )
    for shown in (str(error), repr(error), error.body, error.path, error.detail):
        assert "jane.doe" not in shown
        assert "abc" not in shown


def test_an_endless_message_is_cut() -> None:
    assert len(str(ServerError("x " * 5000, status=500))) < 500


def test_an_error_survives_pickling_as_task_queues_do_it() -> None:
    error = RateLimitError("slow down", status=429, method="POST", path="/p", is_write=True, retry_after_s=3.0)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is RateLimitError
    assert (str(copy), copy.retry_after_s, copy.status) == (str(error), 3.0, 429)
