"""The first person of an installation comes from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member


def add(monkeypatch: pytest.MonkeyPatch, password: str, *arguments: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    call_command("add_member", *arguments, stdout=io.StringIO())


def test_a_member_is_added_as_admin_and_history_says_so(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "a-long-password-9", "Zoe@example.com", "--name", "Zoe Zander")
    member = Member.objects.get()
    assert (member.email, member.role, member.check_password("a-long-password-9")) == ("zoe@example.com", "admin", True)
    event = AuditEvent.objects.get()
    assert (event.action, event.via, event.subject) == ("team:member:added", "cli", f"member:{member.pk}")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("zoe@example.com", "short"),
        ("zoe@example.com", "password1234"),
        ("zoe@example.com", "2938475610293"),
        ("zoe.zander@example.com", "zoe.zander9"),
        ("zoe", "a-long-password-9"),
    ],
)
def test_a_weak_password_or_a_wrong_address_adds_nobody(
    db: None, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    with pytest.raises(CommandError, match="No one was added"):
        add(monkeypatch, password, email)
    assert not Member.objects.exists()
    assert not AuditEvent.objects.exists()
