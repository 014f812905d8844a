"""Placeholders of other tools, which Instantly sends as they are written. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Words that stand for a person's data. Text in brackets is a placeholder only with one of them: "[PDF]" is not.
_WORDS = (
    "first|last|full|name|fname|lname|firstname|lastname|fullname|company|companyname|organi[sz]ation|org|title"
    "|jobtitle|job|role|position|industry|city|state|country|location|email|e-mail|phone|website|domain|your|my"
    "|insert|recipient|prospect|contact|lead|customer|client|sender|signature|calendar|date|day|unsubscribe"
)
_WORD = re.compile(rf"(?:^|[\s_.-])(?:{_WORDS})(?:$|[\s_.-])", re.IGNORECASE)
_NAMED = r"[A-Za-z][\w .'/-]{0,40}"
# Every group 1 is the name. The order decides which pattern takes a text that several fit.
_ALWAYS = (
    re.compile(r"\*\|\s*([^|*]{1,40}?)\s*\|\*"),  # *|FNAME|*
    re.compile(r"<%[=-]?\s*(.*?)\s*%>"),  # <%= name %>
    re.compile(rf"<<\s*({_NAMED}?)\s*>>"),  # <<name>>
    re.compile(rf"\[\[\s*({_NAMED}?)\s*\]\]"),  # [[name]]
    re.compile(r"[$#%@]\{(?![{%])\s*([^{}]{1,60}?)\s*\}"),  # ${name}, #{name}; not the price in ${{amount}}
    re.compile(r"\{\{\s*[#/^>&!$@]\s*([^{}]{0,60}?)\s*\}\}"),  # {{#if x}}, {{$json.name}}
    re.compile(r"\{\{\s*([A-Za-z_][\w ]*(?:\.[A-Za-z_]\w*)+)\s*(?:\|[^{}]*)?\}\}"),  # {{contact.first_name}}
    re.compile(r"\{\s*[!$@]\s*([\w.]{1,60})\s*\}"),  # {!Contact.FirstName}, {$name}
    re.compile(r"%\(([A-Za-z_]\w*)\)[sd]"),  # %(name)s
    re.compile(r"｛｛\s*([^｛｝]{1,60}?)\s*｝｝"),  # ｛｛firstName｝｝, typed with the keyboard of another script
    re.compile(r"\[\[\s*([^\[\]|]{1,60}\|[^\[\]]{1,60}?)\s*\]\]"),  # [[Hi|Hello]]
    re.compile(r"(?<![\w$@./])[$@]((?:first|last|full|company|job)(?:_?name|_?title))\b", re.IGNORECASE),  # $firstName
    re.compile(r"@@([A-Za-z]\w{0,40})@@|##([A-Za-z]\w{0,40})##|__([A-Za-z]\w{0,40}?)__"),
)
_PERCENT = re.compile(r"%%?([A-Za-z][A-Za-z0-9_.-]{1,40}|\[[^\]%]{1,40}\])%%?")
_IN_BRACKETS = (
    re.compile(rf"\[\s*({_NAMED}?)\s*\]"),  # [First Name]
    re.compile(rf"<\s*({_NAMED}?)\s*>"),  # <First Name>
    re.compile(rf"«\s*({_NAMED}?)\s*»"),  # «First Name»
)
_MOST_WORDS = 3
_HEX = re.compile(r"[0-9A-Fa-f]{2}")
_MEANT = {
    "name": "firstName",
    "firstname": "firstName",
    "fname": "firstName",
    "first": "firstName",
    "vorname": "firstName",
    "lname": "lastName",
    "lastname": "lastName",
    "last": "lastName",
    "surname": "lastName",
    "nachname": "lastName",
    "company": "companyName",
    "companyname": "companyName",
    "organization": "companyName",
    "organisation": "companyName",
    "firma": "companyName",
    "title": "jobTitle",
    "jobtitle": "jobTitle",
    "email": "email",
    "emailaddress": "email",
    "role": "jobTitle",
    "position": "jobTitle",
    "domain": "companyDomain",
}


@dataclass(frozen=True)
class Placeholder:
    """One placeholder as written, and the name in it."""

    source: str
    name: str


def foreign_placeholders(text: str, *, is_address: bool = False) -> list[Placeholder]:
    """Return the placeholders of other tools in a text, in order.

    Shapes: is_address - the text is the address of a link, where % begins an encoded character.
    Passing: "Hi %FIRSTNAME%", "[First Name]", "*|FNAME|*". Failing: "100% of the 50% [PDF]", "{{firstName}}".
    """
    found: list[tuple[int, Placeholder]] = []
    rest = text
    for match in _matches(text, is_address=is_address):
        if rest[match.start() : match.end()] != match[0]:
            continue
        name = next((group for group in match.groups() if group), "")
        found.append((match.start(), Placeholder(match[0], name.strip())))
        rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _matches(text: str, *, is_address: bool) -> Iterator[re.Match[str]]:
    for pattern in _ALWAYS:
        yield from pattern.finditer(text)
    for match in _PERCENT.finditer(text):
        is_encoded = _HEX.match(match[1]) if is_address else _HEX.fullmatch(match[1])
        if not is_encoded and not _is_liquid(text, match):
            yield match
    for pattern in () if is_address else _IN_BRACKETS:
        yield from (match for match in pattern.finditer(text) if _is_placeholder(match[1]))


def _is_placeholder(inside: str) -> bool:
    """Whether text in brackets stands for a person's data: a few words with one of a form, or an instruction."""
    words = inside.split()
    is_short = len(words) <= _MOST_WORDS or words[0].lower() in {"insert", "your"}
    return "_" in inside or (is_short and _WORD.search(inside) is not None)


def _is_liquid(text: str, match: re.Match[str]) -> bool:
    """Whether the percent signs belong to `{%…%}`."""
    return text[max(0, match.start() - 1) : match.start()] == "{" or text[match.end() : match.end() + 1] == "}"


def name_of(text: str) -> str | None:
    """Return Instantly's name for a text that is nothing but a usual name: "First Name" -> "firstName"; None else."""
    return _MEANT.get(re.sub(r"[^a-z]", "", text.lower()))


def meant_by(name: str) -> str | None:
    """Return Instantly's name for a usual name of another tool: "FNAME" -> "firstName"; None where it is not known."""
    return name_of(name) or name_of(re.split(r"[.\s]", name.strip())[-1])
