"""What block lists and a spam filter say about the sending domains of a placement test, once per run and domain."""

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.resources.placement.analytics import is_between
from iexdg.sandbox.resources.placement.operations import find_test
from iexdg.sandbox.resources.placement.runs import play_tests
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.ids import share_of
from iexdg.sandbox.world.office import derived_id
from iexdg.sandbox.world.records import PlacementTest
from iexdg.sandbox.world.world import World

# Assumed: how long after a run its reports are there.
_AFTER_S = 1800.0
_LISTS = ("zen.lists.example.com", "barracuda.lists.example.com", "spamcop.lists.example.com")
_IS_SPAM_FROM = 5.0
# Assumed: one domain in twenty is on a list; one whose name contains "listed" always is.
_LISTED_SHARE, _ALWAYS_LISTED = 0.05, "listed"


def list_reports(call: Call) -> JsonObject:
    """Answer GET /inbox-placement-reports, oldest first; either part can be left out."""
    query, test = call.query, find_test(call, call.query["test_id"])
    shown = [report for at, report in _reports_of(call.world, test, call.now) if is_between(at, query)]
    for part in ("blacklist_report", "spam_assassin_report"):
        if query.get(f"skip_{part}"):
            shown = [{name: value for name, value in report.items() if name != part} for report in shown]
    return page_behind(shown, query.get("limit", DEFAULT_PAGE), query.get("starting_after"), lambda one: one["id"])


def get_report(call: Call) -> JsonObject:
    """Answer GET /inbox-placement-reports/{id}."""
    play_tests(call.world, call.now)
    wanted = call.params["id"].lower()
    for test in call.world.placement_tests.values():
        for _, report in _reports_of(call.world, test, call.now):
            if report["id"] == wanted:
                return report
    raise NotFoundError


def _reports_of(world: World, test: PlacementTest, now: float) -> list[tuple[float, JsonObject]]:
    domains = dict.fromkeys(email.rpartition("@")[2].strip().lower() for email in test["fields"]["emails"])
    times = [run + _AFTER_S for run in test["runs"] if run + _AFTER_S <= now]
    return [(at, _report(world, test, at, domain)) for at in times for domain in domains]


def _report(world: World, test: PlacementTest, at: float, domain: str) -> JsonObject:
    is_listed = _ALWAYS_LISTED in domain or share_of(world.seed, f"{domain}|listed") < _LISTED_SHARE
    details = [
        {"blacklist": name, "is_listed": is_listed and not place, "test_type": "domain"}
        for place, name in enumerate(_LISTS)
    ]
    listed = sum(bool(one["is_listed"]) for one in details)
    # In the block of addresses that is set aside for documentation.
    ip = f"192.0.2.{1 + int(share_of(world.seed, domain) * 250)}"
    score = round(0.4 + 3 * share_of(world.seed, f"{test['id']}|{domain}"), 1)
    return {
        "id": derived_id(test["id"], f"report|{at}|{domain}"),
        "timestamp_created": iso(at),
        "timestamp_created_date": iso(at)[:10],
        "organization_id": world.organization,
        "test_id": test["id"],
        "domain": domain,
        "domain_ip": ip,
        "domain_blacklist_count": listed,
        "domain_ip_blacklist_count": 0,
        "spam_assassin_score": score,
        "spam_assassin_report": {
            "is_spam": score >= _IS_SPAM_FROM,
            "spam_score": round(score),
            "report": [
                {"score": "0.0", "name": "HTML_MESSAGE", "description": "BODY"},
                {"score": str(score), "name": "SUBJECT_NEEDS_WORK", "description": "HEADER"},
            ],
        },
        "blacklist_report": {
            "address": domain,
            "ip": ip,
            "is_domain": True,
            "is_blacklisted": listed > 0,
            "blacklisted_count": listed,
            "details": details,
        },
    }
