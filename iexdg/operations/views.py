"""/healthz and /readyz, public and free of secrets."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from iexdg.operations.health import dependencies


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
