"""The base of every type that Instantly answers with, and the field types that read its values leniently.

Instantly adds, leaves out and retypes fields without notice, so reading an object never raises: a field that is
missing or has another type is None (or empty), an unknown code is kept, and the complete answer stays in `raw`.
What was there and could not be understood is named by `unread`, so that nobody takes it for something not reported.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import (
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ModelWrapValidatorHandler,
    PlainValidator,
    PrivateAttr,
    ValidationError,
    model_validator,
)

Raw: TypeAlias = Mapping[str, Any]

# Control characters except tab and line breaks, direction overrides and isolates.
_UNSHOWN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_LONGEST_ORDINAL = 8
# What a column of whole numbers holds.
_LARGEST_INTEGER = 2**31 - 1
_LONGEST_ID = 64
_LONGEST_ADDRESS = 254
_AN_AMOUNT = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,12})?", re.ASCII)
_LARGEST_AMOUNT = 10**9


class Model(BaseModel):
    """One frozen object of Instantly's; made with `model_validate(raw)`, whose keys are Instantly's names.

    A field whose name differs from Instantly's has a `validation_alias`. `raw` is the object as it came.
    `required`: our names of the fields without which the object says nothing; `checked`: of those that must be
    readable where Instantly reports them.
    """

    required: ClassVar[tuple[str, ...]] = ()
    checked: ClassVar[tuple[str, ...]] = ()

    # By alias alone: a key of Instantly's that happens to be one of our names must not fill that field.
    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True, protected_namespaces=())

    _raw: Raw = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _keep_raw(cls, raw: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            model = read(raw)
        except ValidationError:
            if not isinstance(raw, Mapping):
                raise
            # JSON can carry half a surrogate pair as a key, which pydantic cannot keep as an extra field.
            model = read({key: value for key, value in raw.items() if _is_unicode(key)})
        if isinstance(raw, Mapping):
            model._raw = raw
        return model

    @property
    def raw(self) -> Raw:
        """Return the whole object as Instantly sent it."""
        return self._raw

    @property
    def unread(self) -> tuple[str, ...]:
        """Return Instantly's names of the fields that are needed and could not be understood; () if it is usable."""
        missing = [name for name in self.required if getattr(self, name) in (None, "")]
        misread = [name for name in self.checked if name not in missing and self._is_misread(name)]
        return tuple(self._name_of(name) for name in (*missing, *misread))

    def _name_of(self, name: str) -> str:
        alias = type(self).model_fields[name].validation_alias
        return str(alias.path[0] if isinstance(alias, AliasPath) else alias or name)

    def _is_misread(self, name: str) -> bool:
        alias = type(self).model_fields[name].validation_alias
        path = alias.path if isinstance(alias, AliasPath) else [alias or name]
        came: Any = self.raw
        for key in path:
            if came is None:
                return False
            if not isinstance(came, Mapping):
                return True
            came = came.get(key)
        return is_misread(came, getattr(self, name))

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        # Unknown fields may hold anything about a person, and a repr ends up in logs.
        return [(name, getattr(self, name)) for name, field in type(self).model_fields.items() if field.repr]


def is_misread(came: object, read: object) -> bool:
    """Say whether a value was there and is not what was read from it; null and empty ones say "none"."""
    if came is None or came in ("", [], {}):
        return False
    if isinstance(read, bool):
        return came is not read
    if isinstance(read, str):
        return not isinstance(came, str)
    if isinstance(read, tuple):
        return _is_list_misread(came, read)
    if isinstance(read, frozenset):
        return not isinstance(came, Mapping) or any(one not in (True, False, None) for one in came.values())
    return read is None


def _is_list_misread(came: object, read: tuple[object, ...]) -> bool:
    if not isinstance(came, list) or len(came) != len(read):
        return True
    return any(one.unread for one in read if isinstance(one, Model))


def _is_unicode(key: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in key)


