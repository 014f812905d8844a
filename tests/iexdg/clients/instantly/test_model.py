from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from iexdg.clients import instantly
from iexdg.clients.instantly import leads, model, verification
from iexdg.clients.instantly.model import Integer, Model, Text

MODULES = [import_module(f"{instantly.__name__}.{found.name}") for found in iter_modules(instantly.__path__)]
MODELS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Model) and kind is not Model and kind.__module__ == module.__name__
]


class Person(Model):
    name: Text = None
    age: Integer = None


def keys_of(kind: type[Model]) -> set[str]:
    """Every key of Instantly's that a model reads, and its own names, which Instantly may use for something else."""
    aliases = [field.validation_alias for field in kind.model_fields.values()]
    paths = [alias if isinstance(alias, str) else getattr(alias, "path", [""])[0] for alias in aliases]
    return {str(path) for path in paths if path} | set(kind.model_fields) | {"raw", "_raw", "model_config", "status"}


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=5)
    | st.sampled_from(["\ud800", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2026-11-20", "sNaN", "1e9"])
)
INNER_KEYS = st.sampled_from(
    ["status", "schedules", "timing", "from", "days", "0", "steps", "variants", "credits", "outreach", "id", "\ud800"]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(INNER_KEYS, inner, max_size=4), max_leaves=12
)


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_no_object_whatever_is_in_it_crashes_a_model(kind: type[Model], data: st.DataObject) -> None:
    keys = st.sampled_from(sorted(keys_of(kind))) | st.text(st.characters(codec=None), max_size=4)
    raw = data.draw(st.dictionaries(keys, VALUES, max_size=8))
    read = kind.model_validate(raw)
    assert read.raw is raw
    for name in dir(kind):
        if not name.startswith(("_", "model_")) and isinstance(getattr(kind, name, None), property):
            getattr(read, name)


def test_there_are_models_to_check() -> None:
    assert len(MODELS) >= 15


def test_what_is_not_known_survives_and_what_is_missing_is_none() -> None:
    raw = {"name": "Jo", "a_field_of_next_year": {"x": 1}}
    person = Person.model_validate(raw)
    assert (person.name, person.age) == ("Jo", None)
    assert person.raw == raw
    assert person.model_extra == {"a_field_of_next_year": {"x": 1}}


def test_a_value_of_the_wrong_type_is_none_and_stays_in_raw() -> None:
    person = Person.model_validate({"name": 7, "age": "old"})
    assert (person.name, person.age) == (None, None)
    assert person.raw == {"name": 7, "age": "old"}


def test_half_a_character_as_a_key_or_a_value_does_not_crash() -> None:
    raw = {"name": "\ud800", "age": 7, "\udfff": 1, "city": "Ohio"}
    person = Person.model_validate(raw)
    assert (person.name, person.age, person.model_extra) == ("\ud800", 7, {"city": "Ohio"})
    assert person.raw is raw


def test_a_model_cannot_be_changed() -> None:
    person = Person.model_validate({"name": "Jo"})
    with pytest.raises(ValidationError, match="frozen"):
        person.name = "Joe"
    assert person.name == "Jo"


def test_a_key_named_like_one_of_our_own_names_fills_nothing() -> None:
    lead = leads.Lead.model_validate({"remote_id": "x", "open_count": 3, "raw": "y", "_raw": "z"})
    assert (lead.remote_id, lead.open_count) == ("", None)
    assert lead.raw["raw"] == "y"
    assert verification.Verification.model_validate({"status": "verified"}).status is None


def test_fields_that_are_not_known_are_not_in_the_repr() -> None:
    assert repr(Person.model_validate({"name": "Jo", "phone": "555"})) == "Person(name='Jo', age=None)"


def test_an_error_never_shows_what_was_sent() -> None:
    with pytest.raises(ValidationError) as caught:
        Person.model_validate("jane@example.com")
    assert "jane" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (2, 2),
        (2.0, 2),
        (2.5, None),
        (True, None),
        ("2", None),
        (None, None),
        (float("nan"), None),
        (2**31, None),
        (-(2**31) + 1, -(2**31) + 1),
    ],
)
def test_a_whole_number_that_a_column_holds_is_read_and_nothing_else(value: object, read: int | None) -> None:
    assert model.integer(value) == read


@pytest.mark.parametrize(
    ("value", "read"), [("2", 2), (2, 2), ("first", None), ("-1", None), ("²", None), ("9" * 5000, None), (True, None)]
)
def test_a_place_in_an_order_may_come_as_digits(value: object, read: int | None) -> None:
    assert model.ordinal(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [(2, 2.0), (2.5, 2.5), (True, None), ("2", None), (float("nan"), None), (float("inf"), None), (10**400, None)],
)
def test_only_a_finite_number_is_a_number(value: object, read: float | None) -> None:
    assert model.number(value) == read


@pytest.mark.parametrize(
    "nonsense", ["1", True, 1.0, float("nan"), float("inf"), [1], {"code": 1}, None, 2**40, -(10**30)]
)
def test_nothing_but_a_whole_number_is_the_code_of_a_status(nonsense: object) -> None:
    assert model.code(nonsense) is None
    assert model.code(-99) == -99


@pytest.mark.parametrize("nonsense", [-1, "3", True, [3], 2.5, 10**12])
def test_a_count_is_a_whole_number_and_not_negative(nonsense: object) -> None:
    assert model.count(nonsense) is None
    assert model.count(3) == 3


@pytest.mark.parametrize("nonsense", ["1e30", "1_000", "١٢", "-", "", "1" * 400, 1e30, float("inf")])
def test_an_amount_is_never_one_that_no_column_holds(nonsense: object) -> None:
    assert model.amount(nonsense) is None


@pytest.mark.parametrize(("value", "read"), [(True, True), (False, False), (1, None), ("true", None), (None, None)])
def test_only_true_and_false_are_a_flag(value: object, read: bool | None) -> None:
    assert model.flag(value) is read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (948.75, Decimal("948.75")),
        (0.1, Decimal("0.1")),
        ("0.25", Decimal("0.25")),
        (0, Decimal(0)),
        (None, None),
        (True, None),
        ("many", None),
        (float("nan"), None),
    ],
)
def test_credits_are_read_without_binary_noise(value: object, read: Decimal | None) -> None:
    assert model.amount(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-08-13T11:11:55.811Z", datetime(2026, 8, 13, 11, 11, 55, 811000, tzinfo=UTC)),
        ("2026-08-13T11:11:55+02:00", datetime(2026, 8, 13, 9, 11, 55, tzinfo=UTC)),
        ("2026-08-13T11:11:55", datetime(2026, 8, 13, 11, 11, 55, tzinfo=UTC)),
        ("yesterday", None),
        (1704067200, None),
        ("0001-01-01T00:00:00+23:00", None),
    ],
)
def test_a_moment_is_read_as_aware_utc(value: object, read: datetime | None) -> None:
    assert model.moment(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-20T10:00:00Z", date(2026, 11, 20)),
        ("soon", None),
        (20261120, None),
    ],
)
def test_a_day_is_read_out_of_a_date_or_a_timestamp(value: object, read: date | None) -> None:
    assert model.day(value) == read


def test_lists_and_objects_of_the_wrong_kind_are_empty() -> None:
    mixed: list[Any] = [{"k": 1}, "x"]
    assert model.texts("text") == ()
    assert model.texts(["x", 1, None]) == ("x",)
    assert model.mappings(mixed) == ({"k": 1},)
    assert model.mappings("text") == ()
    assert model.mapping("text") == {}
    assert model.mapping(None) == {}
