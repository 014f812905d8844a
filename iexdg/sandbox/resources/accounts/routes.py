"""The served operations on sending accounts."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.accounts import changes, checks, listing, mapping, move, warmup

ROUTES = (
    served("GET", "/accounts", listing.list_accounts),
    served("POST", "/accounts", changes.create_account),
    served("POST", "/accounts/pause", changes.pause_accounts),
    served("POST", "/accounts/move", move.move_accounts, scope="accounts:update"),
    served("POST", "/accounts/warmup-analytics", warmup.warmup_analytics),
    served("POST", "/accounts/warmup/enable", warmup.enable_warmup, scope="accounts:update"),
    served("POST", "/accounts/warmup/disable", warmup.disable_warmup, scope="accounts:update"),
    served("GET", "/accounts/ctd/status", checks.ctd_status),
    served("POST", "/accounts/test/vitals", checks.test_vitals),
    served("POST", "/accounts/{email}/pause", changes.pause_account),
    served("POST", "/accounts/{email}/resume", changes.resume_account),
    served("POST", "/accounts/{email}/mark-fixed", changes.mark_account_fixed),
    served("GET", "/accounts/{email}", changes.get_account),
    served("PATCH", "/accounts/{email}", changes.patch_account),
    served("DELETE", "/accounts/{email}", changes.delete_account),
    served("GET", "/account-campaign-mappings/{email}", mapping.list_mappings),
)
