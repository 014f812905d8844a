"""Every call of the client about placement tests, and about connecting a mailbox by a link."""

from datetime import date

from iexdg.clients.instantly import InstantlyClient
from tests.contract.conftest import WorldTime

ID = "0199aaaa-0000-7000-8000-000000000000"
START, END = date(2026, 11, 1), date(2026, 11, 30)
FIELDS = {
    "name": "Contract",
    "type": 1,
    "sending_method": 1,
    "email_subject": "Hi",
    "email_body": "<div>Hi</div>",
    "emails": ["exec@peers.example.com"],
}
CALLS = {
    "placement.list": lambda client: list(client.placement.list()),
    "placement.get": lambda client: client.placement.get(ID),
    "placement.create": lambda client: client.placement.create(FIELDS),
    "placement.patch": lambda client: client.placement.patch(ID, {"status": 2}),
    "placement.delete": lambda client: client.placement.delete(ID),
    "placement.seed_kinds": lambda client: client.placement.seed_kinds(),
    "placement.results": lambda client: list(client.placement.results(ID)),
    "placement.result": lambda client: client.placement.result(ID),
    "placement.stats": lambda client: client.placement.stats([ID]),
    "placement.days": lambda client: client.placement.days(ID),
    "placement.insights": lambda client: client.placement.insights(ID),
    "placement.reports": lambda client: list(client.placement.reports(ID)),
    "placement.report": lambda client: client.placement.report(ID),
    "sign_ins.start": lambda client: client.sign_ins.start("google"),
    "sign_ins.start, at Microsoft": lambda client: client.sign_ins.start("microsoft"),
    "sign_ins.outcome": lambda client: client.sign_ins.outcome("s-1"),
}
WRITES = {"placement.create", "placement.patch", "placement.delete", "sign_ins.start", "sign_ins.start, at Microsoft"}


def call_all(client: InstantlyClient, world_time: WorldTime) -> None:
    test = client.placement.create(FIELDS)
    assert client.placement.seed_kinds()
    world_time.sleep(7200)
    client.placement.patch(test.remote_id, {"name": "Renamed"})
    assert client.placement.get(test.remote_id) in list(client.placement.list(search="Renamed", status=3))
    first, *_ = client.placement.results(test.remote_id, sender="exec@peers.example.com")
    assert client.placement.result(first.remote_id) == first
    (stats,) = client.placement.stats([test.remote_id])
    (day,) = client.placement.days(test.remote_id, start=START, end=END)
    assert (stats.received, stats.inbox, stats.spam) == (day.received, day.inbox, day.spam)
    assert client.placement.insights(test.remote_id, start=START, end=END)
    (report,) = client.placement.reports(test.remote_id)
    assert client.placement.report(report.remote_id) == report
    client.placement.delete(test.remote_id)
    client.sign_ins.start("microsoft")
    assert not client.sign_ins.outcome(client.sign_ins.start("google").session_id).is_connected
