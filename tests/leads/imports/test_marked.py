"""People whom a column calls unsubscribed are never loaded because nobody looked: they are left out, or accepted."""

from collections.abc import Callable

import pytest
from django.test import Client

from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from leads.errors import MarkedPeopleError
from leads.imports import verbs
from leads.models import Import, ImportState

pytestmark = pytest.mark.django_db
Checked = Callable[..., Import]
Members = Callable[..., Member]
FILE = "Email,First name,Notes\nada@firm.example.com,Ada,met at a fair\nbo@firm.example.com,Bo,please do not contact\n"
WORDS = "1 line says in another column that the person unsubscribed, bounced, or must not be contacted."
FIELD = '<input type="checkbox" name="accept_marked" required>'


def state_of(imported: Import) -> str:
    imported.refresh_from_db()
    return imported.state


def test_nothing_starts_before_somebody_decided(checked: Checked, member: Members) -> None:
    imported = checked(FILE)
    with pytest.raises(MarkedPeopleError) as refused:
        verbs.start(imported, by=member("operator"), hold=True)
    assert str(refused.value) == f"{WORDS} Nothing was started. Leave them out, or confirm beside the button."
    assert state_of(imported) == ImportState.MAPPED

    verbs.start(imported, by=member("operator"), hold=True, accept_marked=True)
    assert state_of(imported) == ImportState.VERIFYING
    assert AuditEvent.objects.get(action__endswith=":started").after["accept_marked"] == 1


def test_the_page_wants_a_decision_and_leaving_out_is_one(checked: Checked, web: Callable[..., Client]) -> None:
    imported, client = checked(FILE), web("operator")
    address = f"/w/demo/imports/{imported.pk}/"
    page = client.get(address).content.decode()
    assert (WORDS in page, FIELD in page) == (True, True)
    refused = client.post(f"{address}start/", {"policy": "hold"})
    assert (refused.status_code, state_of(imported)) == (422, ImportState.MAPPED)
    assert WORDS in refused.content.decode()

    client.post(f"{address}leave-out/", {"flag": "marked"})
    assert FIELD not in client.get(address).content.decode()
    client.post(f"{address}start/", {"policy": "hold"})
    assert state_of(imported) == ImportState.VERIFYING
    assert "accept_marked" not in AuditEvent.objects.get(action__endswith=":started").after


def test_who_confirms_on_the_page_loads_them(checked: Checked, web: Callable[..., Client]) -> None:
    imported = checked(FILE)
    web("operator").post(f"/w/demo/imports/{imported.pk}/start/", {"policy": "hold", "accept_marked": "on"})
    assert state_of(imported) == ImportState.VERIFYING
