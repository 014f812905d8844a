"""Advice about copy: what makes mail look like bulk mail. It never blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.copy.body import Body

# Assumed: phones show about 40 characters of a subject, desktop programs about 60.
LONGEST_SUBJECT = 60
_TAG = re.compile(r"\{\{[^{}]*\}\}")
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)
# Assumed: phrases that mail filters weigh; whole phrases only, so that common words are not reported.
_TRIGGERS = re.compile(
    r"\b(act now|100% free|risk[- ]free|no obligation|limited time|click here|buy now|cash bonus|guaranteed"
    r"|winner|earn money|double your|free trial|once in a lifetime|this is not spam|order now|urgent)\b",
    re.IGNORECASE,
)
# From the beginning of a word only: one word of ten thousand letters would be tried from each of them.
_ALL_CAPS = re.compile(r"(?<![A-Z])[A-Z]{4,}(?:\s+[A-Z]{4,})+")


@dataclass(frozen=True)
class Hint:
    """One piece of advice."""

    code: str
    title: str
    next_step: str
    excerpt: str = ""


def hints(subject: str, html: str, body: Body) -> Iterator[tuple[int | None, Hint]]:
    """Yield (line, advice); line 0 is the subject, None the whole body."""
    length = len(_TAG.sub("x" * 8, subject).strip())
    if length > LONGEST_SUBJECT:
        title = f"The subject has about {length} characters"
        yield 0, Hint("long_subject", title, f"Phones cut it off; keep it below {LONGEST_SUBJECT}.", subject)
    if _IMAGE.search(html):
        yield None, Hint("image", "The e-mail contains an image", "Plain text lands in the inbox more often.")
    texts = [subject, *(line.text for line in body.lines)]
    for number, text in enumerate(texts):
        found = _TRIGGERS.search(text)
        if found:
            step = "Spam filters weigh this wording; rephrase it."
            yield number, Hint("spam_words", "Wording that spam filters know", step, found[0])
        capitals = _ALL_CAPS.search(text)
        if capitals or "!!" in text:
            step = "Use normal letters and at most one exclamation mark."
            yield (
                number,
                Hint(
                    "all_caps", "Capital letters or repeated exclamation marks", step, capitals[0] if capitals else "!!"
                ),
            )
