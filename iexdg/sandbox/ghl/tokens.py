"""Who may call: the private integration token of a location, and the tokens that OAuth handed out.

Source: gohighlevel-facts.md §1, §2 and §7.
"""

from dataclasses import dataclass

from iexdg.sandbox.ghl.wire import CrmError
from iexdg.sandbox.http.wire import Environ
from iexdg.sandbox.world.crm import Crm
from iexdg.sandbox.world.options import SandboxOptions

VERSION = "2021-07-28"
_KNOWN_VERSIONS = {"v3", "2023-02-21", VERSION, "2021-04-15", "legacy"}
LOCATION, COMPANY = "Location", "Company"


@dataclass(frozen=True)
class Bearer:
    """Whose token a request carries. Shapes: kind - Location or Company; token - as it was sent."""

    token: str
    kind: str
    scopes: frozenset[str]


def bearer_token(environ: Environ) -> str:
    """Return the token of a request, "" where it carries none."""
    scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return token.strip() if scheme == "Bearer" else ""


def check_version(environ: Environ, path: str) -> None:
    """Refuse a request without the Version header, or with one that this API does not have.

    Assumed: another version than the one of this API knows none of its paths.
    Raises: CrmError 401 or 404.
    """
    version = environ.get("HTTP_VERSION", "")
    if not version:
        raise CrmError(401, "version header was not found.")
    if version not in _KNOWN_VERSIONS:
        raise CrmError(401, "version header is invalid")
    if version != VERSION:
        raise CrmError(404, f"Cannot {environ['REQUEST_METHOD']} {path}")


def holds(crm: Crm, token: str, private_token: str) -> bool:
    """Say whether a token is one of a location, whether it is still accepted or not."""
    return bool(token) and (token == private_token or token in crm.tokens)


def check_token(crm: Crm, token: str, private_token: str, options: SandboxOptions, now: float) -> Bearer:
    """Accept a token of the location.

    Raises: CrmError 401 - it is missing, revoked, expired, or that of another location.
    """
    if token.startswith("pit-"):
        if token != private_token or crm.is_token_revoked:
            raise CrmError(401, "Invalid Private Integration token")
        return Bearer(token, LOCATION, options.crm_scopes)
    known = crm.tokens.get(token)
    if known is None or crm.is_token_revoked or known["expires_at"] <= now:
        raise CrmError(401, "Invalid JWT")
    return Bearer(token, known["kind"], frozenset(known["scopes"]))


def check_scope(bearer: Bearer, scope: str) -> None:
    """Check the scope of an operation; that of a company's own is asked of its token alone.

    Raises: CrmError 401 - the scope is missing, or the token is that of a company where a location's is needed.
    """
    if (bearer.kind == COMPANY) != (scope == "oauth.write"):
        raise CrmError(401, "This authClass type is not allowed to access this scope. AuthClass is not yet supported")
    if scope and scope != "oauth.write" and scope not in bearer.scopes:
        raise CrmError(401, "The token is not authorized for this scope.")


def check_location(crm: Crm, named: str) -> None:
    """Refuse a location that is not the token's own.

    Raises: CrmError 403.
    """
    if named and named != crm.location:
        raise CrmError(403, "The token does not have access to this location.")
