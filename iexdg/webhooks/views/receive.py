"""Takes a delivery: checked, stored as it came, answered. What it leads to is a task's; no vendor is called here.

What is refused says nothing about the path: everything that does not depend on it is checked first, and an unknown path
is answered as a wrong secret is.
"""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from iexdg.operations.enqueue import enqueue
from iexdg.webhooks.edge import MOST_BYTES
from iexdg.webhooks.errors import NotAPayloadError
from iexdg.webhooks.events import event_of, payload_in
from iexdg.webhooks.limits import MISSES_PER_S, PER_S, may_deliver, may_miss
from iexdg.webhooks.models import EventKind, Receiver
from iexdg.webhooks.receivers import SECRET_HEADER, is_proved, is_result_path, note_refused, receiver_at
from iexdg.webhooks.receiving import store
from iexdg.webhooks.tasks import QUEUE, route_delivery

logger = logging.getLogger(__name__)
# A token is 48 characters; what is longer is none.
_LONGEST_TOKEN = 64
_TOO_LARGE = "The body is larger than 256 KB."


@csrf_exempt
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """Store one delivery and answer 200, or refuse it with a status that tells nothing else."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    receiver = receiver_at(token) if len(token) <= _LONGEST_TOKEN else None
    is_result = receiver is not None and is_result_path(receiver, token)
    if receiver is None or not (is_result or _has_secret(request, receiver)):
        return _missed(request)
    if not may_deliver(receiver.pk):
        return _answer(429, "Too many deliveries.", retry_after_s=PER_S)
    body = _body_of(request)
    if body is None:
        note_refused(receiver, _TOO_LARGE)
        return _answer(413, _TOO_LARGE)
    return _stored(receiver, body, is_result=is_result)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """What is wrong with a request whatever its path names; None where nothing is."""
    if request.method != "POST":
        answer = _answer(405, "Only POST is taken here.")
        answer["Allow"] = "POST"
        return answer
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        # Nothing is unpacked here: a small body may become a large one.
        return _answer(415, "Compressed bodies are not taken.")
    if request.content_type != "application/json":
        return _answer(415, "Only application/json is taken.")
    length = request.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length[:12]) > MOST_BYTES:
        return _answer(413, _TOO_LARGE)
    return None


def _has_secret(request: HttpRequest, receiver: Receiver) -> bool:
    return is_proved(receiver, request.headers.get(SECRET_HEADER, ""), timezone.now())


def _missed(request: HttpRequest) -> HttpResponse:
    if not may_miss(str(request.META.get("REMOTE_ADDR", ""))):
        return _answer(429, "Too many calls.", retry_after_s=MISSES_PER_S)
    return _answer(404, "Not found.")


def _body_of(request: HttpRequest) -> bytes | None:
    """The body, read no further than a byte beyond what is taken; None where it is longer than its header said."""
    body = request.read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else None


def _stored(receiver: Receiver, body: bytes, *, is_result: bool) -> HttpResponse:
    try:
        payload = payload_in(body)
    except NotAPayloadError as error:
        note_refused(receiver, str(error))
        return _answer(400, str(error))
    if is_result and event_of(payload).kind != EventKind.VERIFICATION:
        return _answer(404, "Not found.")
    delivery = store(receiver.workspace, payload)
    if delivery is not None:
        enqueue(route_delivery, delivery.pk, queue=QUEUE)
    return JsonResponse({"stored": True})


def _answer(status: int, words: str, *, retry_after_s: int = 0) -> HttpResponse:
    answer = JsonResponse({"error": words}, status=status)
    # Django would log the path, half of what proves a call.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    if retry_after_s:
        answer["Retry-After"] = str(retry_after_s)
    return answer
