"""Telephone numbers of the CRM."""

from datetime import UTC, datetime

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.office import derived_id
from iexdg.sandbox.world.world import World

_MONTH_S = 30 * 86_400.0


def new_phone(world: World, number: str, locality: str, *, at: float) -> None:
    """Rent a number; the served API cannot."""
    phone_id = world.new_id()
    world.office["phones"][phone_id] = {"id": phone_id, "number": number, "locality": locality, "created": at}
    world.touch()


def list_phones(call: Call) -> list[JsonObject]:
    """Answer GET /crm-actions/phone-numbers."""
    return [_phone_object(call, phone) | _terms(call, phone) for phone in call.world.office["phones"].values()]


def delete_phone(call: Call) -> JsonObject:
    """Answer DELETE /crm-actions/phone-numbers/{id} with the number that is gone."""
    phone = call.world.office["phones"].pop(call.params["id"].lower(), None)
    if phone is None:
        raise NotFoundError
    call.world.touch()
    return _phone_object(call, phone)


def _terms(call: Call, phone: JsonObject) -> JsonObject:
    periods = (call.now - phone["created"]) // _MONTH_S + 1
    renewal = datetime.fromtimestamp(phone["created"] + periods * _MONTH_S, UTC)
    return {"renewal_date": renewal.date().isoformat(), "price": 1}


def _phone_object(call: Call, phone: JsonObject) -> JsonObject:
    mark = derived_id(phone["id"], "provider").replace("-", "")
    return {
        "id": phone["id"],
        "timestamp_created": iso(phone["created"]),
        "organization_id": call.world.organization,
        "phone_number": phone["number"],
        "country": "US",
        "locality": phone["locality"],
        "subscription_id": f"sub_{mark[:24]}",
        "twilio_sid": f"PN{mark}",
    }
