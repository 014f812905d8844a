"""The errors of this app."""


class ObjectError(Exception):
    """Base of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "object"


class ObjectChangeRefusedError(ObjectError):
    """It cannot be requested now; nothing was changed."""

    code = "object_change_refused"
