"""Choices in single braces, as other tools spin them."""

import pytest

from campaigns.copy.liquid import is_used
from campaigns.copy.spintax import groups, outermost, texts, without_groups


def written(text: str) -> list[str]:
    return [text[one.start : one.end] for one in groups(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{Hi|Hello} there", ["{Hi|Hello}"]),
        ("{Hi|Hello {{firstName}}}", ["{Hi|Hello {{firstName}}}"]),
        ("{{{firstName}}|{{companyName}}}", ["{{{firstName}}|{{companyName}}}"]),
        ("{{RANDOM | Hi | {Hello|Hey}}}", ["{Hello|Hey}"]),
        ("{Hi|{Hello|Hey}}", ["{Hi|{Hello|Hey}}", "{Hello|Hey}"]),
        ("{Hi|{% if firstName %}x{% endif %}}", ["{Hi|{% if firstName %}x{% endif %}}"]),
        ("{{firstName} and {a|b}", ["{a|b}"]),
        ("{{RANDOM | Hi | Hello}} {{firstName | there}}", []),
        ("{{{firstName|there}}} {{{{a|b}}}}", []),
        ("{% assign a = b | capitalize %} {% unfinished | x }", []),
        ("${a|b} #{a|b} {!a|b} {$a|b}", []),
        ("a|b } { a|b", []),
    ],
)
def test_choices_are_found_however_the_braces_around_them_stand(text: str, found: list[str]) -> None:
    assert written(text) == found


def test_without_its_braces_the_rest_stands_where_it_stood() -> None:
    text = "{{RANDOM | Hi | {Hello|Hey}}}, {a|{b|c}}"
    assert without_groups(text, groups(text)) == "{{RANDOM | Hi |  Hello|Hey }},  a| b|c  "
    assert [text[one.start : one.end] for one in outermost(groups(text))] == ["{Hello|Hey}", "{a|{b|c}}"]


def test_every_text_is_written_out_once_while_they_are_few() -> None:
    assert texts("Hi {you|all {of|among} you|you}") == ["Hi you", "Hi all of you", "Hi all among you"]
    assert texts("Hi") == ["Hi"]
    assert texts("{a|b|c}{d|e|f}") == []
    assert texts("{a|" * 50 + "b" + "}" * 50) == []


def test_a_text_of_braces_only_takes_no_time() -> None:
    assert groups("{" * 50_000) == []
    assert not is_used("{{a " * 15_000)
    assert len(groups("{a|" * 20_000 + "}" * 20_000)) == 20_000
