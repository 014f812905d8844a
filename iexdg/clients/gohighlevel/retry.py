"""Which calls to GoHighLevel are tried again.

Source: docs/api/gohighlevel-facts.md §3 and §7.
"""

from collections.abc import Callable

from iexdg.clients.gohighlevel.errors import BurstLimitError, DailyLimitError
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.retry import RetryPolicy


class CrmRetryPolicy(RetryPolicy):
    """Waits for the end of an interval, with up to a second more by chance; never for the end of the day."""

    def delay_s(
        self, error: ClientError, *, attempt: int, repeatable: bool, random: Callable[[], float]
    ) -> float | None:
        if isinstance(error, DailyLimitError):
            return None
        delay_s = super().delay_s(error, attempt=attempt, repeatable=repeatable, random=random)
        # All who were refused together would come back together.
        return delay_s + random() if delay_s is not None and isinstance(error, BurstLimitError) else delay_s
