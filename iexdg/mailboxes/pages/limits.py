"""The old and the new limits side by side, as the template reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iexdg.mailboxes.limit_words import LABELS, UNKNOWN, limit_words
from iexdg.mailboxes.models import Mailbox

# From the slowest growth to the whole limit on the first day.
_INCREMENTS = ("0", "1", "2", "3", "4", "disabled")


@dataclass(frozen=True)
class LimitLine:
    """One limit of one mailbox, in words."""

    email: str
    label: str
    old: str
    new: str
    is_raised: bool


@dataclass(frozen=True)
class LimitsReview:
    """What would change. Shapes: before, after - e-mails a day of all of them; before None where one is unknown."""

    lines: Sequence[LimitLine]
    before: int | None
    after: int | None
    raises: bool


def review(boxes: Sequence[Mailbox], values: Mapping[str, Any]) -> LimitsReview:
    """Compare the limits of mailboxes with new ones; what stays as it is has no line."""
    lines = [_line(box, name, value) for box in boxes for name, value in values.items() if getattr(box, name) != value]
    old = [box.daily_limit for box in boxes]
    known = [limit for limit in old if limit is not None]
    cap = values.get("daily_limit")
    return LimitsReview(
        lines=lines,
        before=sum(known) if len(known) == len(old) else None,
        after=cap * len(boxes) if cap is not None else None,
        raises=any(line.is_raised for line in lines),
    )


def _line(box: Mailbox, name: str, value: Any) -> LimitLine:
    old = getattr(box, name)
    return LimitLine(box.email, LABELS[name], limit_words(old), limit_words(value), _is_raised(name, old, value))


def _is_raised(name: str, old: Any, new: Any) -> bool:
    """Whether more e-mails may leave; where the old limit is unknown it may be so."""
    if old in UNKNOWN or (name == "warmup_increment" and old not in _INCREMENTS):
        return True
    if name == "warmup_increment":
        return _INCREMENTS.index(new) > _INCREMENTS.index(old)
    # Less time between two e-mails is more of them.
    return bool(new < old if name == "sending_gap" else new > old)
