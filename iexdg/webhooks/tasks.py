"""The background tasks of webhooks: they take ids, may run twice, and a sweep finds what the broker lost."""

from celery import shared_task

from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace
from iexdg.webhooks.errors import WebhookError
from iexdg.webhooks.receivers import ensure_receiver
from iexdg.webhooks.retention import purge
from iexdg.webhooks.routing import deliveries_to_route, route
from iexdg.webhooks.subscribing import subscribe_demo
from iexdg.webhooks.watch import watch_webhooks
from iexdg.workspace_objects.errors import ObjectError
from iexdg.workspace_objects.tasks import carry_out_change, queue_of
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.errors import WorkspaceError

# Routing asks Instantly nothing and takes milliseconds: behind bulk work a reply would wait for minutes.
QUEUE = "watch"


@shared_task(time_limit=60)
def route_delivery(pk: int) -> None:
    """Route one delivery; a lease lets one worker have it."""
    route(pk)


@shared_task(base=EachWorkspace, time_limit=60)
def sweep_deliveries(pk: int) -> None:
    """Route deliveries whose message was lost, and delete old ones."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    for delivery_pk in deliveries_to_route(workspace):
        enqueue(route_delivery, delivery_pk, queue=QUEUE)
    purge(workspace)


@shared_task(base=EachWorkspace, time_limit=60)
def keep_receiver(pk: int) -> None:
    """Make the receiver of a workspace, subscribe that of the demo, and watch what Instantly has disabled."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    try:
        ensure_receiver(workspace)
        for change in subscribe_demo(workspace):
            enqueue(carry_out_change, change.pk, queue=queue_of(change.verb))
    except (WebhookError, WorkspaceError, ObjectError):
        # The page of webhooks says what is missing; without a receiver the inbox is read as before.
        pass
    watch_webhooks(workspace)
