"""Decides whether a failed call is tried again, and after how long; it neither calls nor sleeps."""

from collections.abc import Callable
from dataclasses import dataclass

from iexdg.clients.http.errors import (
    ClientError,
    ConnectError,
    NetworkError,
    RateLimitError,
    ServerError,
    UnexpectedAnswerError,
)

_CAN_HEAL = (NetworkError, ServerError, UnexpectedAnswerError, RateLimitError)


@dataclass(frozen=True)
class RetryPolicy:
    """Jittered exponential backoff that never repeats a write which may have been carried out.

    Units: seconds. `random` returns a number in [0, 1).
    Passing: a GET answered 503 is tried again. Failing: a POST of leads answered 503 is not.
    """

    max_attempts: int = 4
    base_s: float = 0.5
    cap_s: float = 8.0
    retry_after_cap_s: float = 60.0

    def delay_s(
        self, error: ClientError, *, attempt: int, repeatable: bool, random: Callable[[], float]
    ) -> float | None:
        """Return the wait before the next attempt, or None to give up.

        Shapes: attempt - the number of the attempt that just failed, from 1.
        """
        if attempt >= self.max_attempts or not self._may_repeat(error, repeatable=repeatable):
            return None
        if error.retry_after_s is not None:
            return min(max(error.retry_after_s, 0.0), self.retry_after_cap_s)
        ceiling = min(self.cap_s, self.base_s * 2 ** (attempt - 1))
        # Half fixed, half random: threads that failed together do not come back together.
        return float(ceiling / 2 + ceiling / 2 * random())

    def _may_repeat(self, error: ClientError, *, repeatable: bool) -> bool:
        if not isinstance(error, _CAN_HEAL):
            return False
        if isinstance(error, ConnectError | RateLimitError):
            return True
        return repeatable or not error.is_write
