"""The words of the child process are reasons of a row."""

from leads.importing import reasons
from leads.models import Reason


def test_every_word_is_a_reason_of_a_row() -> None:
    words = {name: word for name, word in vars(reasons).items() if name.isupper()}
    assert words == {name: Reason[name].value for name in words}
