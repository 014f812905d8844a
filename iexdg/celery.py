"""The Celery application, and the table of what beat starts."""

import logging
import os
import signal
import time
from typing import Any

import redis
from celery import Celery
from celery.signals import heartbeat_sent, worker_process_init
from django.conf import settings
from django.core.cache import caches
from kombu.exceptions import OperationalError

from iexdg.operations import heartbeat
from iexdg.running.parent_death import set_parent_death_signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iexdg.settings.dev")
# Django's checks import every view, which a worker never calls: a third of its start. `manage.py` makes them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("iexdg")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Every entry expires within its own interval, so that a worker that was stopped does not find a queue of stale ticks.
app.conf.beat_schedule = {
    "move imports on": {
        "task": "leads.tasks.sweep_imports",
        "schedule": 2.0,
        "options": {"queue": "watch", "expires": 2.0},
    },
    "carry out go-lives": {
        "task": "iexdg.golive.tasks.sweep_go_lives",
        "schedule": 3.0,
        "options": {"queue": "watch", "expires": 3.0},
    },
    "read back what blueprints sent": {
        "task": "iexdg.blueprints.tasks.sweep_campaign_writes",
        "schedule": 10.0,
        "options": {"queue": "watch", "expires": 10.0},
    },
    "start and end rehearsals": {
        "task": "iexdg.rehearsals.tasks.sweep_rehearsals",
        "schedule": 15.0,
        "options": {"queue": "bulk", "expires": 15.0},
    },
    "send answers": {
        "task": "iexdg.inbox.tasks.send_replies",
        "schedule": 2.0,
        # Not with the watch: five answers to an Instantly that hardly answers would hold one of its processes.
        "options": {"queue": "bulk", "expires": 2.0},
    },
    "read the inbox": {
        "task": "iexdg.inbox.tasks.mirror_inbox",
        "schedule": settings.INBOX_INTERVAL_S,
        "options": {"queue": "bulk", "expires": settings.INBOX_INTERVAL_S},
    },
    "collect events for the CRM": {
        "task": "iexdg.crm.tasks.sweep_ledger",
        "schedule": 5.0,
        # It asks no vendor; what it finds is sent by tasks of the other queue.
        "options": {"queue": "watch", "expires": 5.0},
    },
    "read the ranges of analytics": {
        "task": "iexdg.analytics.tasks.read_ranges",
        "schedule": 15.0,
        "options": {"queue": "bulk", "expires": 15.0},
    },
    "count people by provider": {
        "task": "iexdg.analytics.tasks.count_by_provider",
        "schedule": settings.SYNC_INTERVAL_S,
        "options": {"queue": "bulk", "expires": settings.SYNC_INTERVAL_S},
    },
    "send weekly reports": {
        "task": "iexdg.analytics.tasks.send_weekly_reports",
        "schedule": 300.0,
        "options": {"queue": "bulk", "expires": 300.0},
    },
    "settle status requests": {
        "task": "campaigns.tasks.sweep_status_requests",
        "schedule": 3.0,
        "options": {"queue": "watch", "expires": 3.0},
    },
    "read what could send": {
        "task": "campaigns.tasks.read_statuses",
        "schedule": settings.SCAN_INTERVAL_S,
        "options": {"queue": "watch", "expires": settings.SCAN_INTERVAL_S},
    },
    "watch the guardrails": {
        "task": "campaigns.tasks.watch_guardrails",
        "schedule": 60.0,
        "options": {"queue": "watch", "expires": 60.0},
    },
    "connect the workspace": {
        "task": "campaigns.tasks.connect",
        "schedule": 5.0,
        "options": {"queue": "watch", "expires": 5.0},
    },
    "sync campaigns": {
        "task": "campaigns.tasks.sync_workspaces",
        "schedule": settings.SYNC_INTERVAL_S,
        "options": {"queue": "bulk", "expires": settings.SYNC_INTERVAL_S},
    },
    "watch mailboxes": {
        "task": "iexdg.mailboxes.tasks.watch_mailboxes",
        "schedule": settings.SCAN_INTERVAL_S,
        "options": {"queue": "watch", "expires": settings.SCAN_INTERVAL_S},
    },
    "continue changes of mailboxes": {
        "task": "iexdg.mailboxes.tasks.sweep_changes",
        "schedule": 5.0,
        "options": {"queue": "watch", "expires": 5.0},
    },
    "continue changes of objects": {
        "task": "iexdg.workspace_objects.tasks.sweep_changes",
        "schedule": 3.0,
        "options": {"queue": "watch", "expires": 3.0},
    },
    "route deliveries": {
        "task": "iexdg.webhooks.tasks.sweep_deliveries",
        "schedule": 5.0,
        "options": {"queue": "watch", "expires": 5.0},
    },
    "keep the receivers of webhooks": {
        "task": "iexdg.webhooks.tasks.keep_receiver",
        "schedule": 10.0,
        "options": {"queue": "bulk", "expires": 10.0},
    },
    "read lists of the workspace": {
        "task": "iexdg.workspace_objects.tasks.read_workspace_lists",
        "schedule": 60.0,
        "options": {"queue": "bulk", "expires": 60.0},
    },
    "continue enrichments": {
        "task": "iexdg.supersearch.tasks.sweep_supersearch",
        "schedule": 5.0,
        "options": {"queue": "bulk", "expires": 5.0},
    },
    "watch placement tests": {
        "task": "iexdg.placement.tasks.watch_tests",
        "schedule": 30.0,
        "options": {"queue": "bulk", "expires": 30.0},
    },
    "report unconfirmed pauses of placement tests": {
        "task": "iexdg.placement.tasks.report_unconfirmed_pauses",
        "schedule": 5.0,
        "options": {"queue": "watch", "expires": 5.0},
    },
    "follow background jobs": {
        "task": "iexdg.workspace_objects.tasks.follow_running_jobs",
        "schedule": 5.0,
        "options": {"queue": "bulk", "expires": 5.0},
    },
    "read what subsequences sent": {
        "task": "campaigns.tasks.read_subsequence_figures",
        "schedule": settings.SYNC_INTERVAL_S,
        "options": {"queue": "bulk", "expires": settings.SYNC_INTERVAL_S},
    },
    "read the days of mailboxes": {
        "task": "iexdg.mailboxes.tasks.read_figures",
        "schedule": 60.0,
        "options": {"queue": "bulk", "expires": 60.0},
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
    "send the block list": {
        "task": "leads.tasks.send_block_list",
        "schedule": 10.0,
        "options": {"queue": "bulk", "expires": 10.0},
    },
    "read the lead lists": {
        "task": "leads.tasks.mirror_lead_lists",
        "schedule": settings.SYNC_INTERVAL_S,
        "options": {"queue": "bulk", "expires": settings.SYNC_INTERVAL_S},
    },
    "change lists and people": {
        "task": "leads.tasks.change_people",
        "schedule": 5.0,
        "options": {"queue": "bulk", "expires": 5.0},
    },
    "notify people": {
        "task": "iexdg.incidents.tasks.send_notifications",
        "schedule": 5.0,
        "options": {"queue": "watch", "expires": 5.0},
    },
    "send links for new passwords": {
        "task": "iexdg.team.tasks.send_password_links",
        "schedule": 5.0,
        "options": {"queue": "watch", "expires": 5.0},
    },
    "expire approvals": {
        "task": "campaigns.tasks.expire_approvals",
        "schedule": 60.0,
        "options": {"queue": "watch", "expires": 60.0},
    },
}

# What beat does in its own process, as tasks for the workers that replace it.
_BEATS_OWN = {
    "check the watchers": {
        "task": heartbeat.CHECK_TASK,
        "schedule": heartbeat.CHECK_EVERY_S,
        "options": {"queue": "watch", "expires": heartbeat.CHECK_EVERY_S},
    },
}
# Where workers share a machine with the web processes: files are verified and loaded with what pages leave over.
_BULK_NICENESS = 5
_STARTED_AT = time.monotonic()
logger = logging.getLogger(__name__)


@heartbeat_sent.connect
def record_worker_heartbeat(**_: Any) -> None:
    """Record a heartbeat for every queue that this worker serves, and replace beat if it stopped."""
    for queue in app.amqp.queues.consume_from:
        heartbeat.record_heartbeat(heartbeat.worker_name(queue))
    if time.monotonic() - _STARTED_AT > heartbeat.GRACE_S:
        replace_beat()


def replace_beat() -> int:
    """Start what is due where beat has stopped or hangs; returns how many tasks.

    Several workers may do so: the cache lets one of them start each entry once per interval.
    """
    started = 0
    try:
        silent_s = heartbeat.heartbeat_age(heartbeat.BEAT)
        if silent_s is not None and silent_s < heartbeat.SILENT_AFTER_S:
            return 0
        for entry in (app.conf.beat_schedule | _BEATS_OWN).values():
            if caches["shared"].add(f"stand-in:{entry['task']}", 1, timeout=int(entry["schedule"])):
                app.send_task(entry["task"], **entry["options"])
                started += 1
    except (redis.RedisError, OperationalError, OSError) as error:
        # Without the broker no task can start; the next heartbeat tries again.
        logger.warning("The tasks of beat could not be started: %s", type(error).__name__)
    return started


@worker_process_init.connect
def end_with_the_worker(**_: Any) -> None:
    """A pool process whose worker was killed must not continue its task next to the restarted one."""
    set_parent_death_signal(signal.SIGKILL)


@worker_process_init.connect
def give_way_to_pages(**_: Any) -> None:
    """Bulk work has a lower priority than pages, and than pausing and watching campaigns."""
    if set(app.amqp.queues.consume_from) == {"bulk"}:
        os.nice(_BULK_NICENESS)
