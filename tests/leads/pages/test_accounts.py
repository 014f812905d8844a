"""Every line of a file is in one group of the table."""

from collections.abc import Callable

import pytest

from campaigns.sending.loading import LoadEffect
from leads.imports.counts import counts_of
from leads.models import Import, Reason, Row, RowState
from leads.pages.accounts import ADVICE, groups_of, identity_of

pytestmark = pytest.mark.django_db


def test_every_reason_has_advice() -> None:
    assert set(ADVICE) == set(Reason)


def test_the_groups_hold_as_many_lines_as_the_file(checked: Callable[..., Import]) -> None:
    imported = checked("Email\na@example.com\nb@example.com\nnope\n,x\nA@example.com\nc@example.com\n")
    Row.objects.filter(email="b@example.com").update(state=RowState.REJECTED, reason="invalid")
    counts = counts_of(imported)
    groups = groups_of(imported, counts, LoadEffect())
    assert sum(group.lines for group in groups) == counts.rows == 6
    assert [group.outcome for group in groups][-2:] == ["Refused: mailbox does not exist", "Open: waiting"]
    assert identity_of(counts) == "6 = 3 + 1 + 0 + 0 + 0 + 2"
