"""Which leads a request means: the same selectors list them, move them and assign them."""

from collections.abc import Callable, Collection, Iterable, Iterator

from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.resources.leads.filters import fits_query, named_filter
from iexdg.sandbox.resources.leads.view import enrichment_of, esg_code
from iexdg.sandbox.sending.routing import esp_code
from iexdg.sandbox.world.records import Lead
from iexdg.sandbox.world.world import World

Check = Callable[[Lead], bool]


def selected(
    world: World, asked: JsonObject, now: float, *, owners: Collection[str] | None = None, after: str = ""
) -> Iterator[Lead]:
    """Yield the leads that a request selects, in the order of their ids; whoever changes leads takes them all first.

    Shapes: asked - the body of leads/list, leads/move or leads/bulk-assign; selectors that it does not name select all;
        owners - the users one of whom a lead is assigned to; after - the id behind which to begin.
    Raises: ApiError 400 - a filter that does not exist.
    """
    checks = [*_place_checks(asked), *_id_checks(asked), *_state_checks(world, asked, now)]
    if owners is not None:
        checks.append(lambda lead: lead["person"].get("assigned_to") in owners)
    found = iter(_in_reach(world, asked, after))
    return (lead for lead in found if all(passes(lead) for passes in checks)) if checks else found


def _in_reach(world: World, asked: JsonObject, after: str) -> Iterable[Lead]:
    """Yield the leads of the campaign or the list that is named, or all; only as many as the caller takes."""
    ids: Iterable[str] = world.leads
    if "campaign" in asked:
        ids = world.leads_in.get(asked["campaign"].lower(), ())
    elif "list_id" in asked:
        ids = world.leads_on.get(asked["list_id"].lower(), ())
    return (world.leads[lead_id] for lead_id in ids if lead_id > after)


def _place_checks(asked: JsonObject) -> Iterator[Check]:
    if "list_id" in asked:
        yield lambda lead: lead["list_id"] == asked["list_id"].lower()
    if "in_campaign" in asked:
        yield lambda lead: bool(lead["campaign"]) == asked["in_campaign"]
    if "in_list" in asked:
        yield lambda lead: bool(lead["list_id"]) == asked["in_list"]


def _id_checks(asked: JsonObject) -> Iterator[Check]:
    if "ids" in asked:
        ids = {one.lower() for one in asked["ids"]}
        yield lambda lead: lead["id"] in ids
    if "excluded_ids" in asked:
        excluded = {one.lower() for one in asked["excluded_ids"]}
        yield lambda lead: lead["id"] not in excluded
    if "contacts" in asked:
        contacts = {one.lower() for one in asked["contacts"]}
        yield lambda lead: (lead["email"] or "") in contacts
    if asked.get("search"):
        search = asked["search"].lower()
        yield lambda lead: _is_found(lead, search)


def _state_checks(world: World, asked: JsonObject, now: float) -> Iterator[Check]:
    if "filter" in asked:
        passes = named_filter(asked["filter"])
        yield lambda lead: passes(world, lead, now)
    if "smart_view_id" in asked:
        # Assumed: the API cannot make a smart view, so that none of them can have any lead.
        yield lambda lead: False
    if asked.get("is_website_visitor"):
        yield lambda lead: False
    if "enrichment_status" in asked:
        yield lambda lead: enrichment_of(world, lead, now) == asked["enrichment_status"]
    if "esg_code" in asked:
        yield lambda lead: _is_gateway(esg_code(world.seed, lead), asked["esg_code"])
    if "esp_code" in asked:
        yield lambda lead: esp_code(world.seed, lead) == asked["esp_code"]
    if "queries" in asked:
        yield lambda lead: all(fits_query(lead, query, now) for query in asked["queries"])


def _is_gateway(code: int, wanted: str) -> bool:
    # Assumed: "all" means behind any gateway, "none" behind none that is known.
    return {"all": code != 0, "none": code == 0}.get(wanted, str(code) == wanted)


def _is_found(lead: Lead, search: str) -> bool:
    first, last = (str(lead["person"].get(name, "")) for name in ("first_name", "last_name"))
    return any(search in text.lower() for text in (lead["email"] or "", first, last, f"{first} {last}"))
