"""Which functions are called when Django or allauth report that someone signed in or changed a second factor."""

from allauth.mfa import signals
from django.contrib.auth.signals import user_logged_in

from iexdg.team.second_factor import record_added, record_removed, record_renewed
from iexdg.team.sessions import note_sign_in

user_logged_in.connect(note_sign_in)
signals.authenticator_added.connect(record_added)
signals.authenticator_removed.connect(record_removed)
signals.authenticator_reset.connect(record_renewed)
