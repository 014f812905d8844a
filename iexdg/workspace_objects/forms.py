"""What people enter about tags, labels, keys and webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address

from iexdg.clients.http.public_address import is_public
from iexdg.ui.forms import Form
from iexdg.ui.widgets import LongMenu
from iexdg.workspace_objects.addresses import host_of
from iexdg.workspace_objects.keys import COSTS
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.labels import KINDS
from iexdg.workspace_objects.webhooks import EVENTS, event_words


def _is_inside(host: str) -> bool:
    """Whether a host is certainly no public one: what a name leads to, only Instantly finds out."""
    name = host.rstrip(".").lower()
    try:
        validate_ipv46_address(name)
    except ValidationError:
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal")) or "." not in name
    return not is_public(name)


@dataclass(frozen=True)
class ScopeBox:
    """One scope to choose. Shapes: box - its checkbox; verb - what it allows; cost - what is lost without it."""

    box: forms.boundfield.BoundWidget
    scope: str
    verb: str
    cost: str


@dataclass(frozen=True)
class ScopeGroup:
    """The scopes of one resource, such as "block_list_entries"."""

    resource: str
    boxes: Sequence[ScopeBox]

    @property
    def words(self) -> str:
        """The resource in words: "block list entries"."""
        return self.resource.replace("_", " ").replace("-", " ")


class TagForm(Form):
    """A tag."""

    label = forms.CharField(label="Label", max_length=80)
    description = forms.CharField(label="Description", max_length=300, required=False)


class LabelForm(Form):
    """A label."""

    label = forms.CharField(label="Label", max_length=80)
    kind = forms.ChoiceField(label="Counts as", choices=KINDS)
    description = forms.CharField(label="Description", max_length=300, required=False)


class DeleteForm(Form):
    """Whether something is deleted."""

    confirmed = forms.BooleanField(label="Delete it at Instantly")


class DeleteLabelForm(DeleteForm):
    """Whether a label is deleted, and which interest its people get."""

    reassign_to = forms.TypedChoiceField(
        label="People with it get the interest", coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, interests: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        """Make the form. Shapes: interests - those that are left."""
        super().__init__(*args, **kwargs)
        self.fields["reassign_to"].choices = [("", "none"), *interests]  # type: ignore[attr-defined]


class KeyForm(Form):
    """A key. What it may do is chosen scope by scope."""

    name = forms.CharField(label="Name", max_length=80, help_text="Says where the key is used.")
    scopes = forms.MultipleChoiceField(
        label="Scopes", choices=[(scope, scope) for scope in COSTS], widget=forms.CheckboxSelectMultiple
    )

    @property
    def groups(self) -> list[ScopeGroup]:
        """The boxes of the scopes by resource, in the order of `COSTS`, each with what it costs not to have it."""
        found: dict[str, list[ScopeBox]] = {}
        for box in self["scopes"]:
            scope = str(box.data["value"])
            resource, _, verb = scope.partition(":")
            found.setdefault(resource, []).append(ScopeBox(box, scope, verb, COSTS[scope]))
        return [ScopeGroup(resource, boxes) for resource, boxes in found.items()]


class WebhookForm(Form):
    """A webhook."""

    url = forms.URLField(label="Address", max_length=500, assume_scheme="https", help_text="Begins with https://")
    event = forms.ChoiceField(label="Event", choices=[(name, event_words(name)) for name in EVENTS])
    campaign = forms.ChoiceField(label="Campaign", required=False, widget=LongMenu)
    name = forms.CharField(label="Name", max_length=80, required=False)

    def __init__(
        self,
        *args: Any,
        campaigns: Sequence[tuple[str, str]],
        labels: Sequence[tuple[int, str]],
        has: str = "",
        **kwargs: Any,
    ) -> None:
        """Make the form.

        Shapes: campaigns - (remote id, name); labels - (number, label) of the workspace's own; has - the address of
            the webhook that is changed, as it is shown: it need not be entered again.
        """
        super().__init__(*args, **kwargs)
        if has:
            self.fields["url"].required = False
            self.fields["url"].help_text = f"It is {has} now. Leave this empty to keep it."
        own = [(f"label:{number}", f"label {label}") for number, label in labels]
        events = [*((name, event_words(name)) for name in EVENTS), *own]
        self.fields["event"].choices = events  # type: ignore[attr-defined]
        self.fields["campaign"].choices = [("", "every campaign"), *campaigns]  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """Refuse an address that is not encrypted: what is delivered is about people."""
        url = str(self.cleaned_data["url"])
        if url and not url.startswith("https://"):
            raise forms.ValidationError("Enter an address that begins with https://, since people's data goes there.")
        if url and _is_inside(host_of(url)):
            raise forms.ValidationError("Instantly calls it from outside. Enter a public address.")
        return url

    @property
    def values(self) -> Item:
        """What was entered, as `create_webhook` takes it."""
        entered = self.cleaned_data
        event = str(entered["event"])
        number = int(event.removeprefix("label:")) if event.startswith("label:") else None
        return {
            "url": entered["url"],
            "event": None if number is not None else event,
            "interest": number,
            "campaign": entered["campaign"] or None,
            "name": entered["name"],
        }
