"""The errors of this app."""


class CampaignError(Exception):
    """Base of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "campaign"


class UnknownCampaignError(CampaignError):
    """No campaign, or more than one, has that name; nothing was changed."""

    code = "unknown_campaign"


class ActivationRefusedError(CampaignError):
    """Activating now would violate a safety rule; nothing was sent to Instantly."""

    code = "activation_refused"


class ApprovalError(CampaignError):
    """The approval cannot be granted, requested or rejected; nothing was changed."""

    code = "approval"


class TestEmailError(CampaignError):
    """The test e-mail was not sent, or it is not known whether it was; the message says which."""

    __test__ = False
    code = "test_email"


class GuardrailError(CampaignError):
    """A guardrail cannot be re-armed or set that way; nothing was changed."""

    code = "guardrail"


class ArchiveError(CampaignError):
    """A campaign was not archived; the message says why."""

    code = "archive"
