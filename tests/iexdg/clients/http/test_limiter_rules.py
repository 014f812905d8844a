"""What one process asks of the shared budget, and how it goes on while Redis cannot be asked."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from iexdg.clients.http.limiter import Lane, LocalLimiter, RedisLimiter, redis_for_limiter
from tests.iexdg.clients.fake_time import FakeTime


class FakeRedis:
    """A script that answers what it is given, or is away; keeps (keys, arguments) of every call."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.is_away = False
        self.asked: list[tuple[list[str], list[Any]]] = []
        self.during: Callable[[], object] | None = None

    def register_script(self, script: str) -> Callable[..., object]:
        assert "ARGV" in script
        return self._run

    def _run(self, *, keys: list[str], args: list[Any]) -> object:
        self.asked.append((keys, args))
        if self.during:
            self.during()
        if self.is_away:
            raise RedisConnectionError("gone")
        return self.answers.pop(0) if self.answers else b"0"


def limiter_of(redis: FakeRedis, time: FakeTime, **options: Any) -> RedisLimiter:
    return RedisLimiter(redis, "one", clock=time.clock, sleep=time.sleep, **options)


# -- what is asked -----------------------------------------------------------------------------------


def test_the_defaults_stay_below_what_the_vendor_allows(fake_time: FakeTime) -> None:
    redis = FakeRedis()
    limiter_of(redis, fake_time).acquire(Lane.BULK)
    keys = ["limiter:{one}", "limiter:{one}:recent", "limiter:{one}:minute"]
    # rate, burst, reserve, per second, per minute, slow for
    assert redis.asked == [(keys, ["take", "bulk", fake_time.now, 97.0, 10, 3, 100, 5900, 10.0])]


@pytest.mark.parametrize(
    ("options", "per_second"),
    [
        ({"rate_per_s": 9.2, "safety_reserve": 2}, 12),
        ({"rate_per_s": 9.0, "safety_reserve": 0}, 9),
        ({"per_second": 50}, 50),
    ],
)
def test_the_most_in_a_second_is_the_rate_and_the_reserve_unless_said_otherwise(
    fake_time: FakeTime, options: dict[str, Any], per_second: int
) -> None:
    redis = FakeRedis()
    limiter_of(redis, fake_time, **options).acquire(Lane.SAFETY)
    (_, args), *_ = redis.asked
    assert (args[1], args[6]) == ("safety", per_second)


def test_without_a_clock_the_server_tells_the_time() -> None:
    redis = FakeRedis()
    RedisLimiter(redis, "one").acquire(Lane.BULK)
    assert redis.asked[0][1][2] == 0


@pytest.mark.parametrize(
    ("answers", "slept"),
    [
        ([b"0"], []),
        (["0"], []),
        ([b"-0.1"], []),
        ([b"0.25", b"0.5", b"0"], [0.25, 0.5]),
        # Nobody sleeps longer than a second without looking again.
        ([b"1.0", b"30", b"0"], [1.0, 1.0]),
    ],
)
def test_it_waits_as_long_as_the_script_says_and_asks_again(
    fake_time: FakeTime, answers: list[object], slept: list[float]
) -> None:
    redis = FakeRedis(*answers)
    limiter_of(redis, fake_time).acquire(Lane.BULK)
    assert fake_time.slept == slept
    assert len(redis.asked) == len(answers)


@pytest.mark.parametrize(("retry_after", "said"), [(7.5, 7.5), (0, 0), (None, 0)])
def test_a_penalty_is_passed_on(fake_time: FakeTime, retry_after: float | None, said: float) -> None:
    redis = FakeRedis(b"48.5")
    limiter = limiter_of(redis, fake_time)
    limiter.penalise(retry_after)
    assert redis.asked[0][1][:2] == ["penalise", said]
    limiter.acquire(Lane.BULK)
    assert fake_time.slept == []


def test_the_last_minutes_count_is_asked_for(fake_time: FakeTime) -> None:
    redis = FakeRedis(b"42")
    assert limiter_of(redis, fake_time).used_last_minute() == 42
    assert redis.asked[0][1][:2] == ["used", ""]


# -- while Redis is away -----------------------------------------------------------------------------


