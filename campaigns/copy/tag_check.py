"""The rules for what Instantly replaces when it sends: variables, choices, Liquid, and what only looks like one."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from campaigns.copy import liquid, opt_out, spintax, variables
from campaigns.copy.body import KNOWN_TAGS, Attribute, Body, Line
from campaigns.copy.findings import Level, LintFinding, Place
from campaigns.copy.placeholders import foreign_placeholders
from campaigns.copy.usual_names import meant_by, name_of
from campaigns.copy.variables import CHOICE, Tag

_AS_WRITTEN = "The reader sees it as it is written."
_TRIPLE = re.compile(r"\{{3,}[^{}]*\}*|\}{3,}")
_MANY_BRACES = re.compile(r"\{{3,}|\}{3,}")
_SPIN = re.compile(r"(?:end)?spin", re.IGNORECASE)
_CHOICE_LIKE = re.compile(rf"{CHOICE}\b", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u2060\ufeff]")
# A path of Windows is no escape sequence.
_PATH = re.compile(r"\b[A-Za-z]:\\\S*|\\\\\w[\w.]*\\\S*")
_ESCAPED = re.compile(r"\\(?:r\\n|n|r|t)")
_ENCODED_BRACE = re.compile(r"&(?:[lr]brace|[lr]cub|#0*12[35]|#x0*7[bd]);", re.IGNORECASE)
_MARKUP = re.compile(
    rf"</?(?:{'|'.join(sorted(KNOWN_TAGS))})\b[^<>]*>"
    r"|&(?:nbsp|amp|lt|gt|quot|apos|#\d{1,6}|#x[0-9a-f]{1,5});",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Known:
    """The names that leads have; `is_complete`: a name that is not among them is certainly missing."""

    names: Collection[str]
    is_complete: bool
    own: frozenset[str]


def tag_findings(
    here: Place, subject: str, html: str, body: Body, known: Collection[str], *, is_complete: bool
) -> Iterator[LintFinding]:
    """Check the subject (line 0), every line of the body, and the Liquid of the whole."""
    texts = [subject, *(line.text for line in body.lines)]
    attributes = [(number, one.value) for number, line in enumerate(body.lines, start=1) for one in _attributes(line)]
    whole = "\n".join([*texts, *(value for _, value in attributes)])
    facts = _Known(known, is_complete, liquid.assigned(whole))
    for number, text in enumerate(texts):
        yield from _text_findings(here, text, number, facts)
        if number:
            yield from _markup_findings(here, number, body.lines[number - 1])
            for one in _attributes(body.lines[number - 1]):
                yield from _text_findings(here, one.value, number, facts, is_address=one.is_address)
    if encoded := _ENCODED_BRACE.search(html):
        title = f"A brace is written as “{encoded[0]}”"
        step = "Instantly looks for braces as they are typed, and may not find this variable. Type the brace itself."
        yield here.found(Level.WARNING, "encoded_brace", None, title, step, encoded[0])
    # An attribute with Liquid is complete by itself, as it is shown.
    for where, text in ((0, subject), (None, "\n".join(texts[1:])), *attributes):
        if problem := liquid.problem_of(text):
            title = "The Liquid of this e-mail is not complete"
            step = "Close what is open, or take it out: the e-mail is sent broken or not at all."
            yield here.found(Level.BLOCKER, "liquid", where, title, step, problem)
    in_conditions = liquid.asked_in_conditions(whole)
    for name in sorted((in_conditions | liquid.asked_in_others(whole)) - facts.own - set(known)):
        yield _unknown_in_liquid(here, name, facts, is_condition=name in in_conditions)


def _attributes(line: Line) -> list[Attribute]:
    """What a line sends besides its text, beginning with the addresses of its links."""
    return [*(Attribute(one.href, is_address=True) for one in line.segments if one.href), *line.attributes]


def _unknown_in_liquid(here: Place, name: str, known: _Known, *, is_condition: bool) -> LintFinding:
    """A variable that Liquid reads and that leads may not have: nothing is missing in the text, a choice is made."""
    meant = variables.nearest_name(name, known.names)
    level = Level.BLOCKER if meant is not None or known.is_complete else Level.WARNING
    if meant is not None:
        return here.found(level, "variable", None, f"The variable {name} is not known", f"Did you mean {meant}?", name)
    step = "Leads without it get what the copy says for an empty value. Import it as a column, or take it out."
    where = "condition" if is_condition else "Liquid tag"
    return here.found(level, "variable", None, f"The variable {name}, which a {where} reads, is unknown", step, name)


def _text_findings(
    here: Place, text: str, line: int, known: _Known, *, is_address: bool = False
) -> Iterator[LintFinding]:
    spun = spintax.groups(text)
    yield from _spintax_findings(here, text, line, spun)
    # What else is wrong with the line is found as if its texts stood there without them.
    text = spintax.without_groups(text, spun)
    triples = [triple[0] for triple in _TRIPLE.finditer(_without_nested(text))]
    if triples:
        step = "Instantly replaces what is in two braces; a third one stays. Write {{firstName}}."
        yield here.found(Level.BLOCKER, "triple_braces", line, "There are three braces in a row", step, triples[0])
    # What else is wrong with the line is found as if two braces stood there.
    for source in triples:
        text = text.replace(source, _MANY_BRACES.sub(lambda run: run[0][:2], source))
    for one in foreign_placeholders(text, is_address=is_address):
        meant = meant_by(one.name) or variables.nearest_name(one.name, known.names)
        text = text.replace(one.source, " ")
        title = f"{one.source} is a placeholder of another tool"
        step = f"{_AS_WRITTEN} {_right_form(one.name, meant)}"
        yield here.found(Level.BLOCKER, "foreign_placeholder", line, title, step, one.source)
    if not is_address:
        yield from _code_findings(here, text, line)
    if not variables.are_braces_balanced(text):
        step = "Close it, or the reader sees the braces."
        yield here.found(Level.BLOCKER, "braces", line, "A brace is not matched", step, text)
        return
    for start, end in variables.single_braced(text):
        yield _single_braces(here, line, text[start:end], known)
    for tag in variables.tags_in(text):
        yield from _tag_findings(here, line, tag, known)


def _spintax_findings(here: Place, text: str, line: int, spun: list[spintax.Group]) -> Iterator[LintFinding]:
    outer = list(variables.outer_tags(spintax.without_groups(text, spun)))
    for group in spintax.outermost(spun):
        source, choices = text[group.start : group.end], group.choices(text)
        place = bisect_left(outer, group.start, key=lambda one: one[0])
        around = outer[place - 1] if place and group.end < outer[place - 1][1] else None
        step = f"{_AS_WRITTEN} {_right_choice(source)}"
        meant = name_of(choices[0])
        if around is not None and around[2].is_choice:
            inside = text[around[0] + 2 : around[1] - 2].strip().removeprefix(CHOICE)
            step = f"Instantly picks from one level only. {_right_choice(inside)}"
        elif around is not None:
            step = f"Instantly picks from no choice that is in a variable. {_right_choice(source)}"
        elif meant and len(choices) == 2:
            step = f"{_AS_WRITTEN} Write {{{{{meant} | {choices[1].strip()}}}}}. For two texts: {_right_choice(source)}"
        yield here.found(Level.BLOCKER, "single_spintax", line, f"{source} is not spun by Instantly", step, source)


def _right_choice(written: str) -> str:
    """How texts are written that Instantly picks from, with those of this choice where they are few."""
    made = [one.strip() for text in spintax.texts(written) for one in variables.parts(text)]
    choices = [one for one in dict.fromkeys(made) if one]
    if len(choices) < 2:
        return f"Write the choices side by side, such as {{{{{CHOICE} | Hi | Hello}}}}."
    verify = " Verify with a test e-mail that Instantly replaces the variable in it." if "{{" in written else ""
    return f"Write {{{{{CHOICE} | {' | '.join(choices)}}}}}.{verify}"


def _without_nested(text: str) -> str:
    """The text without tags that contain others: their last braces stand in a row rightly."""
    for tag in variables.tags_in(text):
        if tag.inner and not tag.source.startswith("{{{"):
            text = text.replace(tag.source, " ")
    return text


def _right_form(name: str, meant: str | None) -> str:
    if opt_out.is_name(re.split(r"[.:]", name)[-1]):
        return f"Write {opt_out.TAG}."
    if not meant and ("|" in name or _SPIN.match(name)):
        return _right_choice(f"{{{name}}}")
    return f"Write {{{{{meant}}}}}." if meant else "Write the variable of Instantly, such as {{firstName}}."


def _code_findings(here: Place, text: str, line: int) -> Iterator[LintFinding]:
    escaped = _ESCAPED.search(_PATH.sub(" ", text))
    if escaped:
        title = f"“{escaped[0]}” is written out in the text"
        step = f"{_AS_WRITTEN} Begin a new line with its own <div> instead."
        yield here.found(Level.BLOCKER, "literal_newline", line, title, step, text)
    markup = _MARKUP.search(text)
    if markup:
        title = f"“{markup[0]}” is written out in the text"
        yield here.found(Level.BLOCKER, "literal_markup", line, title, f"{_AS_WRITTEN} Take it out.", text)


def _single_braces(here: Place, line: int, written: str, known: _Known) -> LintFinding:
    inside = written[1:-1].strip()
    if written == opt_out.TAG:
        return here.found(Level.ADVICE, "opt_out", line, f"{written} is not confirmed", opt_out.VERIFY, written)
    if opt_out.is_name(inside):
        step = f"Write {opt_out.TAG}. {opt_out.VERIFY}"
        return here.found(Level.BLOCKER, "single_braces", line, f"{written} is not a variable", step, written)
    meant = meant_by(inside) or variables.nearest_name(inside, known.names) or inside
    step = f"{_AS_WRITTEN} Write {{{{{meant}}}}}."
    return here.found(Level.BLOCKER, "single_braces", line, f"{written} is not a variable", step, written)


def _tag_findings(here: Place, line: int, tag: Tag, known: _Known) -> Iterator[LintFinding]:
    if _INVISIBLE.search(tag.source):
        title = f"There is an invisible character inside {tag.source}"
        step = "Instantly does not recognise it. Type the variable anew."
        yield here.found(Level.BLOCKER, "invisible_in_tag", line, title, step, tag.source)
        return
    if tag.is_choice:
        yield from _choice_findings(here, line, tag, known)
    elif _CHOICE_LIKE.match(tag.name):
        step = f"Write {{{{{CHOICE} | Hi | Hello}}}}: in capitals, with a bar before each choice."
        yield here.found(Level.BLOCKER, "choice", line, f"{tag.source} is not a choice", step, tag.source)
    elif tag.inner:
        step = "Instantly does not replace a variable inside another one. Use one of them, or a Liquid condition."
        yield here.found(Level.BLOCKER, "nested_tag", line, "There is a variable inside a variable", step, tag.source)
    elif opt_out.is_name(tag.name):
        title = f"{tag.source} may stay as it is written"
        step = f"A public code base and a help article say that only {opt_out.TAG} works. {opt_out.VERIFY}"
        yield here.found(Level.WARNING, "opt_out_braces", line, title, step, tag.source)
    elif tag.name not in known.names and tag.name not in known.own and not _is_text(tag):
        yield from _unknown_name(here, line, tag.source, tag.name, tag.fallback, known)


def _markup_findings(here: Place, number: int, line: Line) -> Iterator[LintFinding]:
    """Formatting that cuts what Instantly replaces: the reader's text does not show it, and what is sent has it."""
    text = line.text
    in_liquid = frozenset(liquid.tag_spans(text))
    singles = [(start, end) for start, end in variables.single_braced(text) if "|" not in text[start:end]]
    for start, end in [*variables.replaced_spans(text), *singles, *sorted(in_liquid)]:
        source = text[start:end]
        is_choice = source.startswith(f"{{{{{CHOICE}")
        if not line.cuts_inside(start, end):
            continue
        step = f"Instantly does not recognise it. Write {source}, and format the whole of it."
        if (start, end) in in_liquid:
            step = f"Liquid cannot be read with it: the e-mail is sent broken or not at all. Write {source} without it."
        elif is_choice:
            step = "Format the whole of it instead, or verify with a test e-mail."
        # Whole choices may be formatted; whether Instantly keeps that is not documented.
        level = Level.WARNING if is_choice else Level.BLOCKER
        title = f"There is formatting inside {source}"
        yield here.found(level, "markup_in_tag", number, title, step, line.written(start, end))


