"""What can go wrong when a campaign is controlled."""


class CampaignError(Exception):
    """Root of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "campaign"


class UnknownCampaignError(CampaignError):
    """No campaign, or more than one, goes by that name; nothing was changed."""

    code = "unknown_campaign"


class ActivationRefusedError(CampaignError):
    """Activating now would break a promise; nothing was asked of Instantly."""

    code = "activation_refused"


class ApprovalError(CampaignError):
    """The approval cannot be given, asked for or rejected; nothing was changed."""

    code = "approval"


class TestEmailError(CampaignError):
    """The test e-mail was not sent, or nobody knows whether it was; the message says which."""

    __test__ = False
    code = "test_email"


class GuardrailError(CampaignError):
    """A guardrail cannot be re-armed or set that way; nothing was changed."""

    code = "guardrail"
