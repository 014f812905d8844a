"""The mutants are what they are said to be, and the list of modules and of equivalents is true."""

import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator

from tests.architecture.tree import ROOT
from tests.mutants import operators
from tests.mutants.__main__ import equivalents
from tests.mutants.making import changed_lines, mutants_of
from tests.mutants.modules import MODULES

MADE: list[type[Operator]] = [
    operators.RemoveStatement,
    operators.DecideCondition,
    operators.DropOperand,
    operators.DropArgument,
    operators.DropElement,
    operators.TurnMembership,
]


@pytest.mark.parametrize(("make", "example"), [(make, example) for make in MADE for example in make.examples()])
def test_an_operator_makes_the_mutants_of_its_examples(make: type[Operator], example: Example) -> None:
    assert mutate_code(example.pre_mutation_code, make(), example.occurrence) == example.post_mutation_code


@pytest.mark.parametrize("make", MADE)
def test_an_operator_finds_nothing_where_there_is_nothing(make: type[Operator]) -> None:
    assert (
        mutate_code(
            '"""Text."""\n\nimport a\n\n\ndef f(b: int | None) -> None:\n    c = b\n    pass\n    return\n', make(), 0
        )
        is None
    )


def test_every_module_and_every_test_file_of_the_list_exists() -> None:
    named = [*MODULES, *[test for tests in MODULES.values() for test in tests]]
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_equivalent_of_the_document_is_a_mutant_that_is_made() -> None:
    listed = set(equivalents())
    made = {mutant.key for module in {key[0] for key in listed} for mutant in mutants_of(ROOT / module, module)}
    assert sorted(listed - made) == []


def test_a_mutant_is_named_by_the_lines_it_changes() -> None:
    assert changed_lines("a\nif b:\n    c\n", "a\nif True:\n    c\n") == ("if b:", "if True:")
