"""The Celery application, and the table of what beat starts."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, worker_process_init
from django.conf import settings

from iexdg.running.leash import die_with_parent
from iexdg.workspaces import heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iexdg.settings.dev")

app = Celery("iexdg")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Every entry expires within its own interval, so that a worker that was away does not meet a queue of stale ticks.
app.conf.beat_schedule = {
    "move imports on": {
        "task": "leads.tasks.sweep_imports",
        "schedule": 2.0,
        "options": {"queue": "safety", "expires": 2.0},
    },
    "carry out go-lives": {
        "task": "leads.tasks.sweep_go_lives",
        "schedule": 3.0,
        "options": {"queue": "safety", "expires": 3.0},
    },
    "settle status requests": {
        "task": "campaigns.tasks.sweep_status_requests",
        "schedule": 3.0,
        "options": {"queue": "safety", "expires": 3.0},
    },
    "read what could send": {
        "task": "campaigns.tasks.read_statuses",
        "schedule": settings.SCAN_INTERVAL_S,
        "options": {"queue": "safety", "expires": settings.SCAN_INTERVAL_S},
    },
    "watch the guardrails": {
        "task": "campaigns.tasks.watch_guardrails",
        "schedule": 60.0,
        "options": {"queue": "safety", "expires": 60.0},
    },
    "sync campaigns": {
        "task": "campaigns.tasks.sync_workspaces",
        "schedule": settings.SYNC_INTERVAL_S,
        "options": {"queue": "bulk", "expires": settings.SYNC_INTERVAL_S},
    },
    "release canaries": {
        "task": "leads.tasks.release_canaries",
        "schedule": 30.0,
        "options": {"queue": "bulk", "expires": 30.0},
    },
    "mirror leads": {
        "task": "leads.tasks.mirror_leads",
        "schedule": settings.SYNC_INTERVAL_S,
        "options": {"queue": "bulk", "expires": settings.SYNC_INTERVAL_S},
    },
    "tell people": {
        "task": "iexdg.incidents.tasks.send_notifications",
        "schedule": 5.0,
        "options": {"queue": "safety", "expires": 5.0},
    },
    "expire approvals": {
        "task": "campaigns.tasks.expire_approvals",
        "schedule": 60.0,
        "options": {"queue": "safety", "expires": 60.0},
    },
}


@heartbeat_sent.connect
def worker_is_alive(**_: Any) -> None:
    """Leave a sign of life for every queue that this worker serves."""
    for queue in app.amqp.queues.consume_from:
        heartbeat.leave(heartbeat.worker_of(queue))


@worker_process_init.connect
def end_with_the_worker(**_: Any) -> None:
    """A pool process whose worker was killed must not go on with its task beside the restarted one."""
    die_with_parent(signal.SIGKILL)