def text(value: object) -> str | None:
    """Read a text; nothing else counts as one. What shows nothing, or turns the direction of what follows, is left out.

    An override of the direction would reorder the page around a name.
    """
    return _UNSHOWN.sub("", value) if isinstance(value, str) else None


def text_or_empty(value: object) -> str:
    """Read a text that is needed, such as an id; "" where there is none."""
    return text(value) or ""


def identifier(value: object) -> str:
    """Read an id; "" where there is none, or where it is no id at all, such as a text with spaces."""
    read = text(value) or ""
    return read if len(read) <= _LONGEST_ID and not re.search(r"[\s\x00-\x1f\x7f]", read) else ""


def address(value: object) -> str:
    """Read an e-mail address or a domain as it came; "" where there is none, or where it cannot be one."""
    read = text(value) or ""
    return read if len(read) <= _LONGEST_ADDRESS else ""


def integer(value: object) -> int | None:
    """Read a whole number that a column holds; JSON numbers such as 2.0 count, booleans and texts do not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # The comparison is exact, and false for a number that is none.
    return int(value) if abs(value) <= _LARGEST_INTEGER and value == int(value) else None


def count(value: object) -> int | None:
    """Read how many there are: a whole number that is not negative."""
    read = integer(value)
    return read if read is not None and read >= 0 else None


def code(value: object) -> int | None:
    """Read the code of a status: a whole number as such, since 1.0, true and "1" are no codes."""
    return integer(value) if isinstance(value, int) else None


def ordinal(value: object) -> int | None:
    """Read a place in an order, which Instantly sends as a number or as digits."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= _LONGEST_ORDINAL else None
    read = count(value)
    return read if read is not None and read < 10**_LONGEST_ORDINAL else None


def number(value: object) -> float | None:
    """Read a finite number; booleans and texts do not count."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        read = float(value)
    except OverflowError:
        return None
    return read if math.isfinite(read) else None


def amount(value: object) -> Decimal | None:
    """Read credits or money, from a number or a text, without the noise of binary fractions."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _AN_AMOUNT.fullmatch(value):
        return None
    read = Decimal(str(value))
    return read if read.is_finite() and abs(read) <= _LARGEST_AMOUNT else None


def flag(value: object) -> bool | None:
    """Read true or false; 0, 1 and "true" are neither."""
    return value if isinstance(value, bool) else None


def moment(value: object) -> datetime | None:
    """Read an ISO date-time as aware UTC; one without a zone is taken to be in UTC."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(value: object) -> date | None:
    """Read a date, also out of a full timestamp."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def texts(value: object) -> tuple[str, ...]:
    """Read a list of texts; items of another type are left out, and anything but a list is empty."""
    return tuple(_UNSHOWN.sub("", item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def mapping(value: object) -> Raw:
    """Read an object; anything else is an empty one."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> tuple[Raw, ...]:
    """Read a list of objects; items of another type are left out, and anything but a list is empty."""
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


Text = Annotated[str | None, PlainValidator(text)]
TextOrEmpty = Annotated[str, PlainValidator(text_or_empty)]
Identifier = Annotated[str, PlainValidator(identifier)]
Integer = Annotated[int | None, PlainValidator(integer)]
Count = Annotated[int | None, PlainValidator(count)]
Code = Annotated[int | None, PlainValidator(code)]
Ordinal = Annotated[int | None, PlainValidator(ordinal)]
Number = Annotated[float | None, PlainValidator(number)]
Amount = Annotated[Decimal | None, PlainValidator(amount)]
Flag = Annotated[bool | None, PlainValidator(flag)]
Moment = Annotated[datetime | None, PlainValidator(moment)]
Day = Annotated[date | None, PlainValidator(day)]
Texts = Annotated[tuple[str, ...], PlainValidator(texts)]
Object = Annotated[Raw, PlainValidator(mapping)]
# In front of a model and of a tuple of models: `Annotated[Model, AN_OBJECT]`, `Annotated[tuple[Model, ...], OBJECTS]`.
AN_OBJECT = BeforeValidator(mapping)
OBJECTS = BeforeValidator(mappings)
