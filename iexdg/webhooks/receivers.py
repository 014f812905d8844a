"""The receiver of a workspace: made once, its secret rotated, its address and header for an admin's page.

Tokens and secrets have 288 random bits, so that their plain SHA-256 tells nothing; digests are what is compared.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from iexdg.connections.credentials import decrypted, encrypted, renewed
from iexdg.connections.errors import NoFieldKeysError, UnreadableKeyError
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.addresses import public_url
from iexdg.webhooks.errors import ReceiverUnavailableError
from iexdg.webhooks.models import Receiver
from iexdg.workspace_objects.addresses import digest_of_header
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.models import Workspace

# Set on every subscription; Instantly signs nothing, so that this header alone proves who calls.
SECRET_HEADER = "X-Outreach-Secret"  # noqa: S105  (a name)
# A delivery that was on its way, and its retries, still carry the secret before the last rotation.
OVERLAP = timedelta(hours=24)
# 48 characters: long enough that the redaction of logs takes one for a secret.
_BYTES = 36


def digest_of(word: str) -> str:
    """What of a token or a secret is compared."""
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()


def receiver_of(workspace: Workspace) -> Receiver | None:
    """Return the receiver of a workspace; None until the sweep has made it."""
    return Receiver.objects.filter(workspace=workspace).first()


def ensure_receiver(workspace: Workspace) -> Receiver:
    """Return the receiver of a workspace, and make it where there is none.

    Raises: ReceiverUnavailableError - there is nothing to encrypt with; nothing was made.
    """
    found = receiver_of(workspace)
    if found is not None:
        return found
    token, result_token, secret = (secrets.token_urlsafe(_BYTES) for _ in range(3))
    try:
        made, is_new = Receiver.objects.get_or_create(
            workspace=workspace,
            defaults={
                "token": encrypted(token), "token_digest": digest_of(token),
                "result_token": encrypted(result_token), "result_token_digest": digest_of(result_token),
                "secret": encrypted(secret), "secret_digest": digest_of(secret),
                "made_at": timezone.now(),
            },
        )  # fmt: skip
    except NoFieldKeysError as error:
        raise ReceiverUnavailableError(str(error)) from None
    if is_new:
        _record(workspace, "made", "Receiver of webhooks made")
    return made


def rotate_secret(workspace: Workspace, *, by: Member, via: str | None = None) -> Receiver:
    """Give the receiver a new secret; the former one is accepted for OVERLAP longer, one before that no more.

    Raises: NotAllowedError; ReceiverUnavailableError - there is nothing to encrypt with. Nothing was changed.
    """
    require(by, Action.WEBHOOKS, workspace)
    receiver, now = ensure_receiver(workspace), timezone.now()
    secret = secrets.token_urlsafe(_BYTES)
    try:
        sealed = encrypted(secret)
    except NoFieldKeysError as error:
        raise ReceiverUnavailableError(str(error)) from None
    with transaction.atomic():
        locked = Receiver.objects.select_for_update().get(pk=receiver.pk)
        Receiver.objects.filter(pk=receiver.pk).update(
            secret=sealed,
            secret_digest=digest_of(secret),
            former_digest=locked.secret_digest,
            former_until=now + OVERLAP,
            former_header=_header_digest(locked),
            rotated_at=now,
        )
        _record(workspace, "rotated", "Secret of the receiver of webhooks rotated", by=by, via=via)
    receiver.refresh_from_db()
    return receiver


def address_of(receiver: Receiver) -> str:
    """Return the address that Instantly calls.

    Raises: ReceiverUnavailableError - it cannot be decrypted.
    """
    return f"{public_url()}{reverse('hooks:receive', args=[_opened(receiver.token)])}"


def result_address_of(receiver: Receiver) -> str:
    """Return the address for results of verifications. Raises: as `address_of`."""
    return f"{public_url()}{reverse('hooks:receive', args=[_opened(receiver.result_token)])}"


def secret_of(receiver: Receiver) -> str:
    """Return the secret in clear. Raises: ReceiverUnavailableError - it cannot be decrypted."""
    return _opened(receiver.secret)


def headers_of(receiver: Receiver) -> dict[str, str]:
    """Return what a subscription sends with every delivery. Raises: as `secret_of`."""
    return {SECRET_HEADER: secret_of(receiver)}


def accepted_headers(receiver: Receiver, now: datetime) -> tuple[str, str]:
    """Return what the header of a webhook is compared by: with the newest secret, and with a former one.

    Shapes: the second is "" where no former secret is accepted any more.
    Raises: as `secret_of`.
    """
    current = digest_of_header(SECRET_HEADER, secret_of(receiver))
    return current, receiver.former_header if _takes_former(receiver, now) else ""


def note_refused(receiver: Receiver, why: str) -> None:
    """Count a delivery that was proved and cannot be stored; its body is kept nowhere, however many there are."""
    this = Receiver.objects.filter(pk=receiver.pk)
    this.update(refused=F("refused") + 1, refused_at=timezone.now(), refusal=why[:100])


def receiver_at(token: str) -> Receiver | None:
    """Return the receiver of a connected workspace that a path names, one query; None for every other path."""
    digest = digest_of(token)
    named = Q(token_digest=digest) | Q(result_token_digest=digest)
    connected = connected_workspaces().order_by()
    return Receiver.objects.filter(named, workspace__in=connected).select_related("workspace").first()


def is_result_path(receiver: Receiver, token: str) -> bool:
    """Whether a path is that for results of verifications, which come without the header."""
    return hmac.compare_digest(receiver.result_token_digest, digest_of(token))


def is_proved(receiver: Receiver, secret: str, now: datetime) -> bool:
    """Whether a header proves the call. Every comparison takes the same time, whatever was sent."""
    given = digest_of(secret)
    is_current = hmac.compare_digest(receiver.secret_digest, given)
    is_former = hmac.compare_digest(receiver.former_digest or "-" * 64, given)
    return is_current or (is_former and _takes_former(receiver, now))


def _takes_former(receiver: Receiver, now: datetime) -> bool:
    until = receiver.former_until
    return until is not None and now < until <= now + OVERLAP


def _header_digest(receiver: Receiver) -> str:
    try:
        return digest_of_header(SECRET_HEADER, secret_of(receiver))
    except ReceiverUnavailableError:
        return ""


def _opened(stored: str) -> str:
    try:
        return decrypted(stored)
    except UnreadableKeyError:
        raise ReceiverUnavailableError(
            "The receiver cannot be decrypted. Put the former key back into FIELD_KEYS and restart."
        ) from None


def _record(workspace: Workspace, verb: str, summary: str, *, by: Member | None = None, via: str | None = None) -> None:
    record(f"webhooks:receiver:{verb}", summary, subject=f"webhooks:{workspace.pk}", by=by, via=via)


def renew() -> int:
    """Encrypt every token and secret anew with the newest of FIELD_KEYS; returns how many.

    Raises: NoFieldKeysError, UnreadableKeyError - as `renewed`; the caller's transaction undoes what was done.
    """
    rows = list(Receiver.objects.select_for_update())
    for row in rows:
        Receiver.objects.filter(pk=row.pk).update(
            token=renewed(row.token), result_token=renewed(row.result_token), secret=renewed(row.secret)
        )
    return 3 * len(rows)
