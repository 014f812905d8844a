"""What the demo workspace has to show of keys, people, telephone numbers and placement tests."""

from iexdg.sandbox.demo.empty import SENDERS
from iexdg.sandbox.resources.orders.phones import new_phone
from iexdg.sandbox.resources.placement.operations import new_test
from iexdg.sandbox.resources.workspace.keys import new_key
from iexdg.sandbox.resources.workspace.members import new_member
from iexdg.sandbox.world.world import World

_DAY_S = 86_400.0


def furnish(world: World, now: float) -> None:
    """Add a few of each; placement tests have run for two weeks."""
    new_key(world, "Reporting", ["campaigns:read", "accounts:read"], at=now - 60 * _DAY_S)
    for email, role in (("ines.calder@peers.example.com", "admin"), ("marcus.hale@peers.example.com", "editor")):
        new_member(world, {"email": email, "role": role}, at=now - 100 * _DAY_S)
    new_member(world, {"email": "stuck.guest@peers.example.com", "role": "client"}, at=now - 3 * _DAY_S)
    new_phone(world, "+15550100123", "Detroit", at=now - 45 * _DAY_S)
    senders = [email for email, _, _ in SENDERS]
    mail = {"emails": senders, "sending_method": 1, "email_subject": "A question", "email_body": "<div>Hello</div>"}
    schedule = {"days": {"1": True, "4": True}, "timing": {"from": "08:30"}, "timezone": "America/Detroit"}
    weekly = mail | {"name": "Twice a week", "type": 2, "schedule": schedule}
    new_test(world, weekly, at=now - 14 * _DAY_S)
    new_test(world, mail | {"name": "Before the launch", "type": 1}, at=now - 21 * _DAY_S)
