"""What can go wrong with a rehearsal."""


class RehearsalError(Exception):
    """It could not be rehearsed; the message says why and what to do next. Nothing was sent anywhere."""

    code = "rehearsal"


class WorldError(RehearsalError):
    """The private sandbox did not start, or does not answer."""

    code = "rehearsal_world"
