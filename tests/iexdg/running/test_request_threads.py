"""Requests are answered by threads that wait for the next one."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from iexdg.running.request_threads import RequestThreads
from tests.waiting import in_a_loop


def answering(work: Callable[[str], None], **options: Any) -> RequestThreads:
    """An application that does its work in the thread of the request, as Django does."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await sync_to_async(work)(scope["path"])

    return RequestThreads(application, **options)


async def ask(application: RequestThreads, path: str = "/") -> None:
    await application({"path": path}, None, None)


async def until_idle(application: RequestThreads) -> None:
    while not application.idle:
        await asyncio.sleep(0)


async def one_after_another(application: RequestThreads, count: int) -> None:
    for _ in range(count):
        await ask(application)
        await until_idle(application)


def test_one_request_after_another_is_answered_by_the_same_thread() -> None:
    seen: list[int] = []
    application = answering(lambda _: seen.append(threading.get_ident()))
    in_a_loop(one_after_another(application, 5))
    assert len(seen) == 5
    assert len(set(seen)) == 1


def test_requests_at_the_same_time_are_answered_by_a_thread_each() -> None:
    meet = threading.Barrier(3)
    seen: set[int] = set()

    def work(_: str) -> None:
        seen.add(threading.get_ident())
        meet.wait(timeout=30)

    async def at_once() -> None:
        application = answering(work)
        await asyncio.gather(*(ask(application) for _ in range(3)))

    in_a_loop(at_once())
    assert len(seen) == 3


def test_a_thread_that_still_works_for_a_client_that_went_away_answers_nobody_else() -> None:
    started, may_end = threading.Event(), threading.Event()
    by: dict[str, int] = {}

    def work(path: str) -> None:
        by[path] = threading.get_ident()
        if path == "/slow":
            started.set()
            may_end.wait(timeout=30)

    async def leave() -> None:
        application = answering(work)
        left = asyncio.create_task(ask(application, "/slow"))
        await asyncio.to_thread(started.wait, 30)
        left.cancel()
        await asyncio.wait([left])
        await asyncio.wait_for(ask(application, "/next"), timeout=30)
        may_end.set()

    in_a_loop(leave())
    assert by["/slow"] != by["/next"]


def test_a_request_that_fails_leaves_its_thread_to_the_next_one() -> None:
    seen: list[int] = []

    def work(path: str) -> None:
        seen.append(threading.get_ident())
        if path == "/broken":
            raise RuntimeError("broken")

    async def both() -> None:
        application = answering(work)
        with pytest.raises(RuntimeError, match="broken"):
            await ask(application, "/broken")
        await until_idle(application)
        await ask(application)

    in_a_loop(both())
    assert len(set(seen)) == 1


def test_no_more_threads_stay_than_are_to_be_kept_and_the_others_end_with_what_they_do_last() -> None:
    meet = threading.Barrier(3)
    last: list[int] = []

    async def at_once() -> None:
        application = answering(lambda _: meet.wait(timeout=30), kept=2, at_end=lambda: last.append(1))
        await asyncio.gather(*(ask(application) for _ in range(3)))
        while application.idle + len(last) < 3:
            await asyncio.sleep(0)
        assert application.idle == 2

    in_a_loop(at_once())
    assert last == [1]
