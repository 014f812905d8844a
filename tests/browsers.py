"""How recently someone signed in, in the browser of a test."""

import time

from django.test import Client

from iexdg.team.models import Member


def signed_in_recently(client: Client, member: Member, *, ago_s: float = 0) -> None:
    """Note in the session that this member gave their password so many seconds ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago_s}]
    session["account_authentication_methods_user"] = str(member.pk)
    session.save()
