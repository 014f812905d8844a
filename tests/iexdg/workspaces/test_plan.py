"""What a key may read is found out by reading: every read that pages and the watch depend on is tried."""

import httpx
import pytest

from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.sandbox.app import SandboxOptions, create_app
from iexdg.workspace_objects.keys import COSTS
from iexdg.workspaces.plan import scopes_of

READS = sorted(scope for scope in COSTS if scope.endswith(":read"))
# A verification is read by an address that was paid for; API keys and their page are one choice; the vendor's
# reference names no scope for the list of webhooks; results, reports and enrichments are read of one test or list.
NOT_TRIED = {
    "email_verifications:read",
    "api_keys:read",
    "webhooks:read",
    "inbox_placement_analytics:read",
    "inbox_placement_reports:read",
    "supersearch_enrichments:read",
}
NAMES = {
    "accounts:read": ("accounts",),
    "audit_logs:read": ("audit logs",),
    "background-jobs:read": ("background jobs",),
    "block_list_entries:read": ("block list",),
    "campaigns:read": ("campaigns", "analytics"),
    "custom_tag_mappings:read": ("uses of tags",),
    "custom_tags:read": ("tags",),
    "emails:read": ("emails",),
    "inbox_placement_tests:read": ("placement tests",),
    "lead-labels:read": ("labels",),
    "lead_lists:read": ("lead lists",),
    "leads:read": ("leads",),
    "subsequences:read": ("subsequences",),
    "webhook_events:read": ("deliveries to webhooks",),
    "workspace_billing:read": ("plan details",),
    "workspaces:read": ("workspace",),
}


def a_client(*scopes: str) -> InstantlyClient:
    app = create_app(SandboxOptions(world="demo", limits=False, scopes=frozenset(scopes)))
    return connect("http://sandbox.example.com", "sandbox-key", http_transport=httpx.WSGITransport(app=app))


def test_the_scopes_that_are_tried_are_all_that_reads_here_need() -> None:
    assert set(NAMES) | NOT_TRIED == set(READS)


@pytest.mark.parametrize("lacking", sorted(NAMES))
def test_a_key_without_one_scope_is_said_to_lack_that_one(lacking: str) -> None:
    found = scopes_of(a_client(*(scope for scope in COSTS if scope != lacking)))
    assert (found.missing, found.unknown) == (NAMES[lacking], ())
    assert found.words == f"may not read {', '.join(NAMES[lacking])}"


def test_a_key_with_every_scope_that_is_used_here_lacks_nothing() -> None:
    found = scopes_of(a_client(*COSTS))
    assert (found.missing, found.unknown) == ((), ())
