"""Reads a sequence as Instantly will send it and says what would go wrong."""

from campaigns.linter.check import lint
from campaigns.linter.findings import Level, LintFinding
from campaigns.linter.preview import SAMPLE_LEAD, PreviewLine, PreviewStep, PreviewVariant, preview

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
