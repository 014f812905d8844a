"""Guesses the mapping of a file from its header and first records, and collects what only a person can decide. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leads.importing.address_columns import AddressChoice, choose_address_column
from leads.importing.errors import Ask, hint_of
from leads.importing.mapping import CUSTOM, EMAIL, FIELDS, IGNORE, RESERVED, UNDECIDED, label_of_target
from leads.importing.mark_columns import LEFT_OUT_ASK, find_mark_columns, has_verdicts, is_status_name
from leads.importing.marks import STATUS, VALID, Says, answer_of
from leads.importing.names import field_of, keys_of, plain_key, variable_name, words_of

EMAIL_ASK = "email"
DUPLICATES_ASK = "duplicate_columns"
# Questions that a mapping answers; the others are about how the file is read.
MAPPING_ASKS = frozenset({EMAIL_ASK, DUPLICATES_ASK, LEFT_OUT_ASK})
# Columns that the failed-rows file adds; they are ignored when it is uploaded again.
_ADDED_COLUMNS = {"reason", "reasondetail", "importreason", "importreasondetail"}
_VERIFIED_WHEN = keys_of(
    "verifiedat checkedat validatedat verifiedon checkedon lastverified lastchecked verificationdate"
)


@dataclass
class Guess:
    """A mapping of every column, the questions that it leaves open, and remarks for the page.

    Shapes: mapping - UNDECIDED for a column that a question is about, unless another target is harmless meanwhile.
    """

    mapping: dict[str, str] = field(default_factory=dict)
    asks: list[Ask] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def guess_columns(
    header: Sequence[str],
    samples: Sequence[Sequence[str]] = (),
    *,
    repeated: Mapping[str, str] | None = None,
    whole: bool = True,
) -> Guess:
    """Guess a target for every column; an unknown column becomes a custom variable.

    Shapes: samples - cells of the first records; repeated - a numbered name -> the name in the file that it repeats;
    whole - whether the samples are all records.
    """
    guess = Guess()
    address = choose_address_column(header, samples, whole=whole)
    _guess_fields(guess, header, address, samples)
    _ask_about_address(guess, address)
    _ask_about_repeated(guess, header, repeated or {})
    free = [column for column in header if column not in guess.mapping]
    marks = find_mark_columns(header, samples, free=free, whole=whole)
    guess.mapping.update(marks.targets)
    guess.mapping.update({column_of(ask.choices[0]): UNDECIDED for ask in marks.asks})
    guess.asks += marks.asks
    _name_variables(guess, header)
    guess.mapping = {column: guess.mapping[column] for column in header}
    _remark(guess, header, samples, address, repeated or {})
    return guess


def _guess_fields(
    guess: Guess, header: Sequence[str], address: AddressChoice, samples: Sequence[Sequence[str]]
) -> None:
    if address.column:
        guess.mapping[address.column] = EMAIL
    free = [column for column in header if column not in guess.mapping and column not in address.candidates]
    # Of "imie" and "first_name" the one that has the very name of the field is meant.
    for column in sorted(free, key=lambda column: plain_key(column) != plain_key(field_of(column))):
        target = field_of(column)
        if target == "job_title" and _says_yes_or_no(header.index(column), samples):
            continue
        if target and target not in guess.mapping.values():
            guess.mapping[column] = target
        elif plain_key(column) in _ADDED_COLUMNS:
            guess.mapping[column] = IGNORE


def _says_yes_or_no(place: int, samples: Sequence[Sequence[str]]) -> bool:
    """Whether a column answers a question, as "role" of a verified list does: is it a role address?"""
    says = {answer_of(cells[place]) for cells in samples if place < len(cells) and cells[place].strip()}
    return bool(says) and says <= {Says.YES, Says.NO}


def _ask_about_address(guess: Guess, address: AddressChoice) -> None:
    if not address.candidates:
        return
    names = ", ".join(f"“{name}”" for name in address.candidates)
    if len(address.candidates) == 1:
        question = f"Only {names} has addresses, maybe those of your own people. Is it the address to write to?"
    else:
        question = f"{names} could be the e-mail address to write to. Which one is it?"
    hint = hint_of([f"{address.candidates[0]}={EMAIL}"])
    guess.asks.append(Ask(EMAIL_ASK, list(address.candidates), question, hint=hint, target=EMAIL))


def _ask_about_repeated(guess: Guess, header: Sequence[str], repeated: Mapping[str, str]) -> None:
    """Ask which of several columns of one name is meant, where that name means a field."""
    for original in dict.fromkeys(repeated.values()):
        target = guess.mapping.get(original, "")
        if target not in FIELDS:
            continue
        columns = [original, *[column for column in header if repeated.get(column) == original]]
        say = (
            f"{len(columns)} columns are called “{original}”; they are numbered here. Which one is the "
            f"{FIELDS[target].lower()}?"
        )
        guess.mapping.update(dict.fromkeys(columns, UNDECIDED))
        guess.asks.append(Ask(DUPLICATES_ASK, columns, say, hint=hint_of([f"{columns[0]}={target}"]), target=target))


def _name_variables(guess: Guess, header: Sequence[str]) -> None:
    names = {target.removeprefix(CUSTOM) for target in guess.mapping.values() if target.startswith(CUSTOM)}
    for place, column in enumerate(header):
        if column not in guess.mapping:
            guess.mapping[column] = own_variable(column, place, names)


def own_variable(column: str, place: int, names: set[str]) -> str:
    """The target of a column as a variable of its own name; adds the name to those that are taken."""
    name = variable_name(column, place)
    if name.lower() in RESERVED:
        name = f"{name[:47]}2"
    candidate, number = name, 2
    while candidate in names:
        candidate, number = f"{name[:47]}{number}", number + 1
    names.add(candidate)
    return CUSTOM + candidate


def column_of(choice: str) -> str:
    """The column of a choice such as "Unsubscribed=ignore"."""
    return choice.rpartition("=")[0]


def answered(mapping: Mapping[str, str], asks: Sequence[Ask]) -> tuple[dict[str, str], list[Ask]]:
    """Fill in what a mapping leaves undecided where it answers the question, and return the questions it does not.

    Shapes: mapping - of all columns. A column that was not chosen of several becomes a variable.
    """
    full, still_open = dict(mapping), []
    for ask in asks:
        if ask.what == LEFT_OUT_ASK:
            is_answered = full.get(column_of(ask.choices[0]), IGNORE) != UNDECIDED
        else:
            columns = [column for column in ask.choices if full.get(column) == UNDECIDED]
            is_answered = ask.target in full.values() or (ask.target != EMAIL and not columns)
            if is_answered:
                _fill(full, columns)
        if not is_answered:
            still_open.append(ask)
    return full, still_open


def _fill(full: dict[str, str], columns: Sequence[str]) -> None:
    names = {target.removeprefix(CUSTOM) for target in full.values() if target.startswith(CUSTOM)}
    for column in columns:
        full[column] = own_variable(column, list(full).index(column), names)


def with_answer(mapping: Mapping[str, str], ask: Ask, choice: str) -> dict[str, str]:
    """The mapping after one choice of a question; the column that had the field before becomes undecided."""
    if ask.what == LEFT_OUT_ASK:
        column, _, target = choice.rpartition("=")
        return {**mapping, column: target}
    kept = {column: UNDECIDED if target == ask.target else target for column, target in mapping.items()}
    full = {**kept, choice: ask.target}
    _fill(full, [column for column in full if full[column] == UNDECIDED and mapping[column] == ask.target])
    return full


def _remark(
    guess: Guess,
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    address: AddressChoice,
    repeated: Mapping[str, str],
) -> None:
    others = [name for name in address.others if name not in repeated]
    if others:
        names = ", ".join(f"“{name}”" for name in others)
        verb = "holds addresses too and becomes a variable" if len(others) == 1 else "hold addresses too, as variables"
        guess.remarks.append(f"{names} {verb}.")
    for column in header:
        target = guess.mapping[column]
        if not column.isascii() and target.startswith(CUSTOM):
            guess.remarks.append(f"“{column}” is kept as {label_of_target(target)}.")
    verdicts = next((column for place, column in enumerate(header) if _is_verdict(guess, column, place, samples)), "")
    if verdicts:
        guess.remarks.append(_verified_list(verdicts, header))


def _is_verdict(guess: Guess, column: str, place: int, samples: Sequence[Sequence[str]]) -> bool:
    if guess.mapping[column] not in {STATUS, VALID, UNDECIDED} or not is_status_name(column):
        return False
    return has_verdicts([cells[place] for cells in samples if place < len(cells)])


def _verified_list(verdicts: str, header: Sequence[str]) -> str:
    when = next((column for column in header if _says_when(column)), "")
    dated = f" and “{when}” says when" if when else ""
    return (
        f"This is a verified list: “{verdicts}” has verdicts{dated}. Lines that it calls invalid are left out; "
        "everybody else is verified at Instantly all the same before anyone is loaded."
    )


def _says_when(column: str) -> bool:
    return plain_key(column) in _VERIFIED_WHEN or ("date" in words_of(column) and "verified" in plain_key(column))
