"""The two layouts of Maton's hosts: one for everything, and the older pair."""

from dataclasses import dataclass

# Source: docs/api/maton-facts.md §1: every native path of an app follows its segment.
APP = "instantly"


@dataclass(frozen=True)
class Hosts:
    """Where the gateway and its control plane answer; both without a trailing slash."""

    gateway: str
    control: str


# Source: docs/api/maton-facts.md §1.
HOSTS = {
    "new": Hosts(gateway="https://api.maton.ai", control="https://api.maton.ai"),
    "old": Hosts(gateway="https://gateway.maton.ai", control="https://ctrl.maton.ai"),
}


def hosts_of(base_url: str) -> Hosts:
    """Return where gateway and control plane answer, from the base URL of either or of the gateway with its app.

    Passing: "https://api.maton.ai", "https://gateway.maton.ai/instantly" -> the new pair, the old pair.
    Another host is taken to serve both, unless its address ends in "-gateway" or "-ctrl", as a sandbox's may.
    """
    base = base_url.rstrip("/").removesuffix(f"/{APP}")
    for hosts in HOSTS.values():
        if base in {hosts.gateway, hosts.control}:
            return hosts
    if base.endswith(("-gateway", "-ctrl")):
        stem = base.removesuffix("-gateway").removesuffix("-ctrl")
        return Hosts(gateway=f"{stem}-gateway", control=f"{stem}-ctrl")
    return Hosts(gateway=base, control=base)
