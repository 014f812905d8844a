"""A typed client for the GoHighLevel API, one file per resource."""

from iexdg.clients.gohighlevel.client import GoHighLevelClient, connect

__all__ = ["GoHighLevelClient", "connect"]
