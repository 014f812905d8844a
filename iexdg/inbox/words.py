"""What an e-mail says, as text and as clean HTML. Pure: no database, no request."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

import nh3

_LINE_END = re.compile(r"</(?:div|p|li|tr|h[1-6]|blockquote)>|<br\s*/?>", re.IGNORECASE)
_LINES = re.compile(r"\n{3,}")
_INTRODUCTION = re.compile(
    r"^\s*(on\b.{4,200}\bwrote:|-{2,}\s*(original|forwarded) message\s*-{2,}.*)\s*$", re.IGNORECASE
)
_HEADER = re.compile(r"^\s*(from|von|de):\s.+@", re.IGNORECASE)
_QUOTED = re.compile(r"^\s*>")
_REMOTE = re.compile(r"""<img[^>]+src\s*=\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD, _MOST_WORDS = 40, 5000
_SPACE = re.compile(r"\s+")
# What a message may be made of: text and its shape. No style, no form, no script, no frame.
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del", "div", "dl", "dt", "em",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}


@dataclass(frozen=True)
class Words:
    """The text of a message: what was written, and the history below it."""

    own: str
    quoted: str


def text_of_html(html: str) -> str:
    """Return what an HTML body says, a line for each block."""
    flat = nh3.clean(_LINE_END.sub("\\g<0>\n", html), tags=set(), clean_content_tags={"script", "style", "title"})
    lines = [line.strip() for line in unescape(flat).replace("\xa0", " ").splitlines()]
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def split_quoted(text: str) -> Words:
    """Separate what someone wrote from the history that their mail program put below it.

    Where nothing is above the history, all of it counts as written.
    """
    lines = text.splitlines()
    start = next((place for place, line in enumerate(lines) if _begins_history(lines, place, line)), None)
    own = "\n".join(lines[:start]).strip() if start is not None else ""
    if start is None or not own:
        return Words(text.strip(), "")
    return Words(own, "\n".join(lines[start:]).strip())


def _begins_history(lines: list[str], place: int, line: str) -> bool:
    if _INTRODUCTION.match(line) or _HEADER.match(line):
        return True
    # "On ... wrote:" is broken in two by some programs.
    if place + 1 < len(lines) and line.lstrip().lower().startswith("on "):
        return bool(_INTRODUCTION.match(f"{line} {lines[place + 1]}"))
    return bool(_QUOTED.match(line)) and all(not one.strip() or _QUOTED.match(one) for one in lines[place:])


def clean_html(html: str) -> str:
    """Return an HTML body with nothing in it that could act, follow or restyle; links open elsewhere."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "data"},
        clean_content_tags={"script", "style", "title", "textarea", "noscript", "iframe", "object"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        attribute_filter=_kept,
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """A link leads to another site or a mail program, never to a page made of its own address, or to one of ours."""
    if tag == "a" and attribute == "href" and not value.strip().lower().startswith(("http:", "https:", "mailto:")):
        return None
    return value


def has_remote_images(html: str) -> bool:
    """Whether an HTML body would load a picture from somewhere, which tells the sender that it was read."""
    return bool(_REMOTE.search(html))


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same: white space differs on the way through a mail server."""
    return _SPACE.sub(" ", one).strip() == _SPACE.sub(" ", other).strip() != ""


def begins_with_words(found: str, written: str) -> bool:
    """Whether a text begins with what was written: a signature or the history may follow."""
    shown, wanted = (_SPACE.sub(" ", text).strip() for text in (found, written))
    return bool(wanted) and shown.startswith(wanted)


def search_words(*texts: str) -> list[str]:
    """Return the different words of some texts as a search compares them: in lower case and without accents.

    What is written without spaces between words is one word. Shapes: at most 5,000 words of at most 40 characters.
    """
    folded = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign)) if not folded.isascii() else folded
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in _WORD.findall(plain)))[:_MOST_WORDS]


def reply_subject(subject: str) -> str:
    """Return the subject of an answer: "Hello" -> "Re: Hello", "Re: Hello" stays."""
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}"


def forward_subject(subject: str) -> str:
    """Return the subject of what is sent on: "Hello" -> "Fwd: Hello"."""
    return subject if subject[:4].lower() in {"fwd:", "fw: "} else f"Fwd: {subject}"


def addresses_in(text: str) -> list[str]:
    """Return the addresses that were typed, separated by commas, semicolons or white space."""
    return [one for one in re.split(r"[,;\s]+", text.strip()) if one]


def file_names(files: Iterable[object]) -> list[str]:
    """Return the names of attachments as Instantly lists them; a file without a name is "attachment"."""
    named = [one for one in files if isinstance(one, dict)]
    return [str(one.get("filename") or one.get("name") or "attachment")[:200] for one in named][:50]
