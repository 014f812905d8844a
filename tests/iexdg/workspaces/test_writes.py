"""The one door: the intent is told before the call leaves and after it came back, and of nothing else."""

import pytest

from iexdg.clients.http.errors import ClientError, RequestTimeoutError, ValidationError
from iexdg.workspaces.writes import Outcome, WriteResult, perform_write, record_result


class Diary:
    """An intent that writes down what it is told."""

    def __init__(self, *, may_leave: bool = True) -> None:
        self.may_leave = may_leave
        self.told: list[str] = []

    def begin(self) -> bool:
        self.told.append("leave")
        return self.may_leave

    def done(self, answer: str) -> None:
        self.told.append(f"done {answer}")

    def refused(self, error: ClientError) -> None:
        self.told.append(f"refused {error.code}")

    def unknown(self, error: ClientError) -> None:
        self.told.append(f"unknown {error.code}")


def test_the_attempt_is_written_down_before_the_call_leaves() -> None:
    diary = Diary()

    def call() -> str:
        assert diary.told == ["leave"]
        return "yes"

    assert perform_write(diary, call) == WriteResult(Outcome.DONE, "yes")
    assert diary.told == ["leave", "done yes"]


def test_what_must_not_leave_does_not() -> None:
    diary = Diary(may_leave=False)
    assert perform_write(diary, lambda: pytest.fail("it left")) == WriteResult(Outcome.NOT_SENT)
    assert diary.told == ["leave"]


@pytest.mark.parametrize(
    ("error", "outcome", "told"),
    [
        (ValidationError("no", status=400, is_write=True, request_arrived=True), Outcome.REFUSED, "refused validation"),
        (RequestTimeoutError("late", is_write=True), Outcome.UNKNOWN, "unknown timeout"),
    ],
)
def test_a_refusal_and_a_lost_answer_are_two_things(error: ClientError, outcome: Outcome, told: str) -> None:
    diary = Diary()

    def call() -> str:
        raise error

    assert record_result(diary, call) == WriteResult(outcome, error=error)
    assert diary.told == [told]


def test_what_is_no_answer_of_instantly_is_nobodys_outcome() -> None:
    diary = Diary()
    with pytest.raises(ZeroDivisionError):
        record_result(diary, lambda: str(1 // 0))
    assert diary.told == []
