import pytest

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.errors import PartlyUnreadError, UnexpectedAnswerError
from iexdg.clients.instantly.answers import Listing, Page, checked_limit, collected, identified, one, page_of, walk
from iexdg.clients.instantly.model import Model, Text


def answer_of(value: object, method: str = "GET") -> Answer:
    return Answer(value, status=200, method=method, path="/api/p", is_write=method != "GET", secrets=("s3cret",))


def page(items: tuple[int, ...], cursor: str | None) -> Page[int]:
    return Page(items, cursor, answer_of({}))


class Book:
    """Pages by cursor; keeps the cursors that were asked for."""

    def __init__(self, pages: dict[str | None, Page[int]]) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    def fetch(self, cursor: str | None) -> Page[int]:
        self.asked.append(cursor)
        return self.pages[cursor]


def test_walking_stops_on_an_empty_page_even_if_the_last_full_one_named_a_cursor() -> None:
    book = Book({None: page((1, 2), "a"), "a": page((3, 4), "b"), "b": page((), "c")})
    assert list(walk(book.fetch)) == [1, 2, 3, 4]
    assert book.asked == [None, "a", "b"]


def test_walking_stops_when_no_cursor_is_named() -> None:
    book = Book({None: page((1,), None)})
    assert list(walk(book.fetch)) == [1]
    assert book.asked == [None]


def test_a_cursor_that_comes_twice_is_an_error_and_not_an_endless_walk() -> None:
    book = Book({None: page((1,), "a"), "a": page((2,), "a")})
    with pytest.raises(UnexpectedAnswerError, match="cursor came twice"):
        list(walk(book.fetch))


def test_pages_are_fetched_only_when_they_are_needed() -> None:
    book = Book({None: page((1, 2), "a"), "a": page((), None)})
    assert next(walk(book.fetch)) == 1
    assert book.asked == [None]


@pytest.mark.parametrize("limit", [0, 101, -1])
def test_a_limit_the_vendor_refuses_is_refused_here(limit: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 100"):
        checked_limit(limit)


@pytest.mark.parametrize("answer", [None, {}, "no", {"items": None}, {"items": {}}, []])
def test_a_page_without_items_is_an_error_and_never_an_empty_result(answer: object) -> None:
    with pytest.raises(UnexpectedAnswerError):
        page_of(answer_of(answer), Model)


@pytest.mark.parametrize("cursor", [None, ""])
def test_a_page_that_names_no_cursor_is_the_last(cursor: object) -> None:
    assert page_of(answer_of({"items": [], "next_starting_after": cursor}), Model).next_cursor is None


@pytest.mark.parametrize("cursor", [7, ["a"], {"id": "a"}, True])
def test_a_cursor_that_is_no_text_never_cuts_a_list_short(cursor: object) -> None:
    with pytest.raises(UnexpectedAnswerError, match="expected the cursor"):
        page_of(answer_of({"items": [{}], "next_starting_after": cursor}), Model)


class Named(Model):
    required = ("name",)

    name: Text = None


def listing(*values: object) -> Listing[Named]:
    found = Listing(Named)
    for value in values:
        found.add(answer_of(value))
    return found


def test_one_bad_record_loses_none_of_the_good_ones_and_is_reported() -> None:
    pages = {
        None: page_of(answer_of({"items": [{"name": "a"}, 5], "next_starting_after": "x"}), Named),
        "x": page_of(answer_of({"items": [{"name": 7}], "next_starting_after": "y"}), Named),
        "y": page_of(answer_of({"items": [{"name": "b"}]}), Named),
    }
    found, problem = collected(walk(pages.__getitem__))
    assert [one_of.name for one_of in found] == ["a", "b"]
    assert problem is not None
    assert problem.detail == "2 of 4 records could not be understood: one is int"


def test_a_list_in_several_answers_is_read_to_the_end_before_a_bad_record_is_reported() -> None:
    with pytest.raises(PartlyUnreadError, match=r"1 of 3 records could not be understood: name") as caught:
        listing([{"name": "a"}, {"name": []}], [{"name": "b"}]).result()
    assert [one_of.name for one_of in caught.value.understood] == ["a", "b"]


def test_an_object_with_another_id_is_not_the_one_that_was_asked_for() -> None:
    assert identified(answer_of({"id": "x"}), "x") == {"id": "x"}
    with pytest.raises(UnexpectedAnswerError, match="got another one"):
        identified(answer_of({"id": "y"}), "x")


@pytest.mark.parametrize("answer", [None, [], "text", 3])
def test_an_answer_of_the_wrong_shape_leaves_a_write_unknown(answer: object) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        one(answer_of(answer, "POST"))
    assert caught.value.outcome_unknown is True


@pytest.mark.parametrize(
    "answer", [{}, {"id": ""}, {"id": None}, {"id": "a b"}, {"id": "x" * 65}, {"error": "soft failure"}]
)
def test_an_object_without_an_id_is_not_the_thing_that_was_asked_for(answer: object) -> None:
    with pytest.raises(UnexpectedAnswerError, match="an object with an id"):
        identified(answer_of(answer))


def test_an_empty_list_is_a_list() -> None:
    assert listing([]).result() == []


def test_the_error_names_the_call_and_hides_what_is_secret() -> None:
    with pytest.raises(UnexpectedAnswerError, match=r"GET /api/p .* expected a list of objects, got dict") as caught:
        listing({"error": "no such key: s3cret", "to": "jane@example.com"})
    assert "s3cret" not in caught.value.body
    assert "jane@" not in caught.value.body
