"""Finds the import that a URL names, within the current workspace."""

from django.http import Http404

from iexdg.workspaces.connected import current_rows, current_workspace
from leads.models import Import


def import_of(pk: int) -> Import:
    """The import with this id, with its campaign and workspace; one query.

    Raises: Http404 - there is no such import in this workspace. NotConnectedError - there is no workspace.
    """
    imports = Import.objects.select_related(
        "campaign", "lead_list", "workspace", "uploaded_by", "catch_all_accepted_by", "source_campaign", "source_list"
    )
    found = imports.filter(pk=pk, workspace__in=current_rows()[:1]).first()
    if found is None:
        current_workspace()
        raise Http404("There is no such import in this workspace.")
    return found
