"""The Maton gateway: Instantly's API through it, and the control plane with its connections."""

from iexdg.clients.maton.connections import Connections, MatonConnection
from iexdg.clients.maton.gateway import connect_through_maton
from iexdg.clients.maton.hosts import HOSTS, Hosts, hosts_of

__all__ = ["HOSTS", "Connections", "Hosts", "MatonConnection", "connect_through_maton", "hosts_of"]
