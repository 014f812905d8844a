"""`manage.py webhooks`: the receiver of the workspace, what is subscribed, and how deliveries went lately."""

from typing import Any, ClassVar

from iexdg.team.commands import Outcome, PlainCommand
from iexdg.ui.formatting import plural
from iexdg.webhooks.errors import WebhookError
from iexdg.webhooks.models import Receiver
from iexdg.webhooks.queries import lately
from iexdg.webhooks.receivers import SECRET_HEADER, address_of, ensure_receiver
from iexdg.webhooks.subscribing import by_secret, disabled_among, missing_events, ours_among
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Prints the address, which is a secret half: the header that proves a call is shown to an admin's browser only."""

    help = "Show the address of the receiver, the webhooks that call it, and the deliveries of the last day."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError, WebhookError)

    def work(self, **options: Any) -> Outcome:
        """Show them; the receiver is made where there is none."""
        workspace = current_workspace()
        receiver = ensure_receiver(workspace)
        (read,) = kept(workspace, ObjectKind.WEBHOOK)
        ours, day = ours_among(receiver, read.items), lately(workspace)
        refused, disabled = by_secret(receiver, ours).refused, disabled_among(ours)
        facts: dict[str, Any] = {
            "receiver": _receiver(receiver),
            "subscriptions": [_subscription(one, is_accepted=one not in refused) for one in ours],
            "missing": missing_events(ours) if read.read_at else None,
            "as_of": read.read_at,
            "deliveries": {
                "last_day": day.total, "waiting": day.waiting, "failed": day.failed, "came_again": day.duplicates,
                "newest_at": day.newest_at,
            },
        }  # fmt: skip
        verb = "calls" if len(ours) == 1 else "call"
        lines = [
            address_of(receiver),
            f"{plural(len(ours), 'webhook')} {verb} it.",
            *([f"Instantly has disabled {plural(len(disabled), 'webhook')} to it."] if disabled else []),
            *([f"{plural(len(refused), 'webhook')} without a secret that is accepted."] if refused else []),
            *([f"Not subscribed: {', '.join(facts['missing'])}."] if facts["missing"] else []),
            f"{plural(day.total, 'delivery', 'deliveries')} in 24 hours: {day.waiting} waiting, {day.failed} failed.",
        ]
        return Outcome(facts, "\n".join(lines))


def _receiver(receiver: Receiver) -> dict[str, Any]:
    return {
        "url": address_of(receiver),
        "header": SECRET_HEADER,
        "made_at": receiver.made_at,
        "rotated_at": receiver.rotated_at,
        "former_secret_until": receiver.former_until,
    }


def _subscription(item: Item, *, is_accepted: bool) -> dict[str, Any]:
    names = ("id", "name", "event", "campaign", "status")
    return {name: item[name] for name in names} | {"accepted": is_accepted}
