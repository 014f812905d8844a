"""The OAuth of the app: codes are exchanged once, every refresh hands out a new refresh token.

Source: gohighlevel-facts.md §2. Assumed: the words of what is refused, which are those of RFC 6749.
"""

from typing import Any

from iexdg.sandbox.ghl.tokens import COMPANY, LOCATION
from iexdg.sandbox.ghl.wire import CrmCall, CrmError
from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.world.crm import Crm, Token

_CODE_LIVES_S = 600.0


def new_code(crm: Crm, redirect_uri: str, scopes: list[str], now: float) -> str:
    """Make a code that can be exchanged once, within ten minutes."""
    code = crm.new_secret("code")
    crm.codes[code] = {"redirect_uri": redirect_uri, "scopes": scopes, "expires_at": now + _CODE_LIVES_S}
    return code


def exchange(call: CrmCall) -> JsonObject:
    """Answer POST /oauth/token."""
    form = call.body
    wanted = (call.options.crm_client_id, call.options.crm_client_secret)
    if (form["client_id"], form["client_secret"]) != wanted:
        raise _refused(401, "invalid_client", "Invalid client: client is invalid")
    if form["grant_type"] == "authorization_code":
        return _from_code(call, form)
    if form["grant_type"] == "refresh_token":
        return _refreshed(call, form)
    raise _refused(400, "unsupported_grant_type", "Unsupported grant type")


def location_token(call: CrmCall) -> JsonObject:
    """Answer POST /oauth/locationToken: a token for one location out of that of its company, without a refresh."""
    if call.body["companyId"] != call.crm.company:
        raise CrmError(400, "Company not found")
    if call.body["locationId"] != call.crm.location:
        raise CrmError(400, "Location not found")
    scopes = sorted(call.options.crm_scopes)
    access = _new_token(call, LOCATION, scopes, refresh_token="")
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(call.options.crm_token_s),
        "scope": " ".join(scopes),
        "locationId": call.crm.location,
        "userId": call.crm.user,
    }


def revoke(crm: Crm) -> None:
    """Take the app out of the location: its tokens count no more, nor do those that would renew them."""
    crm.tokens.clear()
    crm.refresh_tokens.clear()
    crm.codes.clear()


def _from_code(call: CrmCall, form: JsonObject) -> JsonObject:
    code = call.crm.codes.pop(str(form.get("code", "")), None)
    if code is None or code["expires_at"] <= call.now:
        raise _refused(400, "invalid_grant", "Invalid grant: authorization code is invalid")
    if form.get("redirect_uri", code["redirect_uri"]) != code["redirect_uri"]:
        raise _refused(400, "invalid_grant", "Invalid grant: redirect_uri does not match")
    kind = form.get("user_type", LOCATION)
    return _granted(call, kind, code["scopes"])


def _refreshed(call: CrmCall, form: JsonObject) -> JsonObject:
    access = call.crm.refresh_tokens.pop(str(form.get("refresh_token", "")), None)
    if access is None:
        raise _refused(400, "invalid_grant", "Invalid grant: refresh token is invalid")
    before = call.crm.tokens.pop(access)
    return _granted(call, before["kind"], before["scopes"])


def _granted(call: CrmCall, kind: str, scopes: list[str]) -> JsonObject:
    refresh = call.crm.new_secret("refresh")
    access = _new_token(call, kind, scopes, refresh_token=refresh)
    call.crm.refresh_tokens[refresh] = access
    of_location = {"locationId": call.crm.location} if kind == LOCATION else {}
    approved = [call.crm.location] if kind == COMPANY else []
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(call.options.crm_token_s),
        "refresh_token": refresh,
        "scope": " ".join(scopes),
        "userType": kind,
        "companyId": call.crm.company,
        "userId": call.crm.user,
        "approvedLocations": approved,
        **of_location,
    }


def _new_token(call: CrmCall, kind: str, scopes: list[str], *, refresh_token: str) -> str:
    access = call.crm.new_secret("access")
    token: Token = {
        "kind": kind,
        "scopes": list(scopes),
        "expires_at": call.now + call.options.crm_token_s,
        "refresh_token": refresh_token,
    }
    call.crm.tokens[access] = token
    call.world.touch()
    return access


def _refused(status: int, error: str, description: str) -> CrmError:
    more: dict[str, Any] = {"error": error, "error_description": description}
    return CrmError(status, description, **more)
