"""The errors of this app."""


class PlacementError(Exception):
    """Base of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "placement"


class PlacementRefusedError(PlacementError):
    """It cannot be requested now; nothing was changed."""

    code = "placement_refused"
