"""The copy of a campaign: its sequence, the linter, and the preview as the reader will see it. Pure."""

from campaigns.copy.check import lint
from campaigns.copy.findings import Level, LintFinding
from campaigns.copy.preview import SAMPLE_LEAD, PreviewLine, PreviewStep, PreviewVariant, preview

__all__ = [
    "SAMPLE_LEAD",
    "Level",
    "LintFinding",
    "PreviewLine",
    "PreviewStep",
    "PreviewVariant",
    "lint",
    "preview",
]
