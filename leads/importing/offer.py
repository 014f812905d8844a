"""The mapping that is offered for a file: what the member chose for the last such file, otherwise a guess."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from campaigns.models import Campaign
from iexdg.team.models import Member
from leads.importing.address import normal_address
from leads.importing.errors import Ask, UnreadableFileError, hint_of
from leads.importing.guess import EMAIL_ASK, Guess, column_of, guess_columns
from leads.importing.mapping import EMAIL, UNDECIDED, header_key
from leads.importing.mark_columns import LEFT_OUT_ASK
from leads.importing.marks import MARKS
from leads.importing.sniffing import Table
from leads.models import LeadList, MappedBy, SavedMapping


@dataclass
class Offer:
    """A mapping that a person may still change, where it comes from, what it leaves open, and remarks on it."""

    mapping: dict[str, str]
    mapped_by: MappedBy
    asks: list[Ask] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def asks_as_json(self) -> list[dict[str, Any]]:
        """The questions as the import stores them."""
        return [asdict(ask) for ask in self.asks]


def offer_for(table: Table, *, into: Campaign | LeadList | None, by: Member | None, use_memory: bool = True) -> Offer:
    """Offer a mapping for a file from its first records.

    Shapes: into - None for a file that goes nowhere: nobody chose columns for it before.
    Raises: UnreadableFileError - no column can be the address.
    """
    samples = [record.cells for record in table.sample]
    whole = len(samples) >= table.count
    guess = guess_columns(table.header, samples, repeated=table.repeated, whole=whole)
    is_header_open = any(ask.what == "header_line" for ask in table.asks)
    if EMAIL not in guess.mapping.values() and not guess.asks and not is_header_open:
        raise UnreadableFileError(
            "no column has e-mail addresses", "Add a column named Email and upload again", line=table.header_line
        )
    saved = remembered(into, by, table.header) if use_memory and into is not None else None
    if saved is None:
        offer = Offer(guess.mapping, MappedBy.HEADER, guess.asks, guess.remarks)
    else:
        offer = _remembered_offer(dict(saved.mapping), guess, table.header, samples)
    # How the file is read decides what its columns are, so that is asked first.
    offer.asks = [*table.asks, *offer.asks]
    offer.remarks = [*table.remarks, *offer.remarks]
    return offer


def remembered(into: Campaign | LeadList, by: Member | None, header: Sequence[str]) -> SavedMapping | None:
    """What a member chose for the last file with this header that went into this campaign or list."""
    place = {"lead_list": into} if isinstance(into, LeadList) else {"campaign": into}
    return SavedMapping.objects.filter(**place, member=by, header_sha256=header_key(header)).first()


def _remembered_offer(
    saved: dict[str, str], guess: Guess, header: Sequence[str], samples: Sequence[Sequence[str]]
) -> Offer:
    """What memory says, except for people whom this file calls unsubscribed and columns that hold no addresses now."""
    mapping = {column: saved.get(column, guess.mapping[column]) for column in header}
    offer = Offer(mapping, MappedBy.MEMORY, remarks=list(guess.remarks))
    answered = [ask for ask in guess.asks if ask.what != LEFT_OUT_ASK]
    for ask in guess.asks:
        if ask.what == LEFT_OUT_ASK:
            _ask_again(offer, ask)
    for column, target in guess.mapping.items():
        if target in MARKS and mapping[column] not in MARKS:
            say = f"Last time “{column}” left no line out; now it would. Choose again for this file."
            choices = [f"{column}={target}", f"{column}=ignore"]
            _ask_again(offer, Ask(LEFT_OUT_ASK, choices, say, hint=hint_of(choices)))
    if answered:
        offer.remarks.insert(0, "Questions about the columns are answered as you did for the last such file.")
    _ask_if_no_addresses(offer, guess, header, samples)
    return offer


def _ask_again(offer: Offer, ask: Ask) -> None:
    offer.mapping[column_of(ask.choices[0])] = UNDECIDED
    offer.asks.append(ask)


def _ask_if_no_addresses(offer: Offer, guess: Guess, header: Sequence[str], samples: Sequence[Sequence[str]]) -> None:
    column = next((column for column, target in offer.mapping.items() if target == EMAIL), "")
    choices = _candidates(guess, column)
    if not choices or (column and _may_be_addresses(header.index(column), samples)):
        return
    if column:
        offer.mapping[column] = UNDECIDED
    say = f"“{column}”, chosen for the last such file, holds no addresses in this one. Which column is the address?"
    offer.asks.insert(0, Ask(EMAIL_ASK, choices, say, hint=hint_of([f"{choices[0]}={EMAIL}"]), target=EMAIL))


def _candidates(guess: Guess, column: str) -> list[str]:
    """The columns that the guess takes for the address or asks about, then the remembered one."""
    guessed = [name for name, target in guess.mapping.items() if target == EMAIL]
    listed = [choice for ask in guess.asks if ask.target == EMAIL for choice in ask.choices]
    return list(dict.fromkeys(name for name in [*guessed, *listed, column] if name))


def _may_be_addresses(place: int, samples: Sequence[Sequence[str]]) -> bool:
    """Whether some cells of a column are addresses, or all are empty."""
    cells = [cells[place] for cells in samples if place < len(cells) and cells[place].strip()]
    return not cells or any(normal_address(cell)[0] for cell in cells)
