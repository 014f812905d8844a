"""What the address of a comparison asks for: campaigns, days, what is shown. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from iexdg.analytics.days import Chosen, Days, chosen_days
from iexdg.ui.filters import number_in

# The parts of the page: in the address -> the words of the tab.
PARTS = {"": "Campaigns", "steps": "Steps and variants", "breakdowns": "Breakdowns", "weeks": "Weeks"}
MOST_CHOSEN = 20
DEFAULT_METRIC = "replied"


@dataclass(frozen=True)
class Filters:
    """What is compared. Shapes: campaigns - ids as asked for, () for those with the tag, or that sent most; tag -
    Instantly's id of one; metric - what is drawn; weekday - of the replies by hour, 1 is Monday, 0 is every day.
    """

    chosen: Chosen
    campaigns: tuple[int, ...] = ()
    tag: str = ""
    metric: str = DEFAULT_METRIC
    part: str = ""
    weekday: int = 0

    @property
    def days(self) -> Days | None:
        """The range; None for everything since the start."""
        return self.chosen.days

    def query(self) -> str:
        """Return the end of the address that shows exactly this: "?campaign=1&campaign=2&days=7", or "?"."""
        pairs: list[tuple[str, object]] = [("campaign", pk) for pk in self.campaigns]
        pairs.append(("tag", self.tag))
        pairs += self.chosen.named().items()
        pairs.append(("metric", "" if self.metric == DEFAULT_METRIC else self.metric))
        pairs.append(("show", self.part))
        pairs.append(("weekday", self.weekday or ""))
        return f"?{urlencode([pair for pair in pairs if pair[1] != ''])}"

    def hidden(self) -> list[tuple[str, str]]:
        """What a form has to repeat that neither chooses campaigns nor days."""
        return [
            (name, value)
            for name, value in (("metric", self.metric), ("show", self.part), ("weekday", str(self.weekday)))
            if value not in {"", "0", DEFAULT_METRIC}
        ]

    def of_campaigns(self, *campaigns: int) -> "Filters":
        """The same for other campaigns."""
        return replace(self, campaigns=campaigns, tag="")

    def of_tag(self, tag: str) -> "Filters":
        """The same for the campaigns with a tag; once more takes it off again."""
        return replace(self, campaigns=(), tag="" if tag == self.tag else tag)

    def of_days(self, days: Days) -> "Filters":
        """The same for days of one's own."""
        return replace(self, chosen=Chosen(days, ""))

    def of_weekday(self, weekday: int) -> "Filters":
        """The same for the replies of one weekday; once more takes it off again."""
        return replace(self, weekday=0 if weekday == self.weekday else weekday)

    def of_part(self, part: str) -> "Filters":
        """Another part of the page for the same comparison."""
        return replace(self, part=part)

    def of_metric(self, metric: str) -> "Filters":
        """The same with another rate drawn."""
        return replace(self, metric=metric)

    def of_preset(self, preset: str, days: Days | None) -> "Filters":
        """The same for one of the ranges that have a name."""
        return replace(self, chosen=Chosen(days, preset))


def filters_of(query: QueryDict, today: date, metrics: Iterable[str]) -> Filters:
    """Read an address; what makes no sense is ignored. Shapes: metrics - what can be drawn."""
    numbers = [pk for text in query.getlist("campaign")[:100] if (pk := number_in(text)) is not None]
    part, metric = query.get("show", ""), query.get("metric", "")
    weekday = number_in(query.get("weekday", "")) or 0
    return Filters(
        chosen=chosen_days(query, today),
        campaigns=tuple(dict.fromkeys(numbers))[:MOST_CHOSEN],
        tag="" if numbers else query.get("tag", "")[:64],
        metric=metric if metric in metrics else DEFAULT_METRIC,
        part=part if part in PARTS else "",
        weekday=weekday if weekday <= 7 else 0,
    )
