"""What a worker does for this room: at its start it makes sure that it may start."""

from typing import Any

from celery.signals import worker_init

from iexdg.workspaces.connected import refuse_demo_people_on_a_real_key


@worker_init.connect
def refuse_an_unsafe_start(**_: Any) -> None:
    """Keep a worker from starting beside published passwords and a real key.

    Raises: UnsafeStartError - the worker must not start.
    """
    refuse_demo_people_on_a_real_key()
