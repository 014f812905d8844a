"""Parses an e-mail body into the lines a reader sees, with what the linter needs."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from html.parser import HTMLParser

_BLOCKS = frozenset({"div", "p", "ul", "ol", "li", "table", "tr", "td", "blockquote", "h1", "h2", "h3", "h4"})
# Elements that mail programs know or ignore. Anything else in angle brackets is text that the reader never sees.
KNOWN_TAGS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "area",
        "article",
        "aside",
        "b",
        "base",
        "basefont",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "data",
        "dd",
        "del",
        "details",
        "dfn",
        "dir",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "legend",
        "li",
        "link",
        "main",
        "map",
        "mark",
        "menu",
        "meta",
        "nav",
        "object",
        "ol",
        "p",
        "param",
        "picture",
        "pre",
        "q",
        "s",
        "samp",
        "script",
        "section",
        "select",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "time",
        "title",
        "tr",
        "track",
        "tt",
        "u",
        "ul",
        "var",
        "video",
        "wbr",
    ]
)
# Attributes that a reader may see or hear, and those with an address or style; others, such as data-*, hold no copy.
_READ = frozenset({"alt", "aria-label", "label", "placeholder", "summary", "title", "value"})
_FETCHED = frozenset({"action", "background", "cite", "href", "longdesc", "poster", "src", "srcset", "style"})
# The content of these is never displayed.
_HIDDEN = frozenset({"script", "style", "head", "title", "template", "iframe", "object"})


@dataclass(frozen=True)
class Segment:
    """A piece of text; `href` is set where it is a link (possibly to nowhere: "")."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Attribute:
    """A value of an element that is sent with it; `is_address`: it holds an address or style, and is not read."""

    value: str
    is_address: bool


@dataclass(frozen=True)
class Cut:
    """An element's tag that stands inside the text of a line; `at` is how many characters of the text come before it.

    A comment is none: Instantly drops it when it saves.
    """

    at: int
    markup: str


def _place(cut: Cut) -> int:
    return cut.at


@dataclass(frozen=True)
class Line:
    """One line as the reader sees it; `is_wrapped` is False for text outside every `<div>`.

    Shapes: attributes - of the elements on it, without the addresses of links, which their segments have.
    """

    segments: tuple[Segment, ...]
    is_wrapped: bool
    has_newline: bool
    cuts: tuple[Cut, ...] = ()
    attributes: tuple[Attribute, ...] = ()

    @property
    def text(self) -> str:
        """The text without the markup."""
        return "".join(segment.text for segment in self.segments)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read on it."""
        return not self.text.strip()

    def cuts_inside(self, start: int, end: int) -> list[Cut]:
        """The markup between two places of the text; what stands right before or behind them is not inside."""
        first = bisect_right(self.cuts, start, key=_place)
        return list(self.cuts[first : bisect_left(self.cuts, end, lo=first, key=_place)])

    def written(self, start: int, end: int) -> str:
        """The text between two places with the markup inside it, as its author wrote it."""
        pieces, at = "", start
        for cut in self.cuts_inside(start, end):
            pieces += self.text[at : cut.at] + cut.markup
            at = cut.at
        return pieces + self.text[at:end]


@dataclass(frozen=True)
class Body:
    """All lines, the tags that must not be sent, those that do not exist, whether blocks are separated by newlines."""

    lines: tuple[Line, ...]
    hidden_tags: frozenset[str]
    has_newline_between: bool
    unknown_tags: frozenset[str] = frozenset()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.hidden_tags: set[str] = set()
        self.unknown_tags: set[str] = set()
        self.has_newline_between = False
        self._segments: list[Segment] = []
        self._cuts: list[Cut] = []
        # Of a block that has no line yet, they are those of the next line.
        self._attributes: list[Attribute] = []
        self._length = 0
        self._has_newline = False
        self._stack: list[str] = []
        self._hidden = 0
        self._href: str | None = None
        self._link_text: list[str] = []
        # True after a block began, so that `<div><br></div>` is one blank line and not two.
        self._fresh_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._cut(self.get_starttag_text() or f"<{tag}>")
        if tag in _HIDDEN:
            self._hidden += 1
            self.hidden_tags.add(tag)
        elif tag in _BLOCKS:
            self._end_line()
            self._stack.append(tag)
            self._fresh_block = True
        elif tag == "br":
            self._end_line(keep_blank=True)
            self._fresh_block = False
        elif tag == "a":
            self._close_link()
            self._href = dict(attrs).get("href") or ""
        # Outlook's own elements have a prefix, such as <o:p>.
        elif tag not in KNOWN_TAGS and ":" not in tag:
            self.unknown_tags.add(tag)
        if not self._hidden:
            self._attributes += _attributes(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.handle_starttag(tag, attrs)
            return
        self._cut(f"<{tag}/>")
        if not self._hidden:
            self._attributes += _attributes(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._cut(f"</{tag}>")
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self._end_line(keep_blank=self._fresh_block)
            self._fresh_block = False
            if tag in self._stack:
                while self._stack.pop() != tag:
                    pass
        elif tag == "a":
            self._close_link()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if not data.strip() and not self._segments and self._href is None and not self._stack:
            self.has_newline_between = self.has_newline_between or "\n" in data or "\r" in data
            return
        if "\n" in data or "\r" in data:
            self._has_newline = True
        if self._href is not None:
            self._link_text.append(data)
        else:
            self._segments.append(Segment(data))
        self._length += len(data)
        self._fresh_block = False

    def finish(self) -> None:
        self.close()
        self._end_line()
        if self.lines and self._attributes:
            last = self.lines[-1]
            self.lines[-1] = replace(last, attributes=(*last.attributes, *self._attributes))

    def _cut(self, markup: str) -> None:
        self._cuts.append(Cut(self._length, markup))

    def _close_link(self) -> None:
        if self._href is not None:
            self._segments.append(Segment("".join(self._link_text), self._href))
        self._href, self._link_text = None, []

    def _end_line(self, *, keep_blank: bool = False) -> None:
        self._close_link()
        if self._segments or keep_blank:
            also = tuple(self._cuts), tuple(self._attributes)
            self.lines.append(Line(tuple(self._segments), bool(self._stack), self._has_newline, *also))
            self._attributes = []
        self._segments, self._has_newline, self._cuts, self._length = [], False, [], 0


def _attributes(tag: str, attrs: list[tuple[str, str | None]]) -> list[Attribute]:
    found = [(name, value) for name, value in attrs if value and (tag, name) != ("a", "href")]
    return [Attribute(value, name in _FETCHED) for name, value in found if name in _READ | _FETCHED]


def read_body(html: str) -> Body:
    """Parse a body; any input is read without an exception."""
    reader = _Reader()
    reader.feed(html)
    reader.finish()
    return Body(
        tuple(reader.lines),
        frozenset(reader.hidden_tags),
        reader.has_newline_between,
        frozenset(reader.unknown_tags),
    )
