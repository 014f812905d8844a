"""The mailboxes that a placement test is sent to: which kinds there are, and how each is coded in results."""

from dataclasses import dataclass

from iexdg.sandbox.http.wire import JsonObject

GOOGLE, MICROSOFT, WEB_DE, LIBERO = 1, 2, 12, 13
# Source: OpenAPI, schema InboxPlacementAnalytics, recipient_geo and recipient_type.
_GEO = {"US": 1, "Italy": 2, "Germany": 3, "France": 4}
_TYPE = {"Professional": 1, "Personal": 2}
_ESP = {"Google": GOOGLE, "Outlook": MICROSOFT, "Web.de": WEB_DE, "Libero.it": LIBERO}
# How many mailboxes of each kind get a mail.
_OF_EACH = 2


@dataclass(frozen=True)
class Seed:
    """One mailbox of the vendor's; the codes are those of the results."""

    email: str
    esp: int
    geo: int
    kind: int


def _label(region: str, sub_region: str, kind: str, esp: str) -> JsonObject:
    return {"region": region, "sub_region": sub_region, "type": kind, "esp": esp}


# Assumed: which combinations there are; the OpenAPI shows one.
LABELS: tuple[JsonObject, ...] = (
    _label("North America", "US", "Professional", "Google"),
    _label("North America", "US", "Professional", "Outlook"),
    _label("North America", "US", "Personal", "Google"),
    _label("North America", "US", "Personal", "Outlook"),
    _label("Europe", "Germany", "Professional", "Google"),
    _label("Europe", "Germany", "Personal", "Web.de"),
    _label("Europe", "Italy", "Personal", "Libero.it"),
    _label("Europe", "France", "Professional", "Outlook"),
)


def _seeds_of(label: JsonObject) -> list[Seed]:
    esp, kind, place = (str(label[name]) for name in ("esp", "type", "sub_region"))
    name = f"{esp.partition('.')[0]}.{place}.{kind}".lower()
    codes = _ESP[esp], _GEO[place], _TYPE[kind]
    return [Seed(f"{name}{number}@seeds.example.com", *codes) for number in range(1, _OF_EACH + 1)]


_BY_LABEL = {tuple(label.values()): _seeds_of(label) for label in LABELS}
BY_EMAIL = {seed.email: seed for seeds in _BY_LABEL.values() for seed in seeds}


def chosen_seeds(labels: list[JsonObject]) -> list[str]:
    """Return the addresses of the mailboxes of these kinds; of every kind where none is named or known."""
    keys = [tuple(label[name] for name in ("region", "sub_region", "type", "esp")) for label in labels]
    chosen = [seed.email for key in dict.fromkeys(keys) for seed in _BY_LABEL.get(key, ())]
    return chosen or list(BY_EMAIL)
