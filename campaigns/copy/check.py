"""The rules, applied to every enabled variant of every step."""

import re
from collections.abc import Collection, Iterator
from itertools import zip_longest

from campaigns.copy import links, opt_out, variables
from campaigns.copy.body import Body, Segment, read_body
from campaigns.copy.findings import Level, LintFinding, Place
from campaigns.copy.hints import hints
from campaigns.copy.placeholders import without_placeholders
from campaigns.copy.sequence import Step, read_sequence
from campaigns.copy.storing import dropped
from campaigns.copy.tag_check import tag_findings

_UNMADE = re.compile(r"!?\[[^\[\]]+\]\([^\s]{0,200}")


def lint(
    sequences: object, *, custom_variables: Collection[str] = (), custom_are_complete: bool = False
) -> list[LintFinding]:
    """Return the problems of this copy, worst first within each step.

    Shapes: sequences - as Instantly returns them, only the first is sent; custom_variables - names the leads have;
        custom_are_complete - whether a name that is not among them is certainly missing (then it blocks).
    """
    steps = read_sequence(sequences).steps
    if not steps:
        place = Place(1, 0)
        return [place.found(Level.BLOCKER, "no_steps", None, "There is no e-mail to send", "Write the first step.")]
    found: list[LintFinding] = []
    known = variables.CORE_VARIABLES | set(custom_variables)
    for step in steps:
        found += _step_findings(step, known, is_complete=custom_are_complete)
    order = {Level.BLOCKER: 0, Level.WARNING: 1, Level.ADVICE: 2, Level.FINE: 3}
    return sorted(found, key=lambda item: (item.step, item.variant, order[item.level], item.line or 0))


def _step_findings(step: Step, known: Collection[str], *, is_complete: bool) -> Iterator[LintFinding]:
    if not step.live_variants:
        yield Place(step.number, 0).found(
            Level.BLOCKER, "no_variant", None, "Every variant is switched off", "Switch one on, or remove the step."
        )
    for variant in step.live_variants:
        here = Place(step.number, variant.place)
        subject, html = variant.subject, variant.body
        body = read_body(html)
        yield from _subject_findings(here, subject)
        shape = list(_shape_findings(here, html, body))
        yield from shape
        yield from _storing_findings(here, html, shape)
        yield from _link_findings(here, body)
        for line_at, hint in hints(subject, html, body):
            yield here.found(Level.ADVICE, hint.code, line_at, hint.title, hint.next_step, hint.excerpt)
        yield from tag_findings(here, subject, html, body, known, is_complete=is_complete)


def _subject_findings(here: Place, subject: str) -> Iterator[LintFinding]:
    # An empty subject on a follow-up keeps it in the same thread; on the first step there is no thread yet.
    if here.step == 1 and not subject.strip():
        yield here.found(Level.BLOCKER, "no_subject", 0, "The first e-mail has no subject", "Write one.")


def _shape_findings(here: Place, html: str, body: Body) -> Iterator[LintFinding]:
    """Law 4: one `<div>` per line, nothing outside, no newline characters."""
    if not any(not line.is_blank for line in body.lines):
        yield here.found(Level.BLOCKER, "empty_body", None, "The e-mail has no text", "Write it, or remove the step.")
        return
    for number, line in enumerate(body.lines, start=1):
        if not line.is_wrapped and not line.is_blank:
            yield here.found(
                Level.BLOCKER,
                "bare_text",
                number,
                "This text is not inside a <div>",
                "Instantly drops it when it saves. Wrap each line in its own <div>.",
                line.text,
            )
        if line.has_newline and not line.is_blank:
            yield here.found(
                Level.BLOCKER,
                "newline",
                number,
                "There is a line break character in the text",
                "Instantly drops it and runs the words together. Use one <div> per line.",
                line.text,
            )
    if body.has_newline_between:
        yield here.found(
            Level.WARNING,
            "newline_between",
            None,
            "There are line break characters between the lines",
            "Instantly drops them; write the <div>s without a gap so that what is stored is what you wrote.",
        )
    yield from _element_findings(here, body)


def _storing_findings(here: Place, html: str, shape: list[LintFinding]) -> Iterator[LintFinding]:
    """Law 4 for what is not seen line by line, such as an element that is closed by another one's end."""
    if any(one.code in {"empty_body", "bare_text", "newline", "newline_between"} for one in shape):
        return
    lost = dropped(html)
    if lost.text:
        step = "Instantly drops it when it saves. End each element with its own end tag, and put nothing after that."
        yield here.found(Level.BLOCKER, "lost_text", None, "Some text stands behind the end of its element", step)
    elif lost.other:
        step = "It drops comments, line breaks, and a space or a <br> outside every <div>. Take them out."
        title = "Instantly stores this e-mail otherwise than it is written"
        yield here.found(Level.WARNING, "stored_otherwise", None, title, step)


