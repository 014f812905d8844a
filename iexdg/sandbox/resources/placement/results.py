"""Where the mails of a placement test landed: nothing of it is stored, all of it follows from the seed.

A run writes a record of type 1 for each mail as it is sent, and one of type 2 once it has arrived, minutes later.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.resources.placement.seeds import BY_EMAIL, GOOGLE, MICROSOFT, Seed
from iexdg.sandbox.world.accounts import warmup_of
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.ids import share_of
from iexdg.sandbox.world.office import derived_id
from iexdg.sandbox.world.records import PlacementTest
from iexdg.sandbox.world.world import World

SENT, RECEIVED = 1, 2
# Assumed: mails of a run go out a few seconds apart and arrive within 20 minutes.
_GAP_S, _SLOWEST_S = 3.0, 1200.0
# Assumed: of 100 mails that reach a mailbox of Google or Outlook, how many more are taken for spam than elsewhere.
_STRICT = {MICROSOFT: 0.06, GOOGLE: 0.02}
_UNKNOWN_SENDER_SPAM = 0.2
# Source: OpenAPI: provider_code of an account and sender_esp of a result name the same provider by other numbers.
# Assumed: another provider counts as Google.
_ESP_OF_PROVIDER = {2: GOOGLE, 3: MICROSOFT, 8: 8}
_CATEGORY_SHARE = 0.15
_PERSONAL = 2


@dataclass(frozen=True)
class Landing:
    """One record of a run. Shapes: is_spam, has_category - None for a mail that was only sent."""

    id: str
    at: float
    kind: int
    sender: str
    sender_esp: int
    seed: Seed
    is_spam: bool | None
    has_category: bool | None
    is_authentic: bool

    @property
    def is_in_inbox(self) -> bool:
        """Say whether it arrived in the inbox proper: neither spam nor sorted into a category."""
        return self.kind == RECEIVED and not self.is_spam and not self.has_category

    @property
    def day(self) -> str:
        """Return the UTC date."""
        return iso(self.at)[:10]


def landings_of(world: World, test: PlacementTest, now: float) -> list[Landing]:
    """Return every record of a test so far, oldest first."""
    records = (record for run in test["runs"] for record in _of_run(world, test, run))
    return sorted((record for record in records if record.at <= now), key=lambda record: (record.at, record.id))


def _of_run(world: World, test: PlacementTest, run: float) -> Iterator[Landing]:
    mails = [(sender.strip().lower(), to) for sender in test["fields"]["emails"] for to in test["recipients"]]
    for place, (sender, to) in enumerate(mails):
        yield from _of_mail(world, test, run + _GAP_S * place, sender, BY_EMAIL[to])


def _of_mail(world: World, test: PlacementTest, at: float, sender: str, seed: Seed) -> Iterator[Landing]:
    name = f"{at}|{sender}|{seed.email}"
    chance = {what: share_of(world.seed, f"{test['id']}|{name}|{what}") for what in ("spam", "category", "delay")}
    is_spam = chance["spam"] < _spam_share(world, sender) + _STRICT.get(seed.esp, 0.0)
    has_category = not is_spam and seed.kind == _PERSONAL and chance["category"] < _CATEGORY_SHARE
    esp, is_authentic = _esp_of(world, sender), "broken" not in sender
    sent_id, received_id = (derived_id(test["id"], f"{name}|{kind}") for kind in (SENT, RECEIVED))
    yield Landing(sent_id, at, SENT, sender, esp, seed, None, None, is_authentic)
    arrives = at + 10 + chance["delay"] * _SLOWEST_S
    yield Landing(received_id, arrives, RECEIVED, sender, esp, seed, is_spam, has_category, is_authentic)


def _spam_share(world: World, sender: str) -> float:
    account = world.accounts.get(sender)
    return warmup_of(world, account)["spam_share"] if account else _UNKNOWN_SENDER_SPAM


def _esp_of(world: World, sender: str) -> int:
    account = world.accounts.get(sender)
    return _ESP_OF_PROVIDER.get(account["provider_code"], GOOGLE) if account else GOOGLE


def landing_object(world: World, test: PlacementTest, record: Landing) -> JsonObject:
    """Return a record as the API shows it.

    Source: OpenAPI, schema InboxPlacementAnalytics: some fields are present only for a mail that arrived.
    """
    shown = {
        "id": record.id,
        "timestamp_created": iso(record.at),
        "timestamp_created_date": record.day,
        "organization_id": world.organization,
        "test_id": test["id"],
        "sender_email": record.sender,
        "recipient_email": record.seed.email,
        "recipient_esp": record.seed.esp,
        "recipient_geo": record.seed.geo,
        "recipient_type": record.seed.kind,
        "record_type": record.kind,
    }
    return shown | _arrival(record) if record.kind == RECEIVED else shown


def _arrival(record: Landing) -> JsonObject:
    failure = {
        "authentication_results": "Authentication-Results: seeds.example.com; dkim=fail",
        "dkim_signature": "",
        "received_spf": "Received-SPF: fail",
    }
    return {
        "is_spam": record.is_spam,
        "has_category": record.has_category,
        "sender_esp": record.sender_esp,
        "spf_pass": record.is_authentic,
        "dkim_pass": record.is_authentic,
        "dmarc_pass": record.is_authentic,
        "smtp_ip_blacklist_report": None,
        "authentication_failure_results": None if record.is_authentic else failure,
    }
