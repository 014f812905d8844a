"""What GoHighLevel refuses in a way of its own.

Source: docs/api/gohighlevel-facts.md §3 and §7.
"""

from typing import Any

from iexdg.clients.http.errors import AuthError, ConflictError, RateLimitError, ScopeError, ValidationError


class TokenRefusedError(AuthError):
    """The token is revoked, expired, cut off or another vendor's."""

    code = "crm_token"
    happened = "was refused: the token is not accepted"
    advice = "Connect GoHighLevel again under CRM."


class GrantRefusedError(TokenRefusedError):
    """A code or a refresh token that is used up, revoked or unknown."""

    code = "crm_grant"
    happened = "was refused: the authorisation is used up or was taken back"
    advice = "Connect GoHighLevel again under CRM."


class AppRefusedError(AuthError):
    """The id and the secret of our app are not accepted."""

    code = "crm_app"
    happened = "was refused: the app is not accepted"
    advice = "Check GHL_CLIENT_ID and GHL_CLIENT_SECRET."


class CrmScopeError(ScopeError):
    """The token lacks a scope, or is that of a company where a location's is needed."""

    code = "crm_scope"
    happened = "was refused: the token lacks a scope"
    advice = "Tick the missing scope at GoHighLevel, then check the connection under CRM again."


class WrongLocationError(ScopeError):
    """The token belongs to another location."""

    code = "crm_location"
    happened = "was refused: the token belongs to another location"
    advice = "Check the location id under CRM."


class RequestError(ValidationError):
    """We asked wrongly: an unknown path or a bad Version header. It says nothing about what was asked for."""

    code = "crm_request"
    happened = "was refused: GoHighLevel does not know this request"
    advice = "GoHighLevel may have changed its API; update this product."


class DuplicateContactError(ConflictError):
    """The contact is there already. Shapes: contact_id - of that one, "" where the answer did not say."""

    code = "crm_duplicate"
    happened = "was refused: the contact is there already"
    advice = "Use the contact that is there."

    def __init__(self, detail: str = "", *, contact_id: str = "", **facts: Any) -> None:
        super().__init__(detail, **facts)
        self.contact_id = contact_id


class AmbiguousRefusalError(ValidationError):
    """422 to the making of a contact, which may be there all the same: it is looked up before anything else is sent."""

    code = "crm_ambiguous"
    advice = "Look the contact up, then correct the values that were sent."

    @property
    def _may_have_been_carried_out(self) -> bool:
        return True


class ContactRefusedError(ValidationError):
    """422 to the making of a contact which was looked up since: it is not there, or not as it was sent."""

    code = "crm_contact"
    advice = "The contact was looked up since and was not written. Correct the values that were sent."

    def __init__(self, refused: AmbiguousRefusalError) -> None:
        super().__init__(refused.detail, **(refused.facts | {"earlier_attempt_unknown": False}))


class BurstLimitError(RateLimitError):
    """More than the requests of ten seconds; heals by itself."""

    code = "crm_burst"


class DailyLimitError(RateLimitError):
    """The requests of the day are used up; nothing is sent before the next one."""

    code = "crm_daily"
    happened = "was refused: the requests of this day are used up"
    advice = "It is sent on the next day; see what uses up the limit at GoHighLevel."
