"""Imports, their rows, receipts, batches, and the mirror of a campaign's leads."""

from leads.models.batch import Batch, BatchState
from leads.models.change import Erasure, PeopleChange, PeopleChangeState, PeopleWanted
from leads.models.count import AnswerCount, LeadCount, ReactionCount, ReceiptCount, RowCount
from leads.models.event import ImportEvent
from leads.models.importing import Import, ImportState, LoadPolicy, MappedBy, SavedMapping, VerifyBy
from leads.models.kept import KeptResult
from leads.models.lead import Lead, LeadStatus, Verification
from leads.models.lead_event import LeadEvent, LeadEventKind
from leads.models.list_verification import ListVerification, ListVerificationState
from leads.models.lists import LeadList, ListedLead
from leads.models.receipt import CatchAll, Receipt, ReceiptFile, Verdict
from leads.models.row import Reason, Row, RowState
from leads.models.suppression import (
    BlockListLook,
    BlockListPolicy,
    BlockSource,
    BlockState,
    Suppression,
    Unblocked,
)

__all__ = [
    "AnswerCount",
    "Batch",
    "BatchState",
    "BlockListLook",
    "BlockListPolicy",
    "BlockSource",
    "BlockState",
    "CatchAll",
    "Erasure",
    "Import",
    "ImportEvent",
    "ImportState",
    "KeptResult",
    "Lead",
    "LeadCount",
    "LeadEvent",
    "LeadEventKind",
    "LeadList",
    "LeadStatus",
    "ListVerification",
    "ListVerificationState",
    "ListedLead",
    "LoadPolicy",
    "MappedBy",
    "PeopleChange",
    "PeopleChangeState",
    "PeopleWanted",
    "ReactionCount",
    "Reason",
    "Receipt",
    "ReceiptCount",
    "ReceiptFile",
    "Row",
    "RowCount",
    "RowState",
    "SavedMapping",
    "Suppression",
    "Unblocked",
    "Verdict",
    "Verification",
    "VerifyBy",
]
