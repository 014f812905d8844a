"""The base of every form: the project's own sentences instead of the framework's.

Each names the field, gives one cause and says what to do next. What a field says in `error_messages` of its own stays.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.utils import pretty_name

if TYPE_CHECKING:
    _Validated = forms.BaseForm
else:
    _Validated = object

# The kinds of fields that are chosen, not typed.
_CHOSEN = (forms.ChoiceField, forms.ModelChoiceField)
# What a field of a kind holds, and an example.
_EXAMPLES: tuple[tuple[type[forms.Field], tuple[str, str]], ...] = (
    (forms.EmailField, ("an e-mail address", "name@example.com")),
    (forms.URLField, ("a web address", "https://example.com")),
    (forms.DateTimeField, ("a date with a time", "2026-10-25 09:00")),
    (forms.DateField, ("a date", "2026-10-25")),
    (forms.TimeField, ("a time", "09:00")),
)


class OwnSentences(_Validated):
    """Part of a form, also of one of a library: its errors are the project's sentences."""

    # What the page calls a field, where the library's label is another.
    shown_as: ClassVar[Mapping[str, str]] = {}

    def full_clean(self) -> None:
        """Validate the form; labels are those that the page has by now."""
        for name, field in self.fields.items():
            use_own_sentences(field, self.shown_as.get(name) or str(field.label or pretty_name(name)))
        super().full_clean()


class Form(OwnSentences, forms.Form):
    """What every form of the product is."""


def first_error(form: forms.BaseForm) -> str:
    """The first sentence of a form that is not valid, for a page that shows one."""
    return next(str(sentence) for sentences in form.errors.values() for sentence in sentences)


def use_own_sentences(field: forms.Field, label: str) -> None:
    """Replace the framework's sentences of a field, those of its validators included."""
    # A label may be a sentence; and a per cent sign in a message with parameters would be read as one of them.
    named = f"“{label.strip().rstrip('.:').replace('%', 'percent')}”"
    defaults = _defaults_of(field)
    for code, sentence in _sentences(field, named).items():
        current = field.error_messages.get(code)
        if current is None or current == defaults.get(code):
            field.error_messages[code] = sentence


def _defaults_of(field: forms.Field) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        found.update(getattr(kind, "default_error_messages", {}))
    return found


def _sentences(field: forms.Field, named: str) -> Mapping[str, str]:
    """By the code of the error. The framework fills in what stands after a per cent sign."""
    found = {
        "required": _required(field, named),
        "max_length": f"{named} has %(show_value)d characters. Shorten it to %(limit_value)d or fewer.",
        "min_length": f"{named} is too short. Enter %(limit_value)d characters or more.",
        "null_characters_not_allowed": f"{named} contains a NUL character. Enter it without that character.",
        "invalid_choice": f"What was chosen under {named} is not one of the choices. Choose one that is listed.",
        "invalid_list": f"What was chosen under {named} is not a list. Choose from those that are listed.",
        "invalid_pk_value": f"What was chosen under {named} is not one of the choices. Choose one that is listed.",
    }
    if isinstance(field, forms.IntegerField):
        found |= _of_numbers(field, named)
    elif isinstance(field, forms.FileField):
        found |= _of_files(named)
    elif isinstance(field, forms.JSONField):
        found["invalid"] = f"What the browser sent as {named} cannot be read. Try again."
    elif (example := _example_of(field)) is not None:
        found["invalid"] = f"{named} is not {example[0]}. Enter one such as {example[1]}."
    return found


def _required(field: forms.Field, named: str) -> str:
    if isinstance(field, forms.BooleanField):
        return f"{named} is not ticked. Tick it to continue."
    if isinstance(field, _CHOSEN):
        return f"Nothing is chosen under {named}. Choose an entry."
    if isinstance(field, forms.FileField):
        return f"No file is chosen under {named}. Choose one."
    return f"{named} is empty. Fill it in."


def _of_numbers(field: forms.IntegerField, named: str) -> dict[str, str]:
    """Of whole numbers, and of floats and decimals, which are subclasses."""
    kind = "a number" if isinstance(field, forms.FloatField | forms.DecimalField) else "a whole number"
    enter = f"Enter {kind}{_limits(field)}."
    return {
        "invalid": f"{named} is not {kind}. {enter}",
        "min_value": f"{named} is too small. {enter}",
        "max_value": f"{named} is too large. {enter}",
        "step_size": f"{named} is not one of the steps. Enter a multiple of %(limit_value)s.",
        **dict.fromkeys(
            ("max_digits", "max_decimal_places", "max_whole_digits"), f"{named} has too many digits. {enter}"
        ),
    }


def _limits(field: forms.IntegerField) -> str:
    least, most = field.min_value, field.max_value
    if least is not None and most is not None:
        return f" from {least:,} to {most:,}"
    if least is not None:
        return f" of {least:,} or more"
    return f" of {most:,} or less" if most is not None else ""


def _of_files(named: str) -> dict[str, str]:
    return {
        "invalid": f"No file arrived for {named}. Choose it again.",
        "missing": f"No file arrived for {named}. Choose it again.",
        "empty": f"The file of {named} is empty. Choose another one.",
        "max_length": f"The file of {named} has a name of %(length)d characters. Rename it to %(max)d or fewer.",
        "contradiction": f"A file was chosen under {named}, and also to be cleared. Do one of the two.",
    }


def _example_of(field: forms.Field) -> tuple[str, str] | None:
    """What a field of this kind holds, and an example; None where anything may be entered."""
    return next((words for kind, words in _EXAMPLES if isinstance(field, kind)), None)