def test_a_redis_that_is_away_is_left_alone_for_five_seconds(
    fake_time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    redis, started = FakeRedis(), fake_time.now
    redis.is_away = True
    limiter = limiter_of(redis, fake_time)

    with caplog.at_level(logging.WARNING, "iexdg.clients"):
        assert limiter.used_last_minute() is None
        assert len(caplog.records) == 1
        fake_time.now = started + 4.9
        assert limiter.used_last_minute() is None
        assert len(redis.asked) == 1
        fake_time.now = started + 5.0
        assert limiter.used_last_minute() is None
        assert len(redis.asked) == 2
        # The next look is five seconds after the last one.
        fake_time.now = started + 9.9
        limiter.used_last_minute()
        assert len(redis.asked) == 2
        redis.is_away = False
        fake_time.now = started + 10.0
        assert limiter.used_last_minute() == 0
        assert limiter.used_last_minute() == 0

    assert len(redis.asked) == 4
    assert [record.message for record in caplog.records] == [
        "limiter: Redis does not answer (ConnectionError), going on slowly",
        "limiter: Redis answers again",
    ]


def test_without_a_clock_of_its_own_it_goes_on_by_the_clock_of_the_machine() -> None:
    redis = FakeRedis()
    redis.is_away = True
    limiter = RedisLimiter(redis, "one")
    assert limiter.used_last_minute() is None
    assert limiter.used_last_minute() is None
    assert len(redis.asked) == 1


def test_one_caller_at_a_time_finds_out_whether_redis_is_back(fake_time: FakeTime) -> None:
    redis, found = FakeRedis(), []
    redis.is_away = True
    limiter = limiter_of(redis, fake_time)
    limiter.used_last_minute()
    fake_time.now += 6
    redis.is_away = False
    # While the first one asks, a second caller does not wait for the same socket.
    redis.during = lambda: found.append(limiter.used_last_minute())
    assert limiter.used_last_minute() == 0
    assert found == [None]
    assert len(redis.asked) == 2


def test_a_slow_failure_counts_from_its_end(fake_time: FakeTime) -> None:
    redis = FakeRedis()
    redis.is_away = True

    def time_out() -> None:
        fake_time.now += 2

    redis.during = time_out
    limiter = limiter_of(redis, fake_time)
    started = fake_time.now
    limiter.used_last_minute()
    fake_time.now = started + 6.9
    limiter.used_last_minute()
    assert len(redis.asked) == 1
    fake_time.now = started + 7.0
    limiter.used_last_minute()
    assert len(redis.asked) == 2


def test_while_redis_is_away_bulk_goes_on_at_five_a_second(fake_time: FakeTime) -> None:
    redis, started = FakeRedis(), fake_time.now
    redis.is_away = True
    limiter = limiter_of(redis, fake_time)
    for _ in range(6):
        limiter.acquire(Lane.BULK)
    assert fake_time.now - started == pytest.approx(1.0)
    limiter.penalise(3.0)
    limiter.acquire(Lane.BULK)
    assert fake_time.slept[-1] == pytest.approx(3.0)


def test_the_slow_rate_can_be_chosen(fake_time: FakeTime) -> None:
    redis = FakeRedis()
    redis.is_away = True
    limiter = limiter_of(redis, fake_time, fallback_rate_per_s=2.0)
    limiter.acquire(Lane.BULK)
    limiter.acquire(Lane.BULK)
    assert fake_time.slept == [0.5]


def test_redis_is_opened_so_that_its_absence_is_noticed_at_once() -> None:
    options = redis_for_limiter("unix:///nowhere.sock").connection_pool.connection_kwargs
    assert (options["socket_connect_timeout"], options["socket_timeout"]) == (1, 2)
    assert options["retry"].get_retries() == 1


# -- the bucket of one process -----------------------------------------------------------------------


def test_the_first_caller_of_each_lane_goes_at_once_and_the_next_ones_wait_their_turn(fake_time: FakeTime) -> None:
    limiter = LocalLimiter(rate_per_s=4.0, clock=fake_time.clock, sleep=fake_time.slept.append)
    for _ in range(3):
        limiter.acquire(Lane.BULK)
    limiter.acquire(Lane.SAFETY)
    assert fake_time.slept == [0.25, 0.5]
    # A turn that was not used is not saved up.
    fake_time.now += 10
    for _ in range(2):
        limiter.acquire(Lane.BULK)
    assert fake_time.slept == [0.25, 0.5, 0.25]


def test_without_words_it_lets_five_through_in_a_second(fake_time: FakeTime) -> None:
    limiter = LocalLimiter(clock=fake_time.clock, sleep=fake_time.sleep)
    limiter.acquire(Lane.BULK)
    limiter.acquire(Lane.BULK)
    assert fake_time.slept == [pytest.approx(0.2)]
    assert limiter.used_last_minute() is None


@pytest.mark.parametrize("retry_after", [None, 0.0])
def test_a_penalty_without_a_time_holds_nobody(fake_time: FakeTime, retry_after: float | None) -> None:
    limiter = LocalLimiter(clock=fake_time.clock, sleep=fake_time.sleep)
    limiter.penalise(retry_after)
    limiter.acquire(Lane.BULK)
    assert fake_time.slept == []


def test_a_shorter_penalty_does_not_end_a_longer_one(fake_time: FakeTime) -> None:
    limiter = LocalLimiter(clock=fake_time.clock, sleep=fake_time.sleep)
    for seconds in (5.0, 2.0):
        limiter.penalise(seconds)
    limiter.acquire(Lane.SAFETY)
    assert fake_time.slept == []
    limiter.acquire(Lane.BULK)
    assert fake_time.slept == [5.0]
