"""Reads in a text that its person must not be written to: "Unsubscribed on 3 May", "please do not e-mail". Pure.

The other words of a text may turn it round, so whoever finds one lets a person decide, and leaves nobody out by it.
"""

import re
from functools import lru_cache

from leads.importing.marks import AMONG_OTHERS, UNMISTAKABLE, Says, answer_of, plain_words

_FAREWELL = re.compile(
    r"\b(?:please unsubscribe|unsubscribe me|do(?: not|n.t) (?:\w+ (?:or|and|nor) )?(?:contact|e-?mail|mail|write)"
    r"|opted out|remove me|asked to be removed|stop (?:e-?mailing|contacting|writing)"
    r"|nicht (?:mehr )?(?:kontaktieren|anschreiben)"
    r"|(?:not|n.t|no longer) (?:wants?|wi(?:sh|shes)|like) to (?:be (?:contacted|e-?mailed|written)|receive|hear)"
    r"|no longer (?:interested in our e-?mails|subscribed)|hat sich (?:abgemeldet|ausgetragen)|hat widersprochen"
    r"|(?:möchte|will|wünscht) keine (?:e-?mails|mails|nachrichten|werbung|post)"
    r"|ne (?:souhaite|veut|désire) (?:plus|pas) (?:être contact\w*|recevoir)|ne plus contacter"
    r"|no (?:desea|quiere) (?:recibir|ser contactad\w*)|no contactar"
    r"|wants? off (?:the|our|your) list|take (?:me|him|her|them) off (?:the|our|your) list"
    r"|um (?:löschung|austragung|abmeldung) gebeten|non (?:desidera|vuole) (?:ricevere|essere contattat\w*))\b",
    re.I,
)
# In a variable, which can be any text, these are meant only where they stand alone.
_ONLY_ALONE = {"dnc", "stop", "rezygnacja", "ausgetragen", "list unsubscribe", "never subscribed", "not opted in"}
SURE = UNMISTAKABLE - _ONLY_ALONE
_LONGEST_PHRASE = 5
_STEMS = ("отписал", "отказалс", "odjavljen", "wypisan")
_STATUS_STEMS = (
    *_STEMS, "unsub", "bounced", "desabonn", "desinscr", "desuscri", "descadastr", "disiscri", "abmeld", "abgemeld",
    "uitgeschrev", "afgemeld", "avregistrer", "frameld", "afmeldt", "avmeldt", "odhlas", "leiratkoz", "dezabon",
    "отпис", "отказ", "відпис", "απεγγρ", "blacklist", "blocklist",
)  # fmt: skip
# What a word of every farewell in ASCII begins with; looking for these is quicker.
_BEGINNING = re.compile("([a-z]{1,4})[a-z]*")
_OF_EXPRESSION = "unsu cont emai mail writ remo hear rece subs opte kont ansc abge ausg wide kein reci rice off gebe"
BEGINNINGS = frozenset(
    {*_OF_EXPRESSION.split(), *(stem[:4] for stem in _STEMS), *(max(one.split(), key=len)[:4] for one in SURE)}
)
# Scripts without spaces between words.
_UNSPACED = re.compile(
    r"(?<![未不])(?:配信停止|配信解除|購読解除|購読停止|受信拒否|配信拒否|メール拒否|送信不可|送信禁止|連絡不可|連絡禁止"
    r"|エラー停止|退订|退訂|取消订阅|取消訂閱|拒收|请勿联系|不要联系"
    r"|수신 ?거부|구독 ?취소|구독 ?해지)(?!率|链接|連結|リンク|링크|률)"
)
_STATUS_UNSPACED = re.compile(r"(?<![未不])(?:停止|拒否|拒绝|拒絶|不達|バウンス|退信|반송|거부)(?!率|률)")
# What is spoken of in business, and says nothing of the person.
_HARMLESS = re.compile(
    r"\b(?:unsubscribe|opt out|optout|bounced?|hard bounced?|soft bounced?|spam complaint|blacklist|blocklist)"
    r" (?:rates?|ratio|links?|pages?|buttons?|headers?|inc|ltd|llc|gmbh|castles?|house|exchange|process(?:es)?|options?"
    r"|handling|management|protection|software|tools?|checks?|monitoring)\b"
    r"|(?<!mail )\bbounced back\b|\btaux de desabonn\w*|\btasa de bajas?\b"
)
_PARTS = re.compile(r"[,;|/()\[\]{}<>\n]|\s[-–—]\s")
_SIGNS = re.compile(r"[:=?*#\"]")
_NOT_WORDS = (
    "not no never non nicht nie kein keine ohne pas jamais ni nunca sin nao niet geen nooit ikke inte ej nem ne не ни "
    "без 0 zero isn't hasn't"
)
_NOT = frozenset(_NOT_WORDS.split())
_BETWEEN_WORDS = "yet been be a hard soft sich est ete ha hat is was"
_BETWEEN = frozenset(_BETWEEN_WORDS.split())
_LONGEST_REMARK = 300
_LONGEST_SHORT = 80
_LONGEST_STATUS = 200
# Names and titles repeat. Texts are at most 300 characters here, so this is about a megabyte.
_KEPT = 2048


