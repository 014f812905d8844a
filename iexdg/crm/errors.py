"""The errors of this app."""

from iexdg.clients.http.errors import AuthError, RateLimitError


class CrmError(Exception):
    """Base of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "crm"


class CrmNotConnectedError(CrmError):
    """The workspace has no location; nothing was asked."""

    code = "crm_not_connected"

    def __init__(self) -> None:
        super().__init__("This workspace is not connected to GoHighLevel. An admin connects it under CRM.")


class CrmRefusedError(CrmError):
    """It cannot be done now; nothing was changed."""

    code = "crm_refused"


class RefreshBusyError(RateLimitError):
    """Another process renews the access token and has not come to an end; nothing was sent."""

    code = "crm_refresh_busy"
    happened = "was not sent: its access token is being renewed"
    advice = "It is tried again soon."


class UnknownTokenError(AuthError):
    """The environment names no token any more; nothing was sent."""

    code = "crm_no_token"
    happened = "was not sent: there is no GoHighLevel token"
    advice = "Set GHL_TOKEN or GHL_TOKEN_FILE again, or connect under CRM."
