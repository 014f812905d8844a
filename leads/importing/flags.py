"""Remarks on a lead that can be loaded, made before anything is paid: a mistyped domain, a name that is none. Pure.

A remark never changes or stops a lead; a person decides with one click. It is stored as "code" or "code:detail".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from leads.companies import FREEMAIL
from leads.importing.escapes import has_letters_as_codes
from leads.importing.farewells import is_farewell
from leads.importing.mistyped import meant_domain
from leads.importing.no_value import has_element, is_no_value, is_no_value_of_variable
from leads.importing.reading.encoding import is_encoded_twice

_ROLE_WORDS = (
    "abuse accounting accounts admin administrator ap ar billing career careers compliance contact customerservice "
    "desk enquiries enquiry feedback finance hello help helpdesk hr info inquiries investors it jobs legal mail "
    "marketing media noreply no-reply office operations orders postmaster pr press privacy purchasing reception "
    "recruiting sales security service spam subscribe support team tech webmaster"
)
ROLES = frozenset(_ROLE_WORDS.split())


@dataclass(frozen=True)
class Flag:
    """A kind of remark.

    Shapes: label - as the page says it; advice - what it means; suspicious - whether leaving such rows out is the
    choice that is offered first.
    """

    label: str
    advice: str
    suspicious: bool


FLAGS = {
    "typo": Flag("mistyped domain", "One slip away from a well-known one. The address is not changed.", True),
    "test": Flag("test address", "Nobody reads such an address.", True),
    "no_reply": Flag("no-reply address", "Nobody reads the answers to it.", True),
    "marked": Flag("says unsubscribed", "A column says unsubscribed, bounced or do not contact.", True),
    "note": Flag("note below the table", "It fills few cells, as a note or a total does.", True),
    "beside": Flag("text beside the table", "Cells behind the last column were not read.", False),
    "same_person": Flag("same person", "Probably the mailbox of an earlier line, written differently.", True),
    "name": Flag("suspicious name", "A name would read oddly in the e-mail, such as “Hi null” or “Hi J?rgen”.", False),
    "value": Flag(
        "suspicious value",
        "A variable is a placeholder, a formula, garbled, or a number that a spreadsheet shortened.",
        False,
    ),
    "phone": Flag(
        "unusable phone",
        "It is no phone number. One that a spreadsheet changed, such as 4.91512E+11, is not loaded.",
        False,
    ),
    "risky": Flag("risky by the file", "The file's own verification says catch-all, risky or unknown.", False),
    "role": Flag("role address", "Several people read it, such as info@.", False),
    "company": Flag("same company", "You write to several others at this company already.", False),
}
_OWN_NAMES = ("first_name", "last_name")
_NAMES = (*_OWN_NAMES, "company_name", "job_title")
# What an export left of a letter: the replacement character, an HTML entity, or a word encoded for a mail header.
_GARBLED = re.compile(r"\ufffd|&(?:#\d{2,6}|#[xX][0-9A-Fa-f]{2,6}|[A-Za-z]{2,8}\d{0,2});|=\?[\w-]+\?[QqBb]\?[^?\s]*\?=")
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")
# What a letter became that was written on a Mac or in DOS and read as Windows, or the other way round: a mark between
# letters ("J¸rgen"), or a capital behind a small letter ("JosÈ").
_MARKS_FOR_LETTERS = "¬√≈∆÷◊⁄‹›‡†‚„‰ˆ˜¯˘˙˚¸˝˛ˇ¶¤¨±¢£¥¿¡¾½¼³²¹"
_MISREAD = re.compile(rf"[^\W\d_][{_MARKS_FOR_LETTERS}][^\W\d_]|[a-z][‡ˆ‰¸˝˛ˇ˘˙¯√∆≈¬‚„](?![^\W\d_])")
# Behind these a capital is usual: "McÉwan", "DeÁngelis".
_PREFIX = "(?!Ma?c|D[aeiu]?[À-Þ]|L[aeo]|O)"
_MISREAD_CAPITAL = re.compile(rf"\b{_PREFIX}(?:\w+[a-zß-ÿ]|[A-Z])[À-ÖØ-ÞŠŽŸŒ](?![A-ZÀ-ÖØ-Þ])")
_LONGEST_NUMBER = 30
_ADDRESS_OR_LINK = re.compile(r"\S@\S+\.\S|https?:|www\.|\w\.(?:com|net|org|io|de|co\.uk)\b", re.I)
_IN_ADDRESS_OR_LINK = frozenset("@.:")
_LONG_NUMBER = re.compile(r"\d{3,}")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?(?:[eE]\d{1,3}|\s*[eE]\s*\+\s*\d{1,3})")
# What a program makes of a number that it takes for a measurement.
_DECIMAL = re.compile(r"[+-]?\d{5,}[.,]00?")
# What a spreadsheet shows for a number that is wider than its column.
_TOO_NARROW = re.compile(r"#{4,}")
_DIGIT = re.compile(r"\d")
_FEWEST_DIGITS, _MOST_DIGITS = 5, 17
_TEST_LOCAL = re.compile(
    r"(?:tests?|tester|testing|testuser|test[._-]?(?:user|mail|email|account|address)|tst"
    r"|asdf\w{0,4}|asd|qwe|qwerty\w{0,3}|qwertz|zxcv\w{0,3}|abcd?|xyz|aaa+|xxx+|123+|1234\d*"
    r"|example|sample|demo|dummy|fake|foo|bar|foobar|foo[._-]bar|placeholder|lorem|ipsum|deleted"
    r"|none|null|undefined|nan|na|n[._-]a|unknown|no[._-]?e?mail|nobody|no[._-]?one|someone|anonymous|anon"
    r"|user|username|e?mail|your[._-]?(?:name|email)|name|first[._-]?name|firstname[._-]?lastname|first[._-]last)\d{0,4}"
)
_TEST_DOMAIN_WORDS = (
    "test.com test.de test.org test.net testing.com asdf.com email.tst domain.com yourdomain.com "
    "yourcompany.com company.com mailinator.com guerrillamail.com 10minutemail.com yopmail.com "
    "trashmail.com tempmail.com temp-mail.org sharklasers.com maildrop.cc getnada.com dispostable.com "
    "throwawaymail.com fakeinbox.com"
)
_TEST_DOMAINS = frozenset(_TEST_DOMAIN_WORDS.split())
_NO_REPLY = re.compile(
    r"(?:.*[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|dont[._-]?reply|not?[._-]?responder|noresponder|nao[._-]?responda"
    r"|ne[._-]?pas[._-]?repondre|nepasrepondre|nicht[._-]?antworten|keine[._-]?antwort|non[._-]?rispondere|noreplay"
    r"|mailer[._-]?daemon|bounces?|unsubscribe|autoresponder|notifications?|alerts?)(?:[._+-].*)?\d*"
)
_LONGEST_ODD = 200
# First names, titles and cities repeat. Texts are at most 300 characters here, so this is about a megabyte.
_KEPT = 2048
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_FEWEST_CAPITALS = 3


def code_of(flag: str) -> str:
    """The code of a stored flag: "typo:gmail.com" -> "typo"."""
    return flag.partition(":")[0]


def address_flags(email: str) -> list[str]:
    """Remarks on an address in lower case."""
    local, _, domain = email.rpartition("@")
    flags = []
    if local in ROLES:
        flags.append("role")
    if _NO_REPLY.fullmatch(local):
        flags.append("no_reply")
    elif (_TEST_LOCAL.fullmatch(local) and local not in ROLES) or domain in _TEST_DOMAINS:
        flags.append("test")
    meant = meant_domain(domain)
    if meant:
        flags.append(f"typo:{meant}")
    return flags


def mailbox_key(email: str) -> str:
    """What is the same for all ways to write to one mailbox of a large provider; "" for other addresses.

    Passing: "ann.lee+news@googlemail.com" -> "annlee@gmail.com".  Failing: "ann.lee@example.com" -> "".
    """
    local, _, domain = email.rpartition("@")
    if domain in _GMAIL:
        return f"{local.partition('+')[0].replace('.', '')}@gmail.com"
    return f"{local.partition('+')[0]}@{domain}" if domain in FREEMAIL else ""


def value_flags(values: Mapping[str, str], variables: Mapping[str, str]) -> list[str]:
    """Remarks on the fields and variables of a lead; one per kind, naming the first that is meant."""
    flags = [f"name:{name}" for name in _NAMES if name in values and is_odd_name(values[name], name)][:1]
    flags += [f"value:{name}" for name, value in variables.items() if is_odd_value(value)][:1]
    written = [*((name, values[name]) for name in _OWN_NAMES if name in values), *variables.items()]
    flags += [f"marked:{name}" for name, value in written if is_farewell(value)][:1]
    return flags


@lru_cache(maxsize=_KEPT)
def is_odd_name(text: str, field: str = "first_name") -> bool:
    """Whether a name would read oddly: "null", "ANN", "ann@example.com", "{{name}}", "Ann 0151555".

    A company may be in capitals and may be called 3M or example.com.
    """
    if is_no_value(text) or has_element(text) or is_too_narrow(text) or is_garbled(text):
        return True
    return _is_misread(text, field) or _is_odd_for(text, field)


def _is_odd_for(text: str, field: str) -> bool:
    if field in {"company_name", "job_title"}:
        return "@" in text or "://" in text
    if text.isalpha():
        return text.isupper() and len(text) >= _FEWEST_CAPITALS
    if text.isupper() and sum(letter.isalpha() for letter in text) >= _FEWEST_CAPITALS:
        return True
    if "?" in text or _LONG_NUMBER.search(text) or not any(letter.isalpha() for letter in text):
        return True
    return not _IN_ADDRESS_OR_LINK.isdisjoint(text) and _ADDRESS_OR_LINK.search(text) is not None


def _is_misread(text: str, field: str) -> bool:
    """Whether a letter of a name was read in another code page: "J¸rgen", "K‰the", "JosÈ"."""
    if text.isascii():
        return False
    has_capital = field in {"first_name", "last_name"} and _MISREAD_CAPITAL.search(text) is not None
    return has_capital or _MISREAD.search(text) is not None


def is_garbled(text: str) -> bool:
    """Whether letters were lost before the file was written: "J?rgen", "J&uuml;rgen", "J=FCrgen", "J%C3%BCrgen".

    Failing: "example.com/a?b=1", "R&D".
    """
    if has_letters_as_codes(text):
        return True
    if text.isascii() and "?" not in text and "&" not in text:
        return False
    if _GARBLED.search(text) is not None or is_encoded_twice(text):
        return True
    return "/" not in text and "=" not in text and _LOST_LETTER.search(text) is not None


def is_odd_value(text: str) -> bool:
    """Whether the value of a variable is a placeholder, garbled, or a number that a spreadsheet shortened."""
    return is_garbled(text) if len(text) > _LONGEST_ODD else _is_odd(text)


@lru_cache(maxsize=_KEPT)
def _is_odd(text: str) -> bool:
    return is_no_value_of_variable(text) or is_scientific(text) or is_too_narrow(text) or is_garbled(text)


def is_scientific(text: str) -> bool:
    """Whether a spreadsheet shortened a long number: "4.91512E+11"; its last digits are lost."""
    return len(text) < _LONGEST_NUMBER and _SCIENTIFIC.fullmatch(text) is not None


def is_changed_phone(text: str) -> bool:
    """Whether a spreadsheet changed a phone number or calculates it: "4.91512E+11", "4930555.0", "=A1", "#####"."""
    return is_scientific(text) or text.startswith("=") or _DECIMAL.fullmatch(text) is not None or is_too_narrow(text)


def is_too_narrow(text: str) -> bool:
    """Whether a spreadsheet showed "#####" for what was wider than its column."""
    return text.startswith("#") and _TOO_NARROW.fullmatch(text) is not None


def is_usable_phone(text: str) -> bool:
    """Whether a phone number has as many digits as one has, and a spreadsheet did not change it."""
    return not is_changed_phone(text) and _FEWEST_DIGITS <= len(_DIGIT.findall(text)) <= _MOST_DIGITS
