"""What people fill in about a conversation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from iexdg.inbox.models import ReplyKind
from iexdg.inbox.typed import MOST_CHARACTERS, MOST_OF_ADDRESSES, too_long
from iexdg.inbox.words import addresses_in
from iexdg.team.models import Member
from iexdg.team.queries import members_of
from iexdg.team.roles import Action
from iexdg.ui.forms import Form
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspaces.models import Workspace


class ReplyForm(Form):
    """An answer, or an e-mail that is sent on; `seen` is the mark of the answers that the page showed."""

    asks_as_is = False

    kind = forms.ChoiceField(choices=ReplyKind.choices, initial=ReplyKind.REPLY, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    # No `max_length`: a browser would cut what is pasted, unsaid.
    to = forms.CharField(label="To", required=False)
    cc = forms.CharField(label="Cc", required=False)
    bcc = forms.CharField(label="Bcc", required=False)
    as_is = forms.BooleanField(label="Send it with variables that have no value", required=False)
    text = forms.CharField(label="Message", required=False, widget=forms.Textarea(attrs={"rows": 8}), strip=False)

    def clean_text(self) -> str:
        """Refuse a text that is too long."""
        text = str(self.cleaned_data.get("text") or "")
        if len(text) > MOST_CHARACTERS:
            raise ValidationError(too_long("text", len(text)))
        return text

    def clean_to(self) -> str:
        """Check the addresses."""
        return self._addresses("to")

    def clean_cc(self) -> str:
        """Check the addresses."""
        return self._addresses("cc")

    def clean_bcc(self) -> str:
        """Check the addresses."""
        return self._addresses("bcc")

    def _addresses(self, name: str) -> str:
        found = addresses_in(self.cleaned_data.get(name) or "")
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(f"{address} is not an e-mail address.") from None
        listed = ", ".join(found)
        if len(listed) > MOST_OF_ADDRESSES:
            raise ValidationError(too_long(name, len(listed)))
        return listed

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, by the names of a draft."""
        return {name: str(self.cleaned_data.get(name) or "") for name in ("kind", "to", "cc", "bcc", "text")}


class AssignForm(Form):
    """To whom a conversation goes; nobody where it is empty."""

    member = forms.ModelChoiceField(queryset=Member.objects.none(), required=False, empty_label="nobody")

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        """Make the form for a workspace: only those who may answer there can be chosen."""
        super().__init__(*args, **kwargs)
        may = [member.pk for member in members_of(workspace) if member.may(Action.ANSWER, workspace)]
        self.fields["member"].queryset = Member.objects.filter(pk__in=may)  # type: ignore[attr-defined]


class InterestForm(Form):
    """The interest of the person, Instantly's own or a label of the workspace; none where it is empty."""

    interest = forms.TypedChoiceField(label="Interest", coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        """Make the form for a workspace: its own labels can be chosen too."""
        super().__init__(*args, **kwargs)
        self.fields["interest"].choices = [("", "none"), *interest_choices(workspace)]  # type: ignore[attr-defined]
