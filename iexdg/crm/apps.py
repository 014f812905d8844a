"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.module_loading import import_string


class CrmConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.crm"
    pages: ClassVar[dict[str, str]] = {
        "crm": "crm:connection",
        "crm-automations": "crm:automations",
        "crm-ledger": "crm:ledger",
        "crm-unmatched": "crm:unmatched",
    }

    def ready(self) -> None:
        """Have the inbox know which replies are in the CRM, the doctor check what leads there, and the pages count."""
        # All three counts are of this module.
        import_string("iexdg.crm.before_active.people_in_crm")
        import_string("iexdg.crm.thread_panel.crm_panel")
        import_string("iexdg.crm.doctor.declare")()
        declare_count = import_string("iexdg.workspaces.frame_counts.declare")
        declare_count("unmatched_count", import_string("iexdg.crm.queries.waiting_unmatched"))
