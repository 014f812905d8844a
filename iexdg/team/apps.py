"""Django's registration of this app."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class TeamConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.team"

    def ready(self) -> None:
        """Have every session note when it began, and the audit list what members change about their second factor."""
        # Models may be imported only now.
        from allauth.mfa import signals  # noqa: PLC0415

        from iexdg.team.second_factor import record_added, record_removed, record_renewed  # noqa: PLC0415
        from iexdg.team.sessions import note_sign_in  # noqa: PLC0415

        user_logged_in.connect(note_sign_in)
        signals.authenticator_added.connect(record_added)
        signals.authenticator_removed.connect(record_removed)
        signals.authenticator_reset.connect(record_renewed)