def _element_findings(here: Place, body: Body) -> Iterator[LintFinding]:
    for tag in sorted(body.unknown_tags):
        yield here.found(
            Level.BLOCKER,
            "unknown_element",
            None,
            f"<{tag}> is not HTML",
            "The reader does not see it. If it stands for a person's data, write Instantly's variable, {{firstName}}.",
            f"<{tag}>",
        )
    for tag in sorted(body.hidden_tags):
        yield here.found(
            Level.BLOCKER,
            "hidden_tag",
            None,
            f"The body contains a <{tag}>",
            "Remove it: mail programs discard or flag it.",
        )


def _link_findings(here: Place, body: Body) -> Iterator[LintFinding]:
    for number, line in enumerate(body.lines, start=1):
        for segment, after in zip_longest(line.segments, line.segments[1:]):
            yield from _glued_words_findings(here, number, segment, after)
            if after is not None and after.href is not None and segment.text.endswith("!"):
                yield _image_finding(here, number, f"!{after.text}")
            if segment.href is None:
                yield from _bare_link_findings(here, number, segment.text)
                yield from _glued_link_findings(here, number, segment.text)
                yield from _doubtful_link_findings(here, number, segment.text)
                yield from _unmade_findings(here, number, segment.text)
            else:
                yield from _anchor_findings(here, number, segment.text, segment.href)


def _unmade_findings(here: Place, number: int, text: str) -> Iterator[LintFinding]:
    """A link in the form of the editor that did not become one, such as `[here](javascript:alert(1))`."""
    for match in _UNMADE.finditer(text):
        if match[0].startswith("!"):
            yield _image_finding(here, number, match[0])
            continue
        title = f"“{match[0]}” does not become a link"
        step = (
            "The reader sees it as it is written. Write [a phrase](https://…), with no space or bracket in the address."
        )
        yield here.found(Level.BLOCKER, "unmade_link", number, title, step, match[0])


def _image_finding(here: Place, number: int, source: str) -> LintFinding:
    step = "The reader gets an exclamation mark and a link. Take it out, or write the e-mail as HTML."
    return here.found(Level.WARNING, "unmade_image", number, "An image is not made from this form", step, source)


def _bare_link_findings(here: Place, number: int, text: str) -> Iterator[LintFinding]:
    for link in links.bare_links(text):
        has_stop = links.ends_with_a_stop(link)
        with_stop = " together with its punctuation, and the click leads to a 404" if has_stop else ""
        yield here.found(
            Level.BLOCKER,
            "bare_link",
            number,
            "There is a bare address in the text",
            f"Instantly links it automatically{with_stop}. Make it a link around a phrase.",
            link,
        )


def _glued_link_findings(here: Place, number: int, text: str) -> Iterator[LintFinding]:
    for link in links.glued_links(text):
        step = "Instantly links both together, which leads nowhere. Make a phrase the link, and put a space after it."
        title = "An address and the next sentence run together"
        yield here.found(Level.BLOCKER, "glued_link", number, title, step, link)


def _glued_words_findings(here: Place, number: int, one: Segment, after: Segment | None) -> Iterator[LintFinding]:
    """A link and a word without a space between them."""
    if after is None or (one.href is None) == (after.href is None):
        return
    ends = f"{one.text[-1:]}{after.text[:1]}"
    if len(ends) == 2 and ends.isalnum():
        step = "The reader sees one word. Put a space between them."
        words = f"{one.text.split()[-1]}{after.text.split()[0]}"
        yield here.found(Level.WARNING, "glued_words", number, "A link and a word run together", step, words)


def _doubtful_link_findings(here: Place, number: int, text: str) -> Iterator[LintFinding]:
    for link in links.doubtful_links(without_placeholders(text)):
        step = "Instantly may link it. Make it a link around a phrase; or put a space after the full stop."
        yield here.found(Level.WARNING, "doubtful_link", number, "This may be taken for an address", step, link)


def _anchor_findings(here: Place, number: int, text: str, href: str) -> Iterator[LintFinding]:
    target = href.strip()
    if not links.is_web_address(target) and not opt_out.is_link(target):
        yield here.found(
            Level.BLOCKER,
            "dead_link",
            number,
            "A link does not work",
            "Use a full address that begins with https://.",
            f"{text} → {target or '(no address)'}",
        )
    elif links.ends_with_a_stop(target):
        yield here.found(
            Level.BLOCKER,
            "stop_in_address",
            number,
            "Punctuation is part of a link's address",
            "The click leads to a 404. Move it out of the address, to after the link.",
            target,
        )
    if not links.is_a_phrase(text):
        yield here.found(
            Level.WARNING,
            "no_phrase",
            number,
            "A link shows an address instead of a phrase",
            "Use words that say what happens, such as “pick a time”.",
            text or target,
        )
    if links.ends_with_a_stop(text):
        yield here.found(
            Level.WARNING,
            "stop_in_link",
            number,
            "There is punctuation inside a link",
            "Put it after the link.",
            text,
        )
