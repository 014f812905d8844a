"""Links for a forgotten password: asked for on a page, sent by a worker.

The page writes one row whether or not a member has the address and sends nothing itself, so that neither its words nor
the time it takes say who is a member.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iexdg.team.models import Member, PasswordLink
from iexdg.ui.addresses import public_url

_AGAIN_AFTER = timedelta(seconds=30)
# Who asked has given up by then, or asked again.
_GIVEN_UP_AFTER = timedelta(minutes=10)

logger = logging.getLogger(__name__)


def ask_for_link(email: str) -> None:
    """Note that someone who knows this address forgot a password; a worker sends the link if a member has it."""
    member = Member.objects.filter(email=email.strip().lower(), is_active=True).first()
    now = timezone.now()
    PasswordLink.objects.create(member=member, asked_at=now, next_try_at=now)


def send_links(now: datetime | None = None) -> int:
    """Send what was asked for; returns how many messages went out.

    A row is claimed by a conditional UPDATE and deleted once sent; where sending failed it is tried again for a while.
    """
    moment = now or timezone.now()
    PasswordLink.objects.filter(member=None).delete()
    PasswordLink.objects.filter(asked_at__lt=moment - _GIVEN_UP_AFTER).delete()
    sent = 0
    for link in PasswordLink.objects.filter(next_try_at__lte=moment).select_related("member").order_by("pk"):
        untouched = PasswordLink.objects.filter(pk=link.pk, next_try_at=link.next_try_at)
        if untouched.update(next_try_at=moment + _AGAIN_AFTER) and _send(link):
            PasswordLink.objects.filter(pk=link.pk).delete()
            sent += 1
    return sent


def link_for(member: Member) -> str:
    """The address at which a member sets a new password, valid once and for an hour."""
    key = default_token_generator.make_token(member)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(member), "key": key})
    return f"{public_url()}{path}"


def _send(link: PasswordLink) -> bool:
    if link.member is None or not link.member.is_active:
        return True
    context = {"name": link.member.first_name, "link": link_for(link.member)}
    body = render_to_string("account/email/new_password.txt", context)
    message = EmailMessage("Set a new password", body, settings.DEFAULT_FROM_EMAIL, [link.member.email])
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        # The mail server's own words may hold the address.
        logger.warning("A link for a new password was not sent: %s", type(error).__name__)
        return False
    return True
