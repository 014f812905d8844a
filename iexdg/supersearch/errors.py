"""The errors of this app."""


class SuperSearchError(Exception):
    """Base of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "supersearch"


class EnrichmentRefusedError(SuperSearchError):
    """It cannot be requested now; nothing was spent."""

    code = "enrichment_refused"
