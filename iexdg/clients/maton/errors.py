"""Errors of the gateway itself, as distinct from those of the vendor behind it."""

from iexdg.clients.http.errors import AuthError, ClientError, ServerError


class GatewayError(ClientError):
    """The gateway refused the call; it did not reach the vendor."""

    code = "gateway"
    happened = "was refused by the Maton gateway"
    advice = "Check the connection under Settings, Connections."


class GatewayKeyError(GatewayError, AuthError):
    """Maton does not accept its own key."""

    code = "gateway_key"
    happened = "was refused by the Maton gateway: its key is not accepted"
    advice = "Check the Maton key: revoked, cut off, or from another account."


class GatewayConnectionError(GatewayError):
    """The Maton connection is missing or not ACTIVE."""

    code = "gateway_connection"
    happened = "was refused by the Maton gateway: its connection is not active"
    advice = "Authorise the connection again under Settings, Connections."


class GatewayAuthorisationError(ServerError):
    """500 through the gateway while the connection counts as ACTIVE or not: often a dead authorisation.

    The vendor may have failed itself, so that the outcome of a write stays unknown.
    """

    code = "gateway_authorisation"
    happened = "failed behind the Maton gateway, which often means that its authorisation has expired"
    advice = "If this stays, create a new connection, wait until it is active, and delete the old one."
