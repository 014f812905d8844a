"""Forms of the team page."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from iexdg.team.models import Member
from iexdg.team.roles import Role
from iexdg.ui.forms import Form


class PasswordForm(Form):
    """A password that is passed on in person."""

    password = forms.CharField(
        label="First password",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters. Pass it on in person, never by e-mail.",
    )

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        """Make the form for a member whose password it is; for a new one their name and address are in the form."""
        super().__init__(*args, **kwargs)
        self._member = member

    def clean(self) -> dict[str, Any]:
        """Check the password by the rules of the settings, some of which compare it with name and address."""
        found = super().clean() or {}
        whose = self._member or Member(name=found.get("name", ""), email=found.get("email", ""))
        if "password" in found:
            try:
                validate_password(found["password"], whose)
            except forms.ValidationError as reasons:
                self.add_error("password", reasons)
        return found


EVERYWHERE, HERE = "everywhere", "here"


class AddMemberForm(PasswordForm):
    """A new member; where several workspaces are connected, also where the role holds."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="Email", max_length=254)
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.VIEWER)
    where = forms.ChoiceField(label="Where", required=False)
    field_order = ("name", "email", "role", "where", "password")

    def __init__(self, *args: Any, workspace: str = "", **kwargs: Any) -> None:
        """Make the form. Shapes: workspace - name of the current one, where there is a choice."""
        super().__init__(*args, **kwargs)
        if workspace:
            choices = [(HERE, f"Only in {workspace}"), (EVERYWHERE, "In every workspace")]
            self.fields["where"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["where"]


class RoleForm(Form):
    """A member's new role; empty for none."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)

    def __init__(self, *args: Any, may_be_none: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].widget.attrs["class"] = "input"
        self.fields["role"].required = not may_be_none


class SignInForm(Form):
    """Whether a member may sign in."""

    is_active = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes")


class SecondFactorForm(Form):
    """The roles of which a second factor is required."""

    roles = forms.MultipleChoiceField(
        label="Required of", choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ForgottenPasswordForm(Form):
    """The address to which a link is sent, if a member has it."""

    email = forms.EmailField(
        label="Email", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
