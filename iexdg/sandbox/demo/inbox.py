"""The demo's inbox as people left it: what is older was read, and one reply was answered by hand."""

from iexdg.sandbox.world.inbox import MANUAL, RECEIVED, Mail
from iexdg.sandbox.world.world import World

_DAY_S, _HOUR_S = 86_400, 3600
_UNREAD_FOR_S = 5 * _DAY_S
_WORDS = "Thank you, Tuesday at ten works. I will send an invitation."


def read_inbox(world: World, now: float) -> None:
    """Read what came more than five days ago, and answer the first reply of a person among it."""
    older = [mail for mail in world.inbox.mails.values() if mail["at"] < now - _UNREAD_FOR_S]
    for mail in older:
        mail["unread"] = False
    reply = next((mail for mail in older if mail["type"] == RECEIVED and not mail.get("is_auto")), None)
    if reply is not None:
        _answer(world, reply)


def _answer(world: World, reply: Mail) -> None:
    answer: Mail = {
        "id": world.new_id(),
        "thread": reply["thread"],
        "at": reply["at"] + _HOUR_S,
        "type": MANUAL,
        "campaign": reply["campaign"],
        "lead_id": reply["lead_id"],
        "lead": reply["lead"],
        "account": reply["account"],
        "words": {"subject": reply["words"]["subject"], "text": _WORDS},
    }
    world.inbox.mails[answer["id"]] = answer
    world.inbox.answered[answer["thread"]] = True
