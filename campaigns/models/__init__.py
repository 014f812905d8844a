"""The mirror of Instantly's campaigns and what we decide about them."""

from campaigns.models.approval import Approval, ApprovalState, GoLiveStage
from campaigns.models.campaign import Campaign, CampaignStatus, NotSending, OnDrift
from campaigns.models.guardrail import (
    GuardrailKind,
    GuardrailLook,
    GuardrailMode,
    GuardrailReading,
    GuardrailRule,
    GuardrailSample,
    GuardrailTrip,
    TripEffect,
    TripState,
)
from campaigns.models.reading import ReadingWhy, StatusReading
from campaigns.models.request import RequestState, StatusRequest, Wanted
from campaigns.models.stats import DailyStat, StepStat
from campaigns.models.subsequence import Subsequence

__all__ = [
    "Approval",
    "ApprovalState",
    "Campaign",
    "CampaignStatus",
    "DailyStat",
    "GoLiveStage",
    "GuardrailKind",
    "GuardrailLook",
    "GuardrailMode",
    "GuardrailReading",
    "GuardrailRule",
    "GuardrailSample",
    "GuardrailTrip",
    "NotSending",
    "OnDrift",
    "ReadingWhy",
    "RequestState",
    "StatusReading",
    "StatusRequest",
    "StepStat",
    "Subsequence",
    "TripEffect",
    "TripState",
    "Wanted",
]
