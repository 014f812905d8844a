"""What people enter about mailboxes."""

from typing import Any

from django import forms

from iexdg.clients.instantly.accounts import NewAccount, ServerLogin
from iexdg.ui.forms import Form

# Source: docs/api/instantly-facts.md §2.0, provider_code.
_BY_SERVERS = 1
_MOST_A_DAY, _MOST_GAP, _MOST_WARMUP = 10_000, 1_440, 1_000


class LimitsForm(Form):
    """New limits; an empty field stays as it is."""

    daily_limit = forms.IntegerField(
        label="E-mails a day",
        required=False,
        min_value=1,
        max_value=_MOST_A_DAY,
        help_text="The most that may leave a day, for all campaigns together.",
    )
    sending_gap = forms.IntegerField(
        label="Minutes between two e-mails", required=False, min_value=0, max_value=_MOST_GAP
    )

    warmup_limit = forms.IntegerField(
        label="Warm-up e-mails a day", required=False, min_value=1, max_value=_MOST_WARMUP, help_text="The most."
    )
    warmup_reply_rate = forms.FloatField(
        label="Share of warm-up e-mails answered",
        required=False,
        min_value=0,
        max_value=1,
        help_text="A number from 0 to 1: 0.3 is three in ten.",
    )
    warmup_increment = forms.ChoiceField(
        label="More warm-up e-mails each day",
        required=False,
        choices=[("", "as it is"), *((str(step), str(step)) for step in range(5)), ("disabled", "disabled")],
        help_text="How many more than the day before, until the limit. Disabled: the limit from the first day.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of them at least."""
        found = super().clean() or {}
        if not self.errors and not self.values:
            raise forms.ValidationError("Enter what is to change.")
        return found

    @property
    def values(self) -> dict[str, Any]:
        """The new limits under our names."""
        return {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, for the template."""
        of_warmup = [field for field in self if field.name.startswith("warmup_")]
        return [
            ("Campaign e-mails", [field for field in self if field not in of_warmup]),
            ("Warm-up", of_warmup),
        ]


class DeleteForm(Form):
    """That someone has read which campaigns lose the mailbox."""

    confirmed = forms.BooleanField(label="Delete it at Instantly. It cannot be undone.")


def _password() -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label="Password", max_length=1000, strip=False, widget=widget)


def _port(initial: int) -> forms.IntegerField:
    return forms.IntegerField(label="Port", min_value=1, max_value=65_535, initial=initial)


class ConnectByServersForm(Form):
    """A mailbox and how Instantly signs in at its servers. The passwords are in no answer."""

    email = forms.EmailField(label="Address", max_length=254)
    first_name = forms.CharField(label="First name", max_length=120)
    last_name = forms.CharField(label="Last name", max_length=120)
    imap_host = forms.CharField(label="Server", max_length=253)
    imap_port = _port(993)
    imap_username = forms.CharField(label="User", max_length=254)
    imap_password = _password()
    smtp_host = forms.CharField(label="Server", max_length=253)
    smtp_port = _port(587)
    smtp_username = forms.CharField(label="User", max_length=254)
    smtp_password = _password()

    @property
    def account(self) -> NewAccount:
        """What is handed to Instantly."""
        entered = self.cleaned_data
        return NewAccount(
            email=entered["email"].strip().lower(),
            first_name=entered["first_name"],
            last_name=entered["last_name"],
            provider_code=_BY_SERVERS,
            imap=self._login("imap"),
            smtp=self._login("smtp"),
        )

    @property
    def servers(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each server, for the template."""
        parts = ("host", "port", "username", "password")
        return [(name.upper(), [self[f"{name}_{part}"] for part in parts]) for name in ("imap", "smtp")]

    def _login(self, protocol: str) -> ServerLogin:
        return ServerLogin(
            host=self.cleaned_data[f"{protocol}_host"],
            port=self.cleaned_data[f"{protocol}_port"],
            username=self.cleaned_data[f"{protocol}_username"],
            password=self.cleaned_data[f"{protocol}_password"],
        )
