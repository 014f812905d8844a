"""What a person reads where an entry is refused: the field, one cause, one next step."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import RegexValidator

from iexdg.ui.forms import Form, OwnSentences

_CLOCK = RegexValidator(r"^\d\d:\d\d$", "Enter a time as 09:00.")


def error_of(field: forms.Field, value: object) -> str:
    """The one error of a form with this field, called `thing`."""
    form = type("OneField", (Form,), {"thing": field})({"thing": value}, {"thing": value})
    [error] = form.errors["thing"]
    return str(error)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (forms.CharField(label="Name"), "", "“Name” is empty. Fill it in."),
        (forms.CharField(), " ", "“Thing” is empty. Fill it in."),
        (forms.CharField(label="Name", max_length=3), "Olive", "“Name” has 5 characters. Shorten it to 3 or fewer."),
        (forms.CharField(label="Name", min_length=3), "O", "“Name” is too short. Enter 3 characters or more."),
        (
            forms.CharField(label="Name"),
            "O\0",
            "“Name” contains a NUL character. Enter it without that character.",
        ),
        (forms.BooleanField(label="Delete it."), "", "“Delete it” is not ticked. Tick it to continue."),
        (forms.ChoiceField(label="Role", choices=[("a", "A")]), "", "Nothing is chosen under “Role”. Choose an entry."),
        (
            forms.ChoiceField(label="Role", choices=[("a", "A")]),
            "<b>",
            "What was chosen under “Role” is not one of the choices. Choose one that is listed.",
        ),
        (
            forms.TypedMultipleChoiceField(label="Days", choices=[("1", "Mon")]),
            ["9"],
            "What was chosen under “Days” is not one of the choices. Choose one that is listed.",
        ),
        (
            forms.IntegerField(label="Port", min_value=1, max_value=65_535),
            "abc",
            "“Port” is not a whole number. Enter a whole number from 1 to 65,535.",
        ),
        (
            forms.IntegerField(label="Port", min_value=1, max_value=65_535),
            "0",
            "“Port” is too small. Enter a whole number from 1 to 65,535.",
        ),
        (
            forms.IntegerField(label="Port", max_value=9),
            "10",
            "“Port” is too large. Enter a whole number of 9 or less.",
        ),
        (forms.IntegerField(label="Port", min_value=9), "1", "“Port” is too small. Enter a whole number of 9 or more."),
        (forms.FloatField(label="Limit (%)"), "nan", "“Limit (percent)” is not a number. Enter a number."),
        (
            forms.DecimalField(label="Price", min_value=0, decimal_places=2),
            "-1",
            "“Price” is too small. Enter a number of 0 or more.",
        ),
        (
            forms.DecimalField(label="Price", decimal_places=2),
            "1.234",
            "“Price” has too many digits. Enter a number.",
        ),
        (
            forms.EmailField(label="Address (100 %)"),
            "olive",
            "“Address (100 percent)” is not an e-mail address. Enter one such as name@example.com.",
        ),
        (forms.DateField(label="Day"), "soon", "“Day” is not a date. Enter one such as 2026-10-25."),
        (
            forms.URLField(label="Address", assume_scheme="https"),
            "http://",
            "“Address” is not a web address. Enter one such as https://example.com.",
        ),
        (forms.FileField(label="File"), None, "No file is chosen under “File”. Choose one."),
        (
            forms.FileField(label="File"),
            SimpleUploadedFile("a.csv", b""),
            "The file of “File” is empty. Choose another one.",
        ),
        (forms.JSONField(label="Passkey"), "{", "What the browser sent as “Passkey” cannot be read. Try again."),
    ],
)
def test_an_entry_that_is_refused_names_the_field_the_cause_and_what_to_do(
    field: forms.Field, value: object, sentence: str
) -> None:
    assert error_of(field, value) == sentence


def test_a_sentence_that_a_field_has_of_its_own_stays() -> None:
    own = forms.CharField(error_messages={"required": "Choose an event."})
    assert error_of(own, "") == "Choose an event."
    assert error_of(forms.CharField(validators=[_CLOCK]), "9") == "Enter a time as 09:00."


def test_a_label_that_is_set_after_the_form_was_made_is_the_one_that_is_named() -> None:
    class Renamed(Form):
        thing = forms.CharField(label="Before")

    form = Renamed({})
    form.fields["thing"].label = "After"
    assert form.errors == {"thing": ["“After” is empty. Fill it in."]}


def test_a_form_of_a_library_is_called_by_what_the_page_shows() -> None:
    class Library(forms.Form):
        password1 = forms.CharField(label="New Password")

    class Ours(OwnSentences, Library):
        shown_as = {"password1": "New password"}

    assert Ours({}).errors == {"password1": ["“New password” is empty. Fill it in."]}
    assert Library({}).errors == {"password1": ["This field is required."]}
