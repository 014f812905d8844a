"""The safety core, and for each of its modules the test files that must notice every mutant, fastest first."""

MODULES: dict[str, tuple[str, ...]] = {
    "leads/verification/verdicts.py": ("tests/leads/verification/test_verdicts.py",),
    "leads/loading/accounting.py": ("tests/leads/loading/test_accounting.py",),
    "campaigns/sending/fingerprint.py": (
        "tests/campaigns/sending/test_fingerprint_rules.py",
        "tests/campaigns/sending/test_fingerprint.py",
    ),
    "iexdg/team/permissions.py": ("tests/iexdg/team/test_permissions.py",),
    "iexdg/team/roles.py": ("tests/iexdg/team/test_permissions.py",),
    "iexdg/workspaces/killswitch.py": ("tests/iexdg/workspaces/test_killswitch.py",),
    "iexdg/clients/http/retry.py": ("tests/iexdg/clients/http/test_retry.py",),
    "iexdg/clients/http/limiter.py": (
        "tests/iexdg/clients/http/test_limiter_rules.py",
        "tests/iexdg/clients/http/test_limiter.py",
    ),
    "iexdg/states.py": ("tests/iexdg/test_states.py",),
    "iexdg/workspaces/writes.py": ("tests/iexdg/workspaces/test_writes.py",),
    "campaigns/sending/tripwire.py": ("tests/campaigns/sending/test_tripwire.py",),
    "campaigns/sending/approvals.py": (
        "tests/campaigns/sending/test_approval_writes.py",
        "tests/campaigns/sending/test_approvals.py",
        "tests/iexdg/test_states.py",
    ),
    "campaigns/sending/lifecycle.py": (
        "tests/campaigns/sending/test_readings.py",
        "tests/campaigns/sending/test_requests.py",
        "tests/campaigns/sending/test_open_pauses.py",
        "tests/campaigns/sending/test_lifecycle.py",
        "tests/campaigns/sending/test_undo.py",
        "tests/iexdg/test_states.py",
    ),
    "campaigns/sending/unapproved.py": ("tests/campaigns/sending/test_unapproved.py",),
    "campaigns/sending/subsequences.py": ("tests/campaigns/watch/test_subsequences.py",),
    "campaigns/sending/subsequence_content.py": ("tests/campaigns/sending/test_subsequence_content.py",),
    "campaigns/sending/subsequence_pauses.py": ("tests/campaigns/watch/test_subsequences.py",),
    "campaigns/watch/subsequences.py": ("tests/campaigns/watch/test_subsequences.py",),
    "campaigns/watch/drift.py": (
        "tests/campaigns/watch/test_drift_rules.py",
        "tests/campaigns/watch/test_drift.py",
    ),
    "leads/loading/batches.py": ("tests/leads/loading/test_batches.py",),
    "leads/loading/reconcile.py": ("tests/leads/loading/test_reconcile.py",),
    "leads/loading/canary.py": ("tests/leads/loading/test_canary_rules.py",),
}
