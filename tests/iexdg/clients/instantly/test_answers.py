import pytest

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.errors import UnexpectedAnswerError
from iexdg.clients.instantly.answers import Page, checked_limit, identified, many, one, page_of, walk
from iexdg.clients.instantly.model import Model


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


@pytest.mark.parametrize("answer", [None, {}, "no", {"items": None}, {"items": {}}, {"items": ["x"]}, []])
def test_a_page_without_items_is_an_error_and_never_an_empty_result(answer: object) -> None:
    with pytest.raises(UnexpectedAnswerError):
        page_of(answer_of(answer), Model)


@pytest.mark.parametrize("cursor", [None, "", 7])
def test_a_cursor_that_is_no_text_ends_the_walk(cursor: object) -> None:
    assert page_of(answer_of({"items": [], "next_starting_after": cursor}), Model).next_cursor is None


@pytest.mark.parametrize("answer", [None, [], "text", 3])
def test_an_answer_of_the_wrong_shape_leaves_a_write_unknown(answer: object) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        one(answer_of(answer, "POST"))
    assert caught.value.outcome_unknown is True


@pytest.mark.parametrize("answer", [{}, {"id": ""}, {"id": None}, {"error": "soft failure"}])
def test_an_object_without_an_id_is_not_the_thing_that_was_asked_for(answer: object) -> None:
    with pytest.raises(UnexpectedAnswerError, match="an object with an id"):
        identified(answer_of(answer))


def test_an_empty_list_is_a_list() -> None:
    assert many(answer_of([])) == ()


def test_the_error_names_the_call_and_hides_what_is_secret() -> None:
    with pytest.raises(UnexpectedAnswerError, match=r"GET /api/p .* expected a list of objects, got dict") as caught:
        many(answer_of({"error": "no such key: s3cret", "to": "jane@example.com"}))
    assert "s3cret" not in caught.value.body
    assert "jane@" not in caught.value.body
