"""The list of e-mails and its filters."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from operator import itemgetter

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.emails.view import addresses, email_object, is_focused
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.world.inbox import MANUAL, RECEIVED, SENT, Mail
from iexdg.sandbox.world.records import Lead
from iexdg.sandbox.world.world import World

Check = Callable[[Mail], bool]

_TYPES = {"received": RECEIVED, "sent": SENT, "manual": MANUAL}
_SCHEDULED = 4
_THREAD = "thread:"


def list_emails(call: Call) -> JsonObject:
    """Answer GET /emails, the newest first unless asked otherwise.

    Source: OpenAPI listEmail. Assumed: that a cursor is the id of the last e-mail; an unknown one ends the list.
    """
    query, limit = call.query, call.query.get("limit", DEFAULT_PAGE)
    found = sorted(_found(call.world, query), key=itemgetter("at"))
    if query.get("sort_order") != "asc":
        found.reverse()
    if query.get("latest_of_thread"):
        found = _latest(found)
    preview_only = query.get("preview_only", False)
    answer = page_behind(found, limit, query.get("starting_after"), lambda mail: str(mail["id"]))
    answer["items"] = [email_object(call.world, mail, preview_only=preview_only) for mail in answer["items"]]
    return answer


def _latest(mails: list[Mail]) -> list[Mail]:
    newest: dict[str, Mail] = {}
    for mail in sorted(mails, key=itemgetter("at")):
        newest[mail["thread"]] = mail
    return [mail for mail in mails if newest[mail["thread"]] is mail]


def _found(world: World, query: JsonObject) -> list[Mail]:
    checks = [*_time_checks(query), *_checks_of_mail(world, query), *_checks_of_lead(world, query)]
    mails = list(world.inbox.mails.values())
    for passes in checks:
        mails = [mail for mail in mails if passes(mail)]
    return mails


def _time_checks(query: JsonObject) -> Iterator[Check]:
    earliest, latest = (_instant(query.get(f"{edge}_timestamp_created")) for edge in ("min", "max"))
    if earliest is not None:
        yield lambda mail: mail["at"] >= earliest
    if latest is not None:
        yield lambda mail: mail["at"] <= latest


def _checks_of_mail(world: World, query: JsonObject) -> Iterator[Check]:
    """Yield the filters that look at the e-mail itself, those alone that are asked for."""
    kind, mode = _TYPES.get(query.get("email_type", "")), query.get("mode")
    accounts = addresses(query.get("eaccount", "").lower())
    campaign, search = query.get("campaign_id", "").lower(), query.get("search", "").strip().lower()
    checks: dict[str, Check] = {
        "email_type": lambda mail: mail["type"] == kind,
        "is_unread": lambda mail: mail.get("unread", False) == query["is_unread"],
        "has_reminder": lambda mail: bool(mail.get("reminder")) == query["has_reminder"],
        "marked_as_done": lambda mail: (mail["thread"] in world.inbox.answered) == query["marked_as_done"],
        "mode": lambda mail: mode in ("emode_all", "emode_focused" if is_focused(mail) else "emode_others"),
        "scheduled_only": lambda mail: not query["scheduled_only"] or mail["type"] == _SCHEDULED,
        "eaccount": lambda mail: mail["account"].lower() in accounts,
        "campaign_id": lambda mail: mail["campaign"] == campaign,
        "search": lambda mail: _is_searched(mail, search),
    }
    return (check for name, check in checks.items() if name in query)


def _is_searched(mail: Mail, search: str) -> bool:
    """Assumed: what does not begin with `thread:` is looked for in the lead's address."""
    if search.startswith(_THREAD):
        return mail["thread"] == search.removeprefix(_THREAD)
    return search in (mail["lead"] or "").lower()


def _checks_of_lead(world: World, query: JsonObject) -> Iterator[Check]:
    """Yield the filters that look at the person, those alone that are asked for."""

    def of_lead(passes: Callable[[Lead], bool]) -> Check:
        return lambda mail: mail["lead_id"] in world.leads and passes(world.leads[mail["lead_id"]])

    address, domain = query.get("lead", "").lower(), query.get("company_domain", "").lower()
    list_id = query.get("list_id", "").lower()
    checks: dict[str, Check] = {
        "lead": lambda mail: (mail["lead"] or "").lower() == address,
        "company_domain": lambda mail: (mail["lead"] or "").lower().rpartition("@")[2] == domain,
        "list_id": of_lead(lambda lead: lead["list_id"] == list_id),
        "i_status": of_lead(lambda lead: lead["interest"] == query["i_status"]),
        "assigned_to": of_lead(lambda lead: lead["person"].get("assigned_to") == query["assigned_to"]),
    }
    return (check for name, check in checks.items() if name in query)


def _instant(text: str | None) -> float | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None  # Assumed: a time that cannot be read filters nothing.
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
