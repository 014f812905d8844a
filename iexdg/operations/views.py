"""/healthz and /readyz, public and free of secrets; and the page where nothing can be stored."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import server_error as unknown_error

from iexdg.operations.health import dependencies
from iexdg.operations.storage import storage_trouble


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process runs; uses nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """List every dependency; 503 while one fails."""
    found = dependencies()
    ready = all(health.ok for health in found.values())
    body = {name: {"ok": health.ok, "detail": health.detail} for name, health in found.items()}
    return JsonResponse({"ready": ready, "dependencies": body}, status=200 if ready else 503)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed: 503 with the cause where the disk is the cause, else 500. Uses no database."""
    trouble = storage_trouble(sys.exc_info()[1])
    if trouble is None:
        return unknown_error(request)
    return HttpResponse(render_to_string("503.html", {"trouble": trouble}), status=503)
