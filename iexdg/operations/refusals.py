"""How a refusal of our own appears in the log: one line, without a traceback."""

import logging

_REFUSERS = ("django.request", "django.security")


class RefusalFilter(logging.Filter):
    """Takes the traceback off what Django logs about an answer below 500.

    A 400, 403 or 404 is an answer that was meant; its traceback would hide the ones of real faults, which stay.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record where it is about a refusal; let every record pass."""
        if record.name.startswith(_REFUSERS) and getattr(record, "status_code", 500) < 500:
            record.exc_info = None
            record.exc_text = None
        return True
