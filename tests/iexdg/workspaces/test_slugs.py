"""The slug of a workspace: what it is made of, that it stays, and how rows of earlier versions get one."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from iexdg.workspaces.models import Workspace
from tests.workspaces import connected_workspace, other_workspace

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"name": "Sandbox", "key_source": "sandbox"}, "demo"),
        ({"name": "Sandbox", "key_source": "sandbox", "transport": "maton"}, "demo-maton"),
        ({"name": "Demo (Maton)"}, "demo-maton"),
        ({"name": "Müller & Söhne GmbH"}, "muller-sohne-gmbh"),
        ({"name": "日本"}, "workspace"),
        ({"name": "a" * 49 + "-b"}, "a" * 49),
    ],
)
def test_a_new_row_is_named_after_the_workspace(fields: dict[str, Any], slug: str) -> None:
    assert other_workspace(**fields).slug == slug


def test_a_name_that_is_taken_is_numbered() -> None:
    rows = [other_workspace("Acme", remote_id=f"w-{number}", connected_as="") for number in range(3)]
    assert [row.slug for row in rows] == ["acme", "acme-2", "acme-3"]


def test_it_stays_whatever_the_name_becomes() -> None:
    row = other_workspace("Acme")
    row.name = "Beta"
    row.save()
    row.refresh_from_db()
    assert (row.name, row.slug) == ("Beta", "acme")


def test_the_database_refuses_an_empty_one_and_one_that_is_taken() -> None:
    row, other = connected_workspace(), other_workspace("Acme")
    for slug in ("", "demo"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Workspace.objects.filter(pk=other.pk).update(slug=slug)
    assert row.slug == "demo"


def test_rows_of_earlier_versions_get_one_and_the_connected_ones_choose_first() -> None:
    earlier = other_workspace("Sandbox", key_source="sandbox", connected_as="", slug="x-1")
    here = connected_workspace(slug="x-2")
    acme = other_workspace("Acme Ltd.", slug="x-3")
    nameless = other_workspace("?", slug="x-4")
    import_module("iexdg.workspaces.migrations.0006_slug").fill(apps, None)
    slugs = dict(Workspace.objects.values_list("pk", "slug"))
    assert slugs == {here.pk: "demo", earlier.pk: "demo-2", acme.pk: "acme-ltd", nameless.pk: "workspace"}
