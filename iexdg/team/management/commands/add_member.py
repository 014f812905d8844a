"""`manage.py add_member`: adds the first member of a new installation, who then adds the others under Settings.

With `--workspace` the role is only there, otherwise in every workspace.
"""

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
from iexdg.team.current import Connected, current_slug, workspace_here
from iexdg.team.models import Member, Membership
from iexdg.team.roles import Role


class Command(PlainCommand):
    """The password is asked for, or read from standard input; never an argument, which others could list."""

    help = "Add a member. The password is asked for, or is the first line of standard input."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="shown on screens; the address's first part by default")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMIN, help="in every workspace, or in one")

    def work(self, **options: Any) -> Outcome:
        email = str(options["email"]).strip().lower()
        if Member.objects.filter(email=email).exists():
            raise CommandError("A member with this address exists already. Change them under Settings, Team.")
        workspace = workspace_here() if current_slug() else None
        name = options["name"] or email.split("@")[0]
        password = _password()
        try:
            validate_email(email)
        except ValidationError:
            words = f"{email[:80]} is not an e-mail address. Enter one such as name@example.com. No one was added."
            raise CommandError(words) from None
        try:
            validate_password(password, Member(name=name, email=email))
        except ValidationError as error:
            raise CommandError(f"{' '.join(error.messages)} No one was added.") from None
        with transaction.atomic():
            member = _add(email, name, options["role"], password, workspace)
        what = f"{member.name} as {Role(options['role']).label}{f' in {workspace.name}' if workspace else ''}"
        slug = workspace.slug if workspace else None
        return Outcome({"id": member.pk, "role": options["role"], "workspace": slug}, f"Added {what}.")


def _add(email: str, name: str, role: str, password: str, workspace: Connected | None) -> Member:
    everywhere = "" if workspace else role
    member = Member.objects.create_member(email, name=name, role=everywhere, password=password)
    if workspace is not None:
        Membership.objects.create(member=member, workspace_id=workspace.pk, role=role)
    record(
        "team:member:added",
        f"{member.name} was added as {Role(role).label}",
        subject=f"member:{member.pk}",
        via=Via.CLI,
        after={"role": role},
    )
    return member


def _password() -> str:
    if sys.stdin.isatty():
        return getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")
