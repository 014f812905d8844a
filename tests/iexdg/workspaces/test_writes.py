"""`perform_write`: the intent is recorded before the request is sent, and its result afterwards."""

import pytest

from iexdg.clients.http.errors import ClientError, RequestTimeoutError, ValidationError
from iexdg.workspaces.writes import Outcome, WriteResult, perform_write, record_result


class RecordingIntent:
    """An intent that records its calls."""

    def __init__(self, *, may_begin: bool = True) -> None:
        self.may_begin = may_begin
        self.calls: list[str] = []

    def begin(self) -> bool:
        self.calls.append("begin")
        return self.may_begin

    def done(self, answer: str) -> None:
        self.calls.append(f"done {answer}")

    def refused(self, error: ClientError) -> None:
        self.calls.append(f"refused {error.code}")

    def unknown(self, error: ClientError) -> None:
        self.calls.append(f"unknown {error.code}")


def test_the_attempt_is_recorded_before_the_request_is_sent() -> None:
    intent = RecordingIntent()

    def call() -> str:
        assert intent.calls == ["begin"]
        return "yes"

    assert perform_write(intent, call) == WriteResult(Outcome.DONE, "yes")
    assert intent.calls == ["begin", "done yes"]


def test_what_must_not_be_sent_is_not_sent() -> None:
    intent = RecordingIntent(may_begin=False)
    assert perform_write(intent, lambda: pytest.fail("it was sent")) == WriteResult(Outcome.NOT_SENT)
    assert intent.calls == ["begin"]


@pytest.mark.parametrize(
    ("error", "outcome", "calls"),
    [
        (ValidationError("no", status=400, is_write=True, request_arrived=True), Outcome.REFUSED, "refused validation"),
        (RequestTimeoutError("late", is_write=True), Outcome.UNKNOWN, "unknown timeout"),
    ],
)
def test_a_refusal_and_a_lost_answer_are_two_results(error: ClientError, outcome: Outcome, calls: str) -> None:
    intent = RecordingIntent()

    def call() -> str:
        raise error

    assert record_result(intent, call) == WriteResult(outcome, error=error)
    assert intent.calls == [calls]


def test_an_error_of_our_own_is_no_result() -> None:
    intent = RecordingIntent()
    with pytest.raises(ZeroDivisionError):
        record_result(intent, lambda: str(1 // 0))
    assert intent.calls == []
