"""What the page of a mailbox shows of placement tests: where its e-mails landed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.placements import Placement, shows_placements
from iexdg.placement.models import PlacementTally, PlacementTest
from iexdg.placement.pages.figures import COUNTED, inbox_rate

_MOST = 5


@shows_placements
def newest_of(box: Mailbox) -> list[Placement]:
    """The newest tests with results of a mailbox, newest first; two queries."""
    mine = PlacementTally.objects.filter(sender=box.email.lower())
    there = PlacementTest.objects.filter(workspace=box.workspace_id, vanished_at__isnull=True)
    newest = list(there.filter(pk__in=mine.values("test")).order_by("-made_at", "-pk")[:_MOST])
    sums: Iterable[Any] = (
        mine.filter(test__in=newest).order_by().values("test").annotate(**{name: Sum(name) for name in COUNTED})
    )
    by_test = {row["test"]: row for row in sums}
    return [_placement(test, by_test[test.pk]) for test in newest if test.pk in by_test]


def _placement(test: PlacementTest, row: dict[str, int]) -> Placement:
    return Placement(
        name=test.name,
        url=reverse("placement:test", args=[test.pk]),
        made_at=test.made_at,
        read_at=test.results_read_at,
        sent=row["sent"],
        received=row["received"],
        inbox=row["inbox"],
        spam=row["spam"],
        category=row["category"],
        rate=inbox_rate(row["inbox"], row["received"]),
    )
