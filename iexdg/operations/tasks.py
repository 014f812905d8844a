"""The check that a worker runs when it starts."""

from typing import Any

from celery.signals import worker_init

from iexdg.workspaces.connected import refuse_demo_people_on_a_real_key


@worker_init.connect
def refuse_an_unsafe_start(**_: Any) -> None:
    """Keep a worker from starting with published passwords and a real key.

    Raises: UnsafeStartError - the worker must not start.
    """
    refuse_demo_people_on_a_real_key()
