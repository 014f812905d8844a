"""Forms of the team page."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from iexdg.team.roles import Role


class PasswordForm(forms.Form):
    """A password that is passed on in person."""

    password = forms.CharField(
        label="First password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
        help_text="At least 10 characters. Pass it on in person, never by e-mail.",
    )


class AddMemberForm(PasswordForm):
    """A new member."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="Email", max_length=254)
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.VIEWER)
    field_order = ("name", "email", "role", "password")


class RoleForm(forms.Form):
    """A member's new role."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].widget.attrs["class"] = "input"


class SignInForm(forms.Form):
    """Whether a member may sign in."""

    is_active = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes")
