"""When placement tests are sent: at once, or by a weekly schedule, while they are active."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from iexdg.sandbox.http.wire import ApiError, JsonObject
from iexdg.sandbox.world.records import PlacementTest
from iexdg.sandbox.world.world import World

ONE_TIME, AUTOMATED = 1, 2
TEST_ACTIVE, TEST_PAUSED, TEST_COMPLETED = 1, 2, 3
# Assumed: a one-time test is over an hour after it was sent, once its results are in.
COMPLETED_AFTER_S = 3600.0
# A clock that jumps far would make very many; the latest are kept.
_MOST_RUNS = 400
_DEFAULT_ZONE, _DEFAULT_TIME = "America/Detroit", "09:00"


def play_tests(world: World, now: float) -> None:
    """Send every test that was due up to now."""
    for test in world.placement_tests.values():
        _play(world, test, now)


def _play(world: World, test: PlacementTest, now: float) -> None:
    fields = test["fields"]
    if fields["status"] != TEST_ACTIVE:
        return
    for _ in range(_MOST_RUNS):
        if not _is_due(test, now):
            break
        _send(world, test)
    if _is_due(test, now):
        test["next_run"] = next_run(fields, now)
    del test["runs"][:-_MOST_RUNS]
    if fields["type"] == ONE_TIME and test["runs"] and test["runs"][-1] + COMPLETED_AFTER_S <= now:
        fields["status"] = TEST_COMPLETED
        world.touch()


def _is_due(test: PlacementTest, now: float) -> bool:
    return test["next_run"] is not None and test["next_run"] <= now


def _send(world: World, test: PlacementTest) -> None:
    at = test["next_run"] or 0.0
    test["runs"].append(at)
    test["next_run"] = next_run(test["fields"], at) if test["fields"]["type"] == AUTOMATED else None
    world.touch()


def next_run(fields: JsonObject, after: float) -> float | None:
    """Return the next time of a schedule after a moment; None where no day is chosen.

    Source: OpenAPI, InboxPlacementTest.schedule: days "0" to "6" with 0 = Sunday.
    Assumed: every day at nine without a schedule.
    Raises: ApiError 400 - the time of day is none.
    """
    schedule = fields.get("schedule") or {}
    zone = ZoneInfo(schedule.get("timezone", _DEFAULT_ZONE))
    hour, minute = _time_of(schedule.get("timing", {}).get("from", _DEFAULT_TIME))
    days = schedule.get("days", {str(day): True for day in range(7)})
    local = datetime.fromtimestamp(after, UTC).astimezone(zone)
    for ahead in range(8):
        moment = (local + timedelta(days=ahead)).replace(hour=hour, minute=minute, second=0, microsecond=0)
        if days.get(str(moment.isoweekday() % 7)) and moment.timestamp() > after:
            return moment.timestamp()
    return None


def _time_of(text: str) -> tuple[int, int]:
    hour, _, minute = text.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise ApiError(400, "body/schedule/timing/from must be a time of day such as 02:30")
    return int(hour), int(minute)
