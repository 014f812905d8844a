"""The errors of this app."""


class WebhookError(Exception):
    """Base of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "webhook"


class ReceiverUnavailableError(WebhookError):
    """The receiver cannot be used as it is; nothing was changed."""

    code = "receiver_unavailable"


class NotAPayloadError(WebhookError):
    """What came is no JSON object that can be stored; nothing was stored."""

    code = "not_a_payload"
