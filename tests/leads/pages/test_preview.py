"""The examples of remarks on the page of a checked import."""

from collections.abc import Callable
from typing import Any

import pytest
from model_bakery import baker

from campaigns.models import Campaign
from leads.imports.counts import counts_of
from leads.models import Import, Row, RowState
from leads.pages.preview import preview_of

pytestmark = pytest.mark.django_db


def examples_of(imported: Import) -> dict[str, list[tuple[int, str]]]:
    preview = preview_of(imported, counts_of(imported), imported.workspace)
    return {line.code: [(one.line, one.text) for one in line.examples] for line in preview.flags}


def flagged(campaign: Campaign, flags: list[list[str]]) -> Import:
    counted = {code: sum(code in one for one in flags) for code in {code for one in flags for code in one}}
    imported = baker.make(Import, campaign=campaign, flags=counted)
    Row.objects.bulk_create(
        Row(imported=imported, raw=[], line=line, email=f"p{line}@example.com", state=RowState.NEW, flags=one)
        for line, one in enumerate(flags, start=2)
    )
    return imported


def test_a_remark_that_comes_late_in_the_file_has_its_examples(campaign: Campaign) -> None:
    imported = flagged(campaign, [*[["role"]] * 600, ["role", "test"], ["test"]])
    assert examples_of(imported) == {
        "test": [(602, "p602@example.com"), (603, "p603@example.com")],
        "role": [(line, f"p{line}@example.com") for line in (2, 3, 4, 5)],
    }


def test_late_lines_that_say_unsubscribed_are_shown_with_what_they_say(campaign: Campaign) -> None:
    imported = flagged(campaign, [*[["role"]] * 600, ["marked:remark"]])
    Import.objects.filter(pk=imported.pk).update(flags={"role": 600, "marked": 1})
    Row.objects.filter(line=602).update(custom_variables={"remark": "unsubscribed"})
    imported.refresh_from_db()
    assert examples_of(imported)["marked"] == [(602, "remark: “unsubscribed”")]


def test_a_name_and_a_status_that_say_unsubscribed_are_shown(campaign: Campaign) -> None:
    imported = flagged(campaign, [["marked:first_name"], ["marked:Opted out by phone"]])
    Import.objects.filter(pk=imported.pk).update(flags={"marked": 2})
    Row.objects.filter(line=2).update(first_name="(unsubscribed) Bob")
    imported.refresh_from_db()
    assert examples_of(imported)["marked"] == [
        (2, "first name: “(unsubscribed) Bob”"), (3, "p3@example.com: “Opted out by phone”"),
    ]  # fmt: skip


def test_rows_that_were_left_out_are_no_examples(campaign: Campaign) -> None:
    imported = flagged(campaign, [["role"], ["role"]])
    Row.objects.filter(line=2).update(state=RowState.SKIPPED)
    assert examples_of(imported) == {"role": [(3, "p3@example.com")]}


def test_more_kinds_of_remarks_take_no_more_queries(
    campaign: Campaign, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    few, many = flagged(campaign, [["role"]]), flagged(campaign, [["role", "test", "company"], ["note", "beside"]] * 50)
    with django_assert_max_num_queries(50) as asked:
        preview_of(few, counts_of(few), few.workspace)
    with django_assert_max_num_queries(len(asked)):
        preview_of(many, counts_of(many), many.workspace)
