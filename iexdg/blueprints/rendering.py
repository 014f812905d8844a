"""Plain paragraphs as the one form of HTML that Instantly's sanitizer leaves alone, and back. Pure.

    Hi {{firstName}},                    <div>Hi {{firstName}},</div>
                                         <div><br></div>
    If so, [pick a time](https://…).     <div>If so, <a href="https://…">pick a time</a>.</div>

What is wrong with a link is not decided here: it is rendered as written, and the linter of the go-live finds it.
Source: docs/api/instantly-facts.md §5, Body HTML (Law 4) and §6.11 (Law 5).
"""

import re
from html import escape, unescape

_LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
_BLANK = "<div><br></div>"
_LINE = re.compile(r"<div>(.*?)</div>", re.DOTALL)
_ANCHOR = re.compile(r'<a href="([^"<>]*)">([^<>]*)</a>')


def to_html(text: str) -> str:
    """Return the HTML of plain lines, without a newline anywhere.

    Shapes: text - one line becomes one `<div>`, an empty line a blank one; blank lines around the whole are dropped.
        Merge tags, spintax and Liquid pass through.
    """
    return "".join(f"<div>{_line_html(line)}</div>" if line else _BLANK for line in lines_of(text))


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as they are rendered: without spaces around them and blank lines at the ends."""
    lines = [line.strip() for line in re.split(r"\r\n|\r|\n", text)]
    first, last = blank_lines_before(text), len(lines)
    while last > first and not lines[last - 1]:
        last -= 1
    return lines[first:last]


def blank_lines_before(text: str) -> int:
    """Return how many lines come before the first one with words."""
    lines = re.split(r"\r\n|\r|\n", text)
    return next((number for number, line in enumerate(lines) if line.strip()), len(lines))


def _line_html(line: str) -> str:
    pieces, end = [], 0
    for match in _LINK.finditer(line):
        pieces.append(escape(line[end : match.start()], quote=False))
        pieces.append(f'<a href="{escape(match[2], quote=True)}">{escape(match[1].strip(), quote=False)}</a>')
        end = match.end()
    pieces.append(escape(line[end:], quote=False))
    return "".join(pieces)


def to_text(html: str) -> str | None:
    """Return the plain lines that render to exactly this HTML; None where there are none.

    Passing: "<div>Hi</div><div><br></div><div>Bye</div>" -> "Hi\\n\\nBye\\n". Failing: "<div><b>Hi</b></div>".
    """
    if not html:
        return ""
    lines, end = [], 0
    for match in _LINE.finditer(html):
        if match.start() != end:
            return None
        lines.append("" if match[1] == "<br>" else _line_text(match[1]))
        end = match.end()
    if end != len(html) or any("\n" in line or "\r" in line for line in lines):
        return None
    text = "\n".join(lines) + "\n"
    return text if to_html(text) == html else None


def _line_text(html: str) -> str:
    return unescape(_ANCHOR.sub(lambda match: f"[{match[2]}]({match[1]})", html))


def readable_lines(html: str) -> list[str]:
    """Return the lines of a body for a comparison: plain where it can be written so, else its HTML piece by piece."""
    text = to_text(html)
    if text is not None:
        return lines_of(text)
    return [piece for piece in re.split(r"(?<=</div>)|(?<=</p>)|(?<=<br>)|(?<=<br/>)|(?<=<br />)", html) if piece]
