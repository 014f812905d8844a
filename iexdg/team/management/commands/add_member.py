"""`manage.py add_member`: adds the first member of a new installation, who then adds the others under Settings."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email
from django.db import transaction

from iexdg.team.audit.models import Via
from iexdg.team.audit.record import record
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.team.models import Member
from iexdg.team.roles import Role


class Command(PlainCommand):
    """The password is asked for, or read from standard input; never an argument, which others could list."""

    help = "Add a member. The password is asked for, or is the first line of standard input."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="shown on screens; the address's first part by default")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMIN)

    def work(self, **options: Any) -> Outcome:
        email = str(options["email"]).strip().lower()
        if Member.objects.filter(email=email).exists():
            raise CommandError("A member with this address exists already. Change them under Settings, Team.")
        name = options["name"] or email.split("@")[0]
        password = _password()
        try:
            validate_email(email)
            validate_password(password, Member(name=name, email=email))
        except ValidationError as error:
            raise CommandError(f"{' '.join(error.messages)} No one was added.") from None
        with transaction.atomic():
            member = Member.objects.create_member(email, name=name, role=options["role"], password=password)
            record(
                "team:member:added",
                f"{member.name} was added as {member.get_role_display()}",
                subject=f"member:{member.pk}",
                via=Via.CLI,
                after={"role": member.role},
            )
        return Outcome({"id": member.pk, "role": member.role}, f"Added {member.name} as {member.get_role_display()}.")


def _password() -> str:
    if sys.stdin.isatty():
        return getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")