def is_farewell(text: str) -> bool:
    """Whether a text says that the person does not want to be written to: "Unsubscribed", "please do not contact".

    Failing: "reduce your unsubscribe rate", "not unsubscribed", "bounced: no".
    """
    return len(text) <= _LONGEST_REMARK and _says_farewell(text)


@lru_cache(maxsize=_KEPT)
def is_status_farewell(text: str) -> bool:
    """Whether a status says so with other words beside it: "Hard bounce 550", "Blacklisted since May"."""
    if len(text) > _LONGEST_STATUS:
        return False
    return is_farewell(text) or _holds(text, AMONG_OTHERS, _STATUS_STEMS) or _is_unspaced(text, _STATUS_UNSPACED)


@lru_cache(maxsize=_KEPT)
def _says_farewell(text: str) -> bool:
    lower = text.lower()
    if lower in UNMISTAKABLE:
        return True
    # A letter beyond ASCII may equal one of these for the expression.
    if text.isascii() and BEGINNINGS.isdisjoint(_BEGINNING.findall(lower)):
        return False
    if _FAREWELL.search(text) is not None:
        return True
    return len(text) <= _LONGEST_SHORT and (_holds(text, SURE, _STEMS) or _is_unspaced(text, _UNSPACED))


def _is_unspaced(text: str, pattern: re.Pattern[str]) -> bool:
    return not text.isascii() and pattern.search(text) is not None


def _holds(text: str, phrases: frozenset[str], stems: tuple[str, ...]) -> bool:
    """Whether some words of a text that stand side by side are one of the phrases, and nothing denies it."""
    for part in _PARTS.split(text):
        plain = _HARMLESS.sub(" ", plain_words(_SIGNS.sub(" ", part)))
        words = plain.split()
        for start, word in enumerate(words):
            end = _end_of_phrase(words, start, phrases)
            if not end and word.startswith(stems):
                end = start + 1
            if end and not _is_denied(words[:start], words[end:]):
                return True
    return False


def _end_of_phrase(words: list[str], start: int, phrases: frozenset[str]) -> int:
    """The place behind the longest phrase that begins here; 0 if none does."""
    for end in range(min(start + _LONGEST_PHRASE, len(words)), start, -1):
        if " ".join(words[start:end]) in phrases:
            return end
    return 0


def _is_denied(before: list[str], after: list[str]) -> bool:
    if before and (before[-1] in _NOT or (before[-1] in _BETWEEN and not _NOT.isdisjoint(before[-2:-1]))):
        return True
    return len(after) == 1 and answer_of(after[0]) in {Says.NO, Says.NOTHING}
