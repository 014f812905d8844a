"""What the server log says about refusals of our own: one line each, and the traceback of a real fault."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.test import Client

from iexdg.operations.refusals import RefusalFilter
from iexdg.operations.urls import urlpatterns
from iexdg.workspaces.models import Workspace


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of the settings writes."""
    (handler,) = [
        one
        for one in logging.getLogger().handlers
        if isinstance(one, logging.StreamHandler) and any(isinstance(item, RefusalFilter) for item in one.filters)
    ]
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def failing(error: Exception) -> Callable[..., None]:
    def view(request: HttpRequest) -> None:
        raise error

    return view


@pytest.mark.parametrize(
    ("method", "path", "data", "status"),
    [
        ("GET", "/w/demo/settings/team/", {}, 403),
        ("POST", "/w/demo/settings/mode/", {"mode": "observe"}, 403),
        ("GET", "/nothing/here/", {}, 404),
        ("GET", "/w/demo/campaigns/987654/", {}, 404),
        ("GET", "/w/demo/campaigns/1/%0Aforged%20line/", {}, 404),
        ("POST", "/w/demo/audit/", {}, 405),
    ],
)
def test_a_refusal_is_one_line_at_most(
    method: str,
    path: str,
    data: dict[str, str],
    status: int,
    web: Callable[..., Client],
    workspace: Workspace,
    log: io.StringIO,
) -> None:
    client = web("viewer")
    answer = client.get(path) if method == "GET" else client.post(path, data)
    assert answer.status_code == status
    assert len(log.getvalue().splitlines()) == 1, log.getvalue()


@pytest.mark.django_db
def test_a_suspicious_request_is_one_line(monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    monkeypatch.setattr(urlpatterns[0], "callback", failing(SuspiciousOperation("odd")))
    assert Client().get("/healthz").status_code == 400
    assert len(log.getvalue().splitlines()) == 1, log.getvalue()


def test_a_form_from_elsewhere_is_one_line(web: Callable[..., Client], workspace: Workspace, log: io.StringIO) -> None:
    client = web("viewer")
    client.handler.enforce_csrf_checks = True
    assert client.post("/w/demo/settings/notifications/", {}).status_code == 403
    assert len(log.getvalue().splitlines()) == 1, log.getvalue()


@pytest.mark.django_db
def test_a_fault_still_shows_where_it_came_from(monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    monkeypatch.setattr(urlpatterns[0], "callback", failing(ValueError("a real fault")))
    assert Client(raise_request_exception=False).get("/healthz").status_code == 500
    assert "Traceback" in log.getvalue()
    assert "a real fault" in log.getvalue()
