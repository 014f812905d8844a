"""Placeholders of other tools, which Instantly sends as they are written. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.copy.usual_names import is_field, is_only_a_field, name_of

# Words that stand for a person's data. Text in brackets is a placeholder only with one of them: "[PDF]" is not.
_WORDS = (
    "name|fname|lname|firstname|lastname|fullname|company|companyname|organi[sz]ation|title"
    "|jobtitle|role|position|industry|city|country|location|email|e-mail|phone|website|domain|your"
    "|insert|recipient|prospect|contact|lead|customer|client|sender|signature|calendar|date|unsubscribe"
)
_WORD = re.compile(rf"(?:^|[\s_.-])(?:{_WORDS})(?:$|[\s_.-])", re.IGNORECASE)
# These are as often a part of "[Contact us]" and "[Email me]".
_NEEDS_ANOTHER = re.compile(r"contact|lead|e-?mail|phone|sender", re.IGNORECASE)
# What an author adds to a text that is quoted: "[the company]", "[name changed]".
_NO_FIELD = re.compile(
    r"(?:the|this|an?|der|die|das|le|la|les|une?|el|il|lo)\s+[^\W\d_]+"
    r"|names?\s+(?:changed|withheld|redacted|geändert)|(?:last|first|full|next)\s+[^\W\d_]+",
    re.IGNORECASE,
)
_NAMED = r"[^\W\d_][\w .'’/-]{0,40}"
# What stands in for an empty value, as several tools write it behind the name.
_FALLBACK = r"(?:,\s*(?:fallback|default)|\s(?:fallback|default))\s*=[^\[\]]{0,60}"
_MAYBE_FALLBACK = r"(?:\s*(?:\|\|?|,\s*(?=[\"'])|:\s*(?=[\"'])|\bOR\s+(?=[\"']))[^\[\]|<>»]{0,60})?"
# Every group 1 is the name. The order decides which pattern takes a text that several fit.
_ALWAYS = (
    re.compile(r"\*\|\s*([^|*]{1,40}?)\s*\|\*"),  # *|FNAME|*
    re.compile(r"<%[=-]?\s*(.{0,200}?)\s*%>"),  # <%= name %>
    re.compile(r"\[%\s*([^\[\]%]{1,80}?)\s*%\]"),  # [% member:first_name %]
    re.compile(r"%%=([^%]{1,80})=%%"),  # %%=v(@first_name)=%%
    re.compile(rf"<<({_NAMED}?)>>"),  # <<name>>
    re.compile(r"\$\[\s*([^\[\]$]{1,80}?)\s*\]\$"),  # $[FNAME|there]$
    re.compile(r"\[\[\s*((?:data|var):[^\[\]]{1,80}?)\s*\]\]"),  # [[data:firstname:"there"]]
    re.compile(rf"\[\[\s*({_NAMED}?{_FALLBACK})\]\]", re.IGNORECASE),  # [[firstname fallback="there"]]
    re.compile(rf"\[\[\s*({_NAMED}?(?:\s(?:OR|or)\s[^\[\]]{{0,60}})?)\s*\]\]"),  # [[name]], [[FIRSTNAME OR "there"]]
    re.compile(rf"\[\s*({_NAMED}?{_FALLBACK})\]", re.IGNORECASE),  # [firstname,fallback=there]
    re.compile(r"[$#%@]\{(?![{%])\s*([^{}]{1,60}?)\s*\}"),  # ${name}, #{name}; not the price in ${{amount}}
    re.compile(r"\{\{\s*[#/^>&!$@]\s*([^{}]{0,60}?)\s*\}\}"),  # {{#if x}}, {{$json.name}}
    # {{contact.first_name}}, {{lead.First Name:default=there}}
    re.compile(r"\{\{\s*([A-Za-z_][\w ]{0,40}(?:\.[A-Za-z_][\w -]{0,40})+)(?:[|:][^{}]*)?\}\}"),
    re.compile(r"\{\{\s*\w{1,40}\(([^{}]{0,80})\)\s*\}\}"),  # {{ personalization_token('contact.firstname', 'there') }}
    re.compile(r"\{\{\s*(?:insert|default)\s+([\w.]{1,40})\s+[\"'][^{}]{0,60}\}\}"),  # {{insert name "default=there"}}
    re.compile(r"\{\{\s*([A-Za-z][\w.]{0,40}\s*(?:\sor\s|\|\||\?\?)[^{}]{0,60}?)\s*\}\}"),  # {{ name or "there" }}
    re.compile(r"\{\s*[!$@]+\s*([^\W\d_][^{}]{0,80}?)\s*\}"),  # {!Contact.FirstName}, {$name|default:"there"}
    re.compile(r"%\(([A-Za-z_]\w*)\)[sd]"),  # %(name)s
    re.compile(r"｛｛\s*([^｛｝]{1,60}?)\s*｝｝"),  # ｛｛firstName｝｝, typed with the keyboard of another script
    re.compile(r"\[\[\s*([^\[\]|]{1,60}\|[^\[\]]{1,60}?)\s*\]\]"),  # [[Hi|Hello]]
    re.compile(r"(?<![\w$@./])[$@]((?:first|last|full|company|job)(?:_?name|_?title))\b(?![$@])", re.IGNORECASE),
    re.compile(r"~([^\W\d_]\w{0,40}(?:\.\w{1,40})+)~"),  # ~Contact.FirstName~
    re.compile(r"@@([A-Za-z]\w{0,40})@@|##([A-Za-z]\w{0,40})##"),
)
_PERCENT = re.compile(
    r"(?<!\d)%%?([^\W\d_][\w.-]{1,40}(?:\|[^%|]{0,40}){0,4}|\[[^\]%]{1,40}\])%%?"  # %FIRSTNAME%, %FIRSTNAME|TITLECASE%
    r"|(?<!\d)%%([^\W\d_][\w .-]{1,40})%%"  # %%First Name%%
)
# Between two equal signs, and only with a usual name: "#FNAME#" is one, "#sales#" and "__init__" are none.
_ENCLOSED = re.compile(
    r"(?<![\w#~@$_-])(?P<sign>#{1,2}|~|@|\$|__|--?)(?P<name>[^\W\d_](?:[\w .]{0,40}\w)?)(?P=sign)(?!\w)"
)
_SQUARE = re.compile(rf"(?<![\w\])])\[\s*({_NAMED}?)({_MAYBE_FALLBACK})\s*\](?!\()")  # [First Name], [Vorname | du]
_IN_BRACKETS = (
    _SQUARE,
    re.compile(rf"(?<!\w)<({_NAMED}?){_MAYBE_FALLBACK}>"),  # <First Name>; not the code List<Company>
)
# Text is quoted in these too, so that nothing but a usual name counts.
_IN_QUOTES = (
    re.compile(rf"«({_NAMED})»"),  # «First Name»
    re.compile(rf"(?:<<?|«)\s+({_NAMED}?)\s+(?:>>?|»)"),  # < First Name >, << First Name >>, « Prénom »
)
_MOST_WORDS = 3
_HEX = re.compile(r"[0-9A-Fa-f]{2}")


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
        name = match.groupdict().get("name") or next((group for group in match.groups() if group), "")
        found.append((match.start(), Placeholder(match[0], name.strip())))
        rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def without_placeholders(text: str) -> str:
    """The text without the placeholders of other tools, whose full stops make no address."""
    for one in foreign_placeholders(text):
        text = text.replace(one.source, " ")
    return text


def _matches(text: str, *, is_address: bool) -> Iterator[re.Match[str]]:
    for pattern in _ALWAYS:
        yield from pattern.finditer(text)
    yield from (match for match in _PERCENT.finditer(text) if not _is_percent(text, match, is_address=is_address))
    yield from (match for match in _ENCLOSED.finditer(text) if _is_enclosed(match["sign"], match["name"]))
    # Brackets and signs have a meaning of their own in addresses.
    is_placeholder = is_field if is_address else _is_placeholder
    for pattern in _IN_BRACKETS:
        yield from (match for match in pattern.finditer(text) if is_placeholder(match[1]))
    for pattern in _IN_QUOTES:
        yield from (match for match in pattern.finditer(text) if _is_quoted_field(match[0], match[1]))


def _is_percent(text: str, match: re.Match[str], *, is_address: bool) -> bool:
    """Whether the signs are of an encoded character or of Liquid, and no placeholder."""
    name = match[1] or match[2]
    if is_address and _HEX.match(name) and not is_field(name):
        return True
    return _HEX.fullmatch(name) is not None or _is_liquid(text, match)


def _is_placeholder(inside: str) -> bool:
    """Whether text in brackets stands for a person's data: a few words with one of a form, or an instruction."""
    words = inside.split()
    if is_field(inside) or "_" in inside:
        return True
    if words[0].lower() in {"insert", "your"}:
        return _WORD.search(inside) is not None
    if len(words) > _MOST_WORDS or _NO_FIELD.fullmatch(inside.strip()):
        return False
    known = [word for word in words if _WORD.search(word) or is_only_a_field(word)]
    return len(known) == len(words) or any(not _NEEDS_ANOTHER.fullmatch(word) for word in known)


def _is_enclosed(sign: str, name: str) -> bool:
    """Whether a name between two signs is a placeholder; hyphens and dollars stand around words as well."""
    return is_only_a_field(name) if sign in {"-", "--"} else is_field(name)


def _is_quoted_field(source: str, inside: str) -> bool:
    """Whether what stands in quotation marks is a field; with spaces beside it, as French quotes, only a person's."""
    if is_only_a_field(inside) or not source.lstrip("«<")[:1].isspace():
        return is_field(inside)
    return inside[:1].isupper() and name_of(inside) in {"firstName", "lastName"}


def _is_liquid(text: str, match: re.Match[str]) -> bool:
    """Whether the percent signs belong to `{%…%}`."""
    return text[max(0, match.start() - 1) : match.start()] == "{" or text[match.end() : match.end() + 1] == "}"
