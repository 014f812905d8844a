"""The web application."""

import multiprocessing
import os
import signal

from django.core.asgi import get_asgi_application
from django.db import connections

from iexdg.celery import app as celery_app
from iexdg.operations.memory import settle_memory
from iexdg.running.parent_death import set_parent_death_signal
from iexdg.running.request_threads import RequestThreads
from iexdg.webhooks.edge import LimitedBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iexdg.settings.dev")

if multiprocessing.parent_process() is not None:
    # One of several workers: where the server that started it was killed, it must not keep the port.
    set_parent_death_signal(signal.SIGKILL)

application = RequestThreads(LimitedBodies(get_asgi_application()), at_end=connections.close_all)
settle_memory()

__all__ = ["application", "celery_app"]
