"""The linter applied to the copy of a mirrored campaign."""

from collections.abc import Collection

from campaigns.copy.check import lint
from campaigns.copy.findings import LintFinding
from campaigns.models import Campaign


def lint_of(campaign: Campaign, known: Collection[str] | None = None) -> list[LintFinding]:
    """Lint a campaign's copy with the custom variables its leads have.

    Instantly lists them once a lead was loaded; before that an unknown variable may still arrive.
    """
    listed = campaign.custom_variables
    return lint(
        campaign.sequences,
        custom_variables={*(listed or ()), *(known or ())},
        custom_are_complete=known is not None or bool(listed),
    )
