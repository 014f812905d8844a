"""What the contract tests call, a module for each group of operations.

A module has `CALLS`, every method of its resources by "resource.method" (a word behind a space tells two calls of one
method apart), `WRITES`, the names of those that change something, and `call_all`, which makes every request that the
methods can make against the demo workspace.
"""

from collections.abc import Callable
from typing import Any

from iexdg.clients.instantly import InstantlyClient
from tests.contract.calls import (
    accounts,
    background_jobs,
    block_list,
    campaigns,
    emails,
    grouping,
    leads,
    placement,
    subsequences,
    supersearch,
    webhooks,
    workspace,
)

Calls = dict[str, Callable[[InstantlyClient], Any]]

GROUPS = (
    accounts,
    background_jobs,
    block_list,
    campaigns,
    emails,
    grouping,
    leads,
    placement,
    subsequences,
    supersearch,
    webhooks,
    workspace,
)
CALLS: Calls = {name: call for group in GROUPS for name, call in group.CALLS.items()}
WRITES: set[str] = {name for group in GROUPS for name in group.WRITES}
