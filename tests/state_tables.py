"""Every state table of the product, with its model and the one module that may write by it."""

from dataclasses import dataclass

from django.db.models import Model

from campaigns.guardrails.trips import TRIPS
from campaigns.models import Approval, GuardrailTrip, StatusRequest
from campaigns.sending.approvals import APPROVALS, STAGES
from campaigns.sending.lifecycle import STATUS_REQUESTS
from iexdg.incidents.delivery import NOTIFICATIONS
from iexdg.incidents.models import Incident, Notification
from iexdg.incidents.record import INCIDENTS
from iexdg.states import StateTable
from leads.models import Batch, Import, Receipt, Row
from leads.states import BATCHES, IMPORTS, RECEIPTS, ROWS


@dataclass(frozen=True)
class Kept:
    """One table: whose states it has, the module that writes them, and the name that the table has there."""

    table: StateTable
    model: type[Model]
    writer: str
    constant: str

    def __str__(self) -> str:
        return self.table.name


TABLES = [
    Kept(IMPORTS, Import, "leads/states.py", "IMPORTS"),
    Kept(ROWS, Row, "leads/states.py", "ROWS"),
    Kept(BATCHES, Batch, "leads/states.py", "BATCHES"),
    Kept(RECEIPTS, Receipt, "leads/states.py", "RECEIPTS"),
    Kept(APPROVALS, Approval, "campaigns/sending/approvals.py", "APPROVALS"),
    Kept(STAGES, Approval, "campaigns/sending/approvals.py", "STAGES"),
    Kept(STATUS_REQUESTS, StatusRequest, "campaigns/sending/lifecycle.py", "STATUS_REQUESTS"),
    Kept(TRIPS, GuardrailTrip, "campaigns/guardrails/trips.py", "TRIPS"),
    Kept(INCIDENTS, Incident, "iexdg/incidents/record.py", "INCIDENTS"),
    Kept(NOTIFICATIONS, Notification, "iexdg/incidents/delivery.py", "NOTIFICATIONS"),
]
