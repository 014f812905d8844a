"""The four demo sign-ins. They exist only with the sandbox workspace."""

from iexdg.team.models import Member
from iexdg.team.roles import Role

DEMO_PASSWORD = "outreach-demo"  # noqa: S105  (printed by `manage.py up`, refused with a real key)
DEMO_PEOPLE: dict[str, tuple[str, str]] = {
    "admin@example.com": ("Amal Admin", Role.ADMIN),
    "operator@example.com": ("Olive Operator", Role.OPERATOR),
    "approver@example.com": ("Ada Approver", Role.APPROVER),
    "viewer@example.com": ("Vic Viewer", Role.VIEWER),
}


def ensure_demo_people() -> None:
    """Create the missing demo members; existing ones are left as they are."""
    for email, (name, role) in DEMO_PEOPLE.items():
        if not Member.objects.filter(email=email).exists():
            Member.objects.create_member(email, name=name, role=role, password=DEMO_PASSWORD)


def demo_people_exist() -> bool:
    """Whether anyone could sign in with a published password."""
    return Member.objects.filter(email__in=list(DEMO_PEOPLE), is_active=True).exists()
