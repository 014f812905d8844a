"""The column mapping of an import's page: its columns, and the questions that only a person can answer."""

from dataclasses import dataclass

from leads.forms import ASK_PREFIX, MAP_PREFIX, column_choices
from leads.importing.errors import Ask
from leads.importing.guess import MAPPING_ASKS
from leads.importing.mapping import IGNORE, variable_in_copy
from leads.importing.mark_columns import LEFT_OUT_ASK
from leads.importing.marks import MARKS
from leads.importing.names import is_respelled
from leads.importing.upload import sample_of
from leads.models import Import, MappedBy


@dataclass(frozen=True)
class Column:
    """One column of the file, with sample cells and its possible targets.

    Shapes: variable - what the copy writes where the column is a variable of its own, such as "{{recentNews}}", or "";
        is_respelled - that name is the column's in Latin letters, since its own are others.
    """

    place: int
    field_name: str
    name: str
    samples: list[str]
    chosen: str
    choices: list[tuple[str, str]]
    variable: str
    is_respelled: bool


@dataclass(frozen=True)
class Choice:
    """One answer to a question, with what the first lines of its column hold."""

    value: str
    label: str
    samples: list[str]
    chosen: bool


@dataclass(frozen=True)
class Question:
    """A question about the columns, and its answers, best first."""

    field_name: str
    say: str
    choices: list[Choice]


@dataclass(frozen=True)
class MappingPage:
    """What the mapping shows: where it comes from, remarks, open questions, columns."""

    columns: list[Column]
    questions: list[Question]
    remarks: list[str]
    origin: str
    is_remembered: bool


def mapping_asks(imported: Import) -> list[Ask]:
    """The open questions that a mapping answers, in the order in which the form numbers them."""
    return [ask for ask in (Ask(**facts) for facts in imported.asks) if ask.what in MAPPING_ASKS]


def mapping_page(imported: Import) -> MappingPage:
    """The columns of a file with sample values, and what is to be decided about them."""
    samples = sample_of(imported)
    variables = list((imported.campaign.custom_variables if imported.campaign else None) or [])
    columns = []
    for place, name in enumerate(imported.header):
        chosen = imported.mapping.get(name, IGNORE)
        cells = [cells[place].strip()[:60] for cells in samples if place < len(cells) and cells[place].strip()]
        choices = column_choices(name, place, chosen, variables)
        written = variable_in_copy(chosen), is_respelled(name)
        columns.append(Column(place, f"{MAP_PREFIX}{place}", name, cells, chosen, choices, *written))
    by_name = {column.name: column for column in columns}
    questions = [_question(number, ask, by_name) for number, ask in enumerate(mapping_asks(imported))]
    mapped_by = MappedBy(imported.mapped_by)
    return MappingPage(
        columns, questions, list(imported.column_remarks), str(mapped_by.label), mapped_by == MappedBy.MEMORY
    )


def _question(number: int, ask: Ask, columns: dict[str, Column]) -> Question:
    choices = []
    for value in ask.choices:
        if ask.what == LEFT_OUT_ASK:
            name, _, target = value.rpartition("=")
            label = MARKS.get(target, "leave no line out").capitalize()
            is_chosen = name in columns and columns[name].chosen == target
            choices.append(Choice(value, label, [], is_chosen))
        elif value in columns:
            column = columns[value]
            choices.append(Choice(value, value, column.samples, column.chosen == ask.target))
    return Question(f"{ASK_PREFIX}{number}", ask.say, choices)