def _is_text(tag: Tag) -> bool:
    """Whether it shows a text of its own through a filter, such as `{{ "now" | date: "%A" }}`."""
    return not tag.name and "|" in tag.source


def _choice_findings(here: Place, line: int, tag: Tag, known: _Known) -> Iterator[LintFinding]:
    if any(inner.is_choice or inner.inner for inner in tag.inner):
        step = "Instantly picks from one level only. Write the choices side by side."
        yield here.found(Level.BLOCKER, "nested_choice", line, "There is a choice inside a choice", step, tag.source)
        return
    if len(tag.choices) < 2 or not all(tag.choices):
        title = "A choice is empty or has only one text"
        step = f"Write at least two, such as {{{{{CHOICE} | Hi | Hello}}}}."
        yield here.found(Level.BLOCKER, "choice", line, title, step, tag.source)
    if tag.inner:
        title = "There is a variable inside a choice"
        step = "Not every source says that Instantly replaces it. Verify with a test e-mail."
        yield here.found(Level.WARNING, "variable_in_choice", line, title, step, tag.source)
    for inner in tag.inner:
        yield from _tag_findings(here, line, inner, known)


def _unknown_name(
    here: Place, line: int | None, source: str, name: str, fallback: str | None, known: _Known
) -> Iterator[LintFinding]:
    meant = variables.nearest_name(name, known.names)
    if meant is None and not name:
        title, next_step = "A variable has no name", "Write its name between the braces."
    elif meant is not None:
        title, next_step = f"{source} is not a variable", f"Did you mean {{{{{meant}}}}}?"
    elif fallback is not None:
        title = f"{source} is unknown"
        next_step = f"Import it as a column; for texts to pick from, write {{{{{CHOICE} | {name} | {fallback}}}}}."
    elif usual := name_of(name):
        title, next_step = f"{source} is unknown", f"Write {{{{{usual}}}}}; or import it as a column."
    else:
        title = f"{source} is unknown"
        next_step = "Leads without it get an e-mail with a gap. Import it as a column, or add a fallback."
    is_certain = meant is not None or not name or known.is_complete
    level = Level.BLOCKER if is_certain and fallback is None else Level.WARNING
    yield here.found(level, "variable", line, title, next_step, source)
