"""Every state table of the product, with its model and the one module that may write by it."""

from dataclasses import dataclass

from django.db.models import Model

from campaigns.guardrails.trips import TRIPS
from campaigns.models import Approval, GuardrailTrip, StatusRequest
from campaigns.sending.approvals import APPROVALS, STAGES
from campaigns.sending.lifecycle import STATUS_REQUESTS
from iexdg.analytics.models import WeeklyReport
from iexdg.analytics.weekly import WEEKLY_REPORTS
from iexdg.blueprints.drafts.requests import APPLY_REQUESTS
from iexdg.blueprints.models import ApplyRequest, CampaignWrite
from iexdg.blueprints.orders import CAMPAIGN_WRITES
from iexdg.crm.automations import AUTOMATIONS
from iexdg.crm.ledger import LEDGER
from iexdg.crm.models import Automation, LedgerEntry, UnmatchedReply
from iexdg.crm.unmatched import UNMATCHED
from iexdg.inbox.models import Reply
from iexdg.inbox.replies import REPLIES
from iexdg.incidents.delivery import NOTIFICATIONS
from iexdg.incidents.models import Incident, Notification
from iexdg.incidents.record import INCIDENTS
from iexdg.mailboxes.models import MailboxChange
from iexdg.mailboxes.orders import MAILBOX_CHANGES
from iexdg.rehearsals.models import Rehearsal
from iexdg.rehearsals.orders import REHEARSALS
from iexdg.states import StateTable
from iexdg.supersearch.models import Enrichment
from iexdg.supersearch.orders import ENRICHMENTS
from iexdg.webhooks.models import Delivery
from iexdg.webhooks.routing import DELIVERIES
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspace_objects.orders import OBJECT_CHANGES
from leads.models import Batch, Import, ListVerification, PeopleChange, Receipt, Row, Suppression
from leads.states import BATCHES, BLOCKED, IMPORTS, LIST_VERIFICATIONS, PEOPLE_CHANGES, RECEIPTS, ROWS


@dataclass(frozen=True)
class TableEntry:
    """One table: whose states it has, the module that writes them, and the name that the table has there."""

    table: StateTable
    model: type[Model]
    writer: str
    constant: str

    def __str__(self) -> str:
        return self.table.name


TABLES = [
    TableEntry(IMPORTS, Import, "leads/states.py", "IMPORTS"),
    TableEntry(ROWS, Row, "leads/states.py", "ROWS"),
    TableEntry(BATCHES, Batch, "leads/states.py", "BATCHES"),
    TableEntry(RECEIPTS, Receipt, "leads/states.py", "RECEIPTS"),
    TableEntry(BLOCKED, Suppression, "leads/states.py", "BLOCKED"),
    TableEntry(PEOPLE_CHANGES, PeopleChange, "leads/states.py", "PEOPLE_CHANGES"),
    TableEntry(LIST_VERIFICATIONS, ListVerification, "leads/states.py", "LIST_VERIFICATIONS"),
    TableEntry(APPROVALS, Approval, "campaigns/sending/approvals.py", "APPROVALS"),
    TableEntry(STAGES, Approval, "campaigns/sending/approvals.py", "STAGES"),
    TableEntry(STATUS_REQUESTS, StatusRequest, "campaigns/sending/lifecycle.py", "STATUS_REQUESTS"),
    TableEntry(TRIPS, GuardrailTrip, "campaigns/guardrails/trips.py", "TRIPS"),
    TableEntry(MAILBOX_CHANGES, MailboxChange, "iexdg/mailboxes/orders.py", "MAILBOX_CHANGES"),
    TableEntry(OBJECT_CHANGES, ObjectChange, "iexdg/workspace_objects/orders.py", "OBJECT_CHANGES"),
    TableEntry(CAMPAIGN_WRITES, CampaignWrite, "iexdg/blueprints/orders.py", "CAMPAIGN_WRITES"),
    TableEntry(REHEARSALS, Rehearsal, "iexdg/rehearsals/orders.py", "REHEARSALS"),
    TableEntry(APPLY_REQUESTS, ApplyRequest, "iexdg/blueprints/drafts/requests.py", "APPLY_REQUESTS"),
    TableEntry(INCIDENTS, Incident, "iexdg/incidents/record.py", "INCIDENTS"),
    TableEntry(ENRICHMENTS, Enrichment, "iexdg/supersearch/orders.py", "ENRICHMENTS"),
    TableEntry(DELIVERIES, Delivery, "iexdg/webhooks/routing.py", "DELIVERIES"),
    TableEntry(AUTOMATIONS, Automation, "iexdg/crm/automations.py", "AUTOMATIONS"),
    TableEntry(LEDGER, LedgerEntry, "iexdg/crm/ledger.py", "LEDGER"),
    TableEntry(UNMATCHED, UnmatchedReply, "iexdg/crm/unmatched.py", "UNMATCHED"),
    TableEntry(REPLIES, Reply, "iexdg/inbox/replies.py", "REPLIES"),
    TableEntry(WEEKLY_REPORTS, WeeklyReport, "iexdg/analytics/weekly.py", "WEEKLY_REPORTS"),
    TableEntry(NOTIFICATIONS, Notification, "iexdg/incidents/delivery.py", "NOTIFICATIONS"),
]
