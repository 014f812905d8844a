"""Several web processes are one: who has used up a limit or a code at one of them has used it up at all of them.

Redis is not there in this test. What a limit counts is in the database, so a restart forgets nothing either.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from iexdg.running.parent_death import with_parent_death_signal
from iexdg.running.ports import port_answers
from tests.crash.stack import ROOT, free_port, wait_until

RIGHT, WRONG = "a-long-password", "not-the-password"
SECRET = "JBSWY3DPEHPK3PXP"
PEOPLE = f"""
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from iexdg.team.models import Member
Member.objects.create_member("guessed@example.com", name="Gus", role="viewer", password="{RIGHT}")
TOTP.activate(
    Member.objects.create_member("app@example.com", name="Ann", role="viewer", password="{RIGHT}"), "{SECRET}"
)
"""


class Web:
    """One web process of the product."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port()
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "iexdg.asgi:application", "--port", str(self.port)]
        self._process = subprocess.Popen(
            with_parent_death_signal(
                [*command, "--log-level", "warning", "--lifespan", "off"], signal_number=signal.SIGKILL
            ),
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: port_answers("127.0.0.1", self.port), what="a web process")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """A browser that was never here before."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60) as client:
            yield client

    def sign_in(self, email: str, password: str) -> int:
        """Try once, in a new browser; returns the status of the answer."""
        with self.browser() as client:
            return sent(client, "/accounts/login/", login=email, password=password).status_code

    def sign_in_with(self, code: str) -> int:
        """Sign in with password and code, in a new browser; returns the status of the last answer."""
        with self.browser() as client:
            sent(client, "/accounts/login/", login="app@example.com", password=RIGHT)
            return sent(client, "/accounts/2fa/authenticate/", code=code).status_code


def sent(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Fill in the form of a page and send it."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).text)
    assert found is not None, path
    return client.post(path, data={**fields, "csrfmiddlewaretoken": found[1]})


@pytest.fixture
def start_web(services: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Web]]:
    """start_web() starts one more web process over the same database."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "iexdg.settings.dev",
        "VAR_DIR": str(tmp_path / "var"),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        **({"DATABASE_URL": services["database_url"]} if services else {}),
    }
    before = ["migrate --verbosity 0", "collectstatic --no-input --verbosity 0"]
    for command in (*map(str.split, before), ["shell", "--no-imports", "-c", PEOPLE]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    with ExitStack() as until_the_end:

        def start() -> Web:
            web = Web(environment)
            until_the_end.callback(web.kill)
            web.start()
            return web

        yield start


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_limits_and_used_codes_are_the_same_for_every_web_process_and_after_a_restart(
    start_web: Callable[[], Web],
) -> None:
    first, second = start_web(), start_web()
    tries = [web.sign_in("guessed@example.com", WRONG) for web in (first, second, first, second, first)]
    assert tries == [200] * 5
    assert second.sign_in("guessed@example.com", RIGHT) == 429
    first.kill()
    first.start()
    assert first.sign_in("guessed@example.com", RIGHT) == 429

    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    assert first.sign_in_with(code) == 302
    assert second.sign_in_with(code) == 200
    first.kill()
    first.start()
    assert first.sign_in_with(code) == 200
