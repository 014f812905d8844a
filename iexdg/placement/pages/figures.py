"""The figures of placement tests with their formulas. Pure; None is unknown."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.pages.figures import Rate, rate
from iexdg.placement.models import PlacementTally

COUNTED = ("sent", "received", "inbox", "spam", "category", "unauthentic")
INBOX_FORMULA = "landed in the inbox ÷ received"
SPAM_FORMULA = "landed in spam ÷ received"
CATEGORY_FORMULA = "sorted into a category ÷ received"
# Source: docs/api/instantly-facts.md §2.6: the codes of providers in results.
_PROVIDERS = {1: "Google", 2: "Microsoft", 8: "AirMail", 12: "Web.de", 13: "Libero.it"}


def provider_words(code: int) -> str:
    """Return the name of a receiving provider; a code that we do not know is shown as such."""
    return _PROVIDERS.get(code) or (f"provider {code}" if code else "provider not named")


def inbox_rate(inbox: int | None, received: int | None) -> Rate:
    """Landed in the inbox ÷ received."""
    return rate(inbox, received, INBOX_FORMULA, of="received")


@dataclass(frozen=True)
class Landed:
    """Where some e-mails landed. Shapes: missing - sent and not received; below 0 is shown as 0."""

    name: str
    url: str
    sent: int
    received: int
    inbox: int
    spam: int
    category: int
    unauthentic: int

    @property
    def missing(self) -> int:
        """How many were sent and have not arrived."""
        return max(self.sent - self.received, 0)

    @property
    def arrived_rate(self) -> Rate:
        """Received ÷ sent."""
        return rate(self.received, self.sent, "received ÷ sent", of="sent")

    @property
    def inbox_rate(self) -> Rate:
        """See `inbox_rate`."""
        return inbox_rate(self.inbox, self.received)

    @property
    def spam_rate(self) -> Rate:
        """Landed in spam ÷ received."""
        return rate(self.spam, self.received, SPAM_FORMULA, of="received")

    @property
    def category_rate(self) -> Rate:
        """Sorted into a category ÷ received."""
        return rate(self.category, self.received, CATEGORY_FORMULA, of="received")


def landed(name: str, tallies: Iterable[PlacementTally], *, url: str = "") -> Landed:
    """Sum up some tallies."""
    sums = dict.fromkeys(COUNTED, 0)
    for tally in tallies:
        for counted in COUNTED:
            sums[counted] += getattr(tally, counted)
    return Landed(name, url, **sums)
