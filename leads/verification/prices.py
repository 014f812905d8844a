"""What verifying costs in each way, in credits, requests and time, before anything is spent."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.conf import settings

from iexdg.clients.instantly.leads import MOST_PER_LOAD
from leads.models import VerifyBy

# Source: instantly-facts.md §1, Rate limits, for each workspace.
_REQUESTS_PER_S = 100
# Measured with a third of the addresses pending at first: one request, and a poll or two for those. See performance.md.
_REQUESTS_PER_ADDRESS = Decimal("1.6")
_LEADS_PER_READ = 100
# Create and read back the list, read its counts, fill it, read its counts twice, delete it, and read that back.
_REQUESTS_PER_LIST = 8
# A list is verified within about 20 s at Instantly; its requests take a quarter of a second each.
_WAIT_S, _REQUEST_S = 20, Decimal("0.25")


@dataclass(frozen=True)
class Way:
    """One way to verify some addresses. Units: credits at most; expected requests and minutes."""

    key: str
    label: str
    credits: Decimal
    calls: int
    minutes: int


def price_of(verify_by: str) -> Decimal:
    """Credits that one address is expected to cost. Source: instantly-facts.md, Law 11 and §5."""
    return Decimal(settings.LIST_CREDIT_PRICE if verify_by == VerifyBy.LIST else settings.CREDIT_PRICE)


def ways_to_verify(addresses: int) -> list[Way]:
    """Both ways for some addresses that have to be paid for, the default first."""
    one_by_one = ceil(addresses * _REQUESTS_PER_ADDRESS)
    lists = ceil(addresses / MOST_PER_LOAD)
    in_lists = lists * _REQUESTS_PER_LIST + ceil(addresses / _LEADS_PER_READ)
    return [
        _way(VerifyBy.ADDRESS, addresses, one_by_one, Decimal(one_by_one) / _REQUESTS_PER_S),
        _way(VerifyBy.LIST, addresses, in_lists, in_lists * _REQUEST_S + _WAIT_S),
    ]


def _way(key: VerifyBy, addresses: int, calls: int, seconds: Decimal) -> Way:
    return Way(key.value, str(key.label), addresses * price_of(key), calls, ceil(seconds / 60) if addresses else 0)
