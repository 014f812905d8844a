"""What one version of a draft has otherwise than another, its subsequences too. Pure."""

from collections.abc import Iterator
from datetime import date

from iexdg.blueprints.comparison import Change, compare, unnamed
from iexdg.blueprints.facts import Facts, Names, wanted_facts
from iexdg.blueprints.schema import CampaignBlueprint, Subsequence
from iexdg.blueprints.subsequence_facts import changes_of, wanted_of


def differences(new: CampaignBlueprint, old: CampaignBlueprint | None, names: Names, *, today: date) -> list[Change]:
    """Return the differences. Shapes: old - None for the first version, before which there was nothing."""
    now = wanted_facts(new, names, today=today)
    before: Facts = wanted_facts(old, names, today=today) if old is not None else {}
    return [
        *compare(now, before),
        *unnamed(now, before),
        *_other_senders(new, old),
        *_of_subsequences(new, old, names, today),
    ]


def _other_senders(new: CampaignBlueprint, old: CampaignBlueprint | None) -> Iterator[Change]:
    """What becomes of the senders that only Instantly has: it is no fact of a campaign, so nothing else compares it."""
    after, before = (one.senders.others if one is not None and one.senders is not None else None for one in (new, old))
    if before is not None and after is not None and before != after:
        yield Change("senders.others", before, after)


def _of_subsequences(
    new: CampaignBlueprint, old: CampaignBlueprint | None, names: Names, today: date
) -> Iterator[Change]:
    listed, were = list(new.subsequences or ()), list(old.subsequences or ()) if old is not None else []
    for place, one in enumerate(listed):
        was = were[place] if place < len(were) else None
        yield from _of_one(place, one, was, names, today)
    for place, gone in enumerate(were[len(listed) :], len(listed)):
        yield Change(f"subsequences[{place + 1}].name", gone.name, None)


def _of_one(place: int, one: Subsequence, was: Subsequence | None, names: Names, today: date) -> Iterator[Change]:
    start = f"subsequences[{place + 1}]"
    if was is None or was.name != one.name:
        yield Change(f"{start}.name", was.name if was is not None else None, one.name)
    now = wanted_of(one, names, today=today)
    before = wanted_of(was, names, today=today) if was is not None else {}
    yield from changes_of(place, now, before)
    for change in unnamed(now, before):
        yield Change(f"{start}.{change.path}", change.before, change.after)
