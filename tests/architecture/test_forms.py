"""No form shows a sentence of the framework: each is built on the project's own, and so are its fields."""

import ast
import importlib
from collections.abc import Iterator

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.module_loading import import_string

from iexdg.ui.forms import OwnSentences, use_own_sentences
from tests.architecture.tree import PRODUCT, name_of, parsed, text, under

OF_THE_FRAMEWORK = (
    "This field is required", "Select a valid choice", "Enter a valid", "Ensure this value", "Ensure that there are",
    "Enter a whole number", "Enter a number", "Enter a list of values", "Enter a complete value",
    "No file was submitted", "The submitted file is empty", "Ensure this filename", "Null characters", "Upload a valid",
)  # fmt: skip
TOO_LONG = "x" * 3_000_000
INPUTS: tuple[object, ...] = (
    "", None, "abc", TOO_LONG, "\0", "-1", "0", "999999999999999999999", "NaN", "1.23456789", "a@", "http://",
    "2026-99-99", "nowhere", ["nowhere"], "[", SimpleUploadedFile("empty.csv", b""),
    SimpleUploadedFile("x" * 300, b"x"),
)  # fmt: skip


def product_forms() -> list[type[forms.BaseForm]]:
    """Every form class of the product, once all of its modules with forms are imported."""
    for path in under(*PRODUCT):
        if "Form" in text(path) and "sandbox" not in path.parts and "management" not in path.parts:
            importlib.import_module(name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    found = list(subclasses(forms.BaseForm))
    return [one for one in found if one.__module__.split(".")[0] in PRODUCT]


def subclasses(of: type) -> Iterator[type[forms.BaseForm]]:
    for one in of.__subclasses__():
        yield one
        yield from subclasses(one)


def test_every_form_of_the_product_has_the_projects_sentences() -> None:
    found = product_forms()
    assert len(found) > 40
    assert [one.__qualname__ for one in found if not issubclass(one, OwnSentences)] == []


def test_no_module_builds_on_the_frameworks_form() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in under(*PRODUCT)
        if name_of(path) != "iexdg/ui/forms.py"
        for node in parsed(path).body
        if isinstance(node, ast.ClassDef) and {"forms.Form", "forms.ModelForm"} & set(map(ast.unparse, node.bases))
    ]
    assert found == []


def test_the_forms_of_the_library_that_are_reachable_have_them_too() -> None:
    """Of passwords and second factors; what no address leads to is not listed."""
    named = settings.ACCOUNT_FORMS | settings.MFA_FORMS
    assert {name for name, path in named.items() if not issubclass(import_string(path), OwnSentences)} == set()
    assert set(named) == {
        "login", "reauthenticate", "change_password", "reset_password_from_key", "activate_totp", "deactivate_totp",
        "authenticate", "add_webauthn", "edit_webauthn", "authenticate_webauthn", "reauthenticate_webauthn",
        "generate_recovery_codes",
    }  # fmt: skip


@pytest.mark.parametrize("form", product_forms(), ids=lambda form: f"{form.__module__}.{form.__qualname__}")
def test_no_field_says_a_sentence_of_the_framework(form: type[forms.BaseForm]) -> None:
    said = {
        (name, sentence)
        for name, declared in form.base_fields.items()
        if not isinstance(declared, forms.ModelChoiceField)
        for sentence in sentences_of(declared, name)
    }
    assert {one for one in said if one[1].startswith(OF_THE_FRAMEWORK) or not one[1].endswith(".")} == set()


def sentences_of(declared: forms.Field, label: str) -> list[str]:
    field = declared.__deepcopy__({})
    use_own_sentences(field, label)
    return [sentence for value in INPUTS for sentence in errors_of(field, value)]


def errors_of(field: forms.Field, value: object) -> list[str]:
    # A browser sends several values to a field that takes several.
    if isinstance(value, list) and not isinstance(field, forms.MultipleChoiceField):
        return []
    is_file = isinstance(field, forms.FileField)
    if is_file != isinstance(value, SimpleUploadedFile) and not (is_file and value in ("", None, "abc")):
        return []
    try:
        field.clean(value) if not is_file else field.clean(value, None)  # type: ignore[call-arg]
    except forms.ValidationError as error:
        return list(error.messages)
    return []


def test_the_rules_of_passwords_say_what_to_do() -> None:
    rules = get_default_password_validators()
    assert [type(rule).__module__ for rule in rules] == ["iexdg.team.password_rules"] * 4
    assert all(rule.get_error_message().count(".") == 2 for rule in rules)


def test_the_check_sees_a_sentence_of_the_framework() -> None:
    assert errors_of(forms.CharField(), "") == ["This field is required."]
