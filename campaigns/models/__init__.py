"""The mirror of Instantly's campaigns and what we decide about them."""

from campaigns.models.approval import Approval, ApprovalState, GoLiveStage
from campaigns.models.campaign import Campaign, CampaignStatus, NotSending
from campaigns.models.reading import ReadingWhy, StatusReading
from campaigns.models.request import RequestState, StatusRequest, Wanted
from campaigns.models.stats import DailyStat, StepStat

__all__ = [
    "Approval",
    "ApprovalState",
    "Campaign",
    "CampaignStatus",
    "DailyStat",
    "GoLiveStage",
    "NotSending",
    "ReadingWhy",
    "RequestState",
    "StatusReading",
    "StatusRequest",
    "StepStat",
    "Wanted",
]
