"""Addresses of a page in another workspace than the current one."""

from iexdg.team.current import in_workspace
from iexdg.ui.addresses import page_url
from iexdg.workspaces.models import Workspace


def page_in(workspace: Workspace, page: str) -> str:
    """Return the address of a named page in a workspace, as `page_url` does in the current one."""
    with in_workspace(workspace.slug):
        return page_url(page)
