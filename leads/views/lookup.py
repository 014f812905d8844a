"""Finds the import that a URL names, within the connected workspace."""

from django.shortcuts import get_object_or_404

from iexdg.workspaces.connected import current_workspace
from leads.models import Import


def import_of(pk: int) -> Import:
    """The import with this id.

    Raises: Http404 - there is no such import in this workspace.
    """
    imports = Import.objects.select_related("campaign", "workspace", "uploaded_by", "catch_all_accepted_by")
    return get_object_or_404(imports, pk=pk, workspace=current_workspace())
