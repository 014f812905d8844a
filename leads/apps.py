"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules, import_string


class LeadsConfig(AppConfig):
    """The leads app; `pages` names the pages that other apps link to."""

    name = "leads"
    pages: ClassVar[dict[str, str]] = {
        "import": "leads:import",
        "campaign_leads": "leads:campaign",
        "lead_list": "leads:lead-list",
    }

    def ready(self) -> None:
        """Have the triggers and the search index created after every migration, and checked by the doctor."""
        pre_migrate.connect(import_string("leads.derived.install.drop_derived"), sender=self)
        post_migrate.connect(import_string("leads.derived.install.keep_derived"), sender=self)
        import_string("leads.derived.doctor.declare")()
        autodiscover_modules("person_page")
