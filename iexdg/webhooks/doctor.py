"""What the doctor checks here: the receiver of each workspace, the webhooks that call it, and how deliveries went.

Nothing is asked of Instantly: what was last read is said, with its time. Without a webhook replies still arrive, by
reading; one that is there and does not bring what is needed is a fault.
"""

from datetime import datetime

from iexdg.operations.doctor import declare_check, of_workspaces
from iexdg.operations.health import Health
from iexdg.ui.formatting import plural
from iexdg.webhooks.queries import lately
from iexdg.webhooks.receivers import receiver_of
from iexdg.webhooks.subscribing import by_secret, disabled_among, missing_events, needed_words, ours_among
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspaces.models import Workspace

_NOTHING = "no workspace is connected"


def declare() -> None:
    """Have the doctor make these checks."""
    declare_check("webhooks", lambda: of_workspaces(_subscriptions, _NOTHING))
    declare_check("webhook deliveries", lambda: of_workspaces(_deliveries, _NOTHING))


def _subscriptions(workspace: Workspace) -> Health:
    receiver, (read,) = receiver_of(workspace), kept(workspace, ObjectKind.WEBHOOK)
    if receiver is None:
        return Health(True, "the receiver is not made yet: replies arrive by reading")
    if read.read_at is None:
        return Health(True, "the webhooks are not read from Instantly yet")
    ours = ours_among(receiver, read.items)
    as_of = f"as of {_moment(read.read_at)}"
    if not ours:
        return Health(True, f"no webhook calls the receiver, so replies arrive by reading alone, {as_of}")
    if disabled := disabled_among(ours):
        step = "Press Resume on the page Webhooks, and find out there why its address failed."
        return Health(False, f"{plural(len(disabled), 'webhook')} to the receiver disabled, {as_of}", step)
    if refused := by_secret(receiver, ours).refused:
        words = f"{plural(len(refused), 'webhook')} to the receiver without a secret that is accepted, {as_of}"
        return Health(False, words, "Press Send the secret on the page Receiver.")
    if missing := missing_events(ours):
        words = ", ".join(needed_words(name).lower() for name in missing)
        return Health(False, f"not subscribed: {words}, {as_of}", "Subscribe them on the page Receiver.")
    return Health(True, f"{plural(len(ours), 'webhook')} to the receiver, nothing missing, {as_of}")


def _deliveries(workspace: Workspace) -> Health:
    day = lately(workspace)
    newest = f"the newest {_moment(day.newest_at)}" if day.newest_at is not None else "none came yet"
    detail = f"{plural(day.total, 'delivery', 'deliveries')} in 24 hours, {day.failed:,} failed, {newest}"
    return Health(not day.failed, detail, "Open the deliveries that failed: each shows its error. Replay them.")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
