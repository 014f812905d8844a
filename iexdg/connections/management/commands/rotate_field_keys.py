"""`manage.py rotate_field_keys`: encrypts every stored key anew, so that a former key of FIELD_KEYS can be removed."""

from typing import Any

from iexdg.connections.errors import StoredConnectionError
from iexdg.connections.stored import rotate
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.ui.formatting import plural


class Command(PlainCommand):
    """Running it again changes nothing but the stored bytes."""

    help = "Encrypt everything that is encrypted with FIELD_KEYS with the first of them."
    expected = (StoredConnectionError,)

    def work(self, **options: Any) -> Outcome:
        count = rotate()
        words = f"{plural(count, 'key')} encrypted with the first of FIELD_KEYS. The others can be removed now."
        return Outcome(facts={"rotated": count}, words=words)
