import pytest

from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    ConnectError,
    EdgeBlockedError,
    NetworkError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    UnexpectedAnswerError,
    ValidationError,
)
from iexdg.clients.http.retry import RetryPolicy

POLICY = RetryPolicy()
SAID = RetryPolicy(max_attempts=4, base_s=0.5, cap_s=8.0, retry_after_cap_s=60.0)


def delay(error: ClientError, *, attempt: int = 1, repeatable: bool = False, random: float = 0.5) -> float | None:
    return POLICY.delay_s(error, attempt=attempt, repeatable=repeatable, random=lambda: random)


@pytest.mark.parametrize("kind", [NetworkError, RequestTimeoutError, ServerError, UnexpectedAnswerError])
def test_a_read_that_can_heal_is_tried_again(kind: type[ClientError]) -> None:
    assert delay(kind()) == 0.375


@pytest.mark.parametrize("kind", [NetworkError, RequestTimeoutError, ServerError, UnexpectedAnswerError])
def test_a_write_that_may_have_arrived_is_never_repeated(kind: type[ClientError]) -> None:
    assert delay(kind(is_write=True)) is None


@pytest.mark.parametrize("kind", [NetworkError, RequestTimeoutError, ServerError, UnexpectedAnswerError])
def test_a_harmless_write_is_repeated(kind: type[ClientError]) -> None:
    assert delay(kind(is_write=True), repeatable=True) == 0.375


@pytest.mark.parametrize("kind", [ConnectError, RateLimitError])
def test_any_write_that_was_provably_not_carried_out_is_repeated(kind: type[ClientError]) -> None:
    assert delay(kind(is_write=True, request_arrived=False)) == 0.375


@pytest.mark.parametrize("kind", [AuthError, EdgeBlockedError, ValidationError])
def test_what_cannot_heal_is_not_tried_again(kind: type[ClientError]) -> None:
    assert delay(kind(), repeatable=True) is None


def test_the_wait_doubles_has_jitter_and_a_cap() -> None:
    assert [delay(ServerError(), attempt=n, random=0.0) for n in (1, 2, 3)] == [0.25, 0.5, 1.0]
    assert delay(ServerError(), attempt=1, random=0.99) == pytest.approx(0.4975)
    assert RetryPolicy(max_attempts=9).delay_s(ServerError(), attempt=8, repeatable=False, random=lambda: 1.0) == 8.0


def test_it_gives_up_after_the_fourth_attempt() -> None:
    assert delay(ServerError(), attempt=3) is not None
    assert delay(ServerError(), attempt=4) is None


def test_retry_after_is_honoured_and_capped() -> None:
    assert delay(RateLimitError(retry_after_s=7.0)) == 7.0
    assert delay(RateLimitError(retry_after_s=3600.0)) == 60.0


def test_the_policy_of_the_product_is_four_attempts_half_a_second_eight_and_a_minute() -> None:
    assert POLICY == SAID


@pytest.mark.parametrize(("asked_for", "wait"), [(-5.0, 0.0), (0.0, 0.0), (0.4, 0.4), (60.0, 60.0), (60.5, 60.0)])
def test_retry_after_is_never_negative_and_never_longer_than_a_minute(asked_for: float, wait: float) -> None:
    assert delay(RateLimitError(retry_after_s=asked_for)) == wait
