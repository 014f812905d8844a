"""The words of the demo campaigns: our own, in the form that survives the vendor's sanitizer."""

from typing import Any

_LINK = '<a href="https://example.com/clarity">pick a time</a>.'
_BLANK = "<div><br></div>"

# Each campaign: days to wait after the step, subject ("" stays in the thread), lines of the body ("" is a blank line).
_EXECUTIVE = (
    (
        3,
        "A question about your bench at {{companyName}}",
        "Hi {{firstName}},",
        "",
        "Most leadership teams I speak with have a plan for the role and none for the person leaving it.",
        "Is that on your desk at {{companyName}} this quarter?",
        "",
        f"If it is, {_LINK}",
    ),
    (
        4,
        "",
        "Hi {{firstName}},",
        "",
        "One thing that helped a peer of yours: ask each director who could hold their chair for ninety days.",
        "The pauses before the answers were the agenda for the next board meeting.",
        "",
        f"Happy to share the one-page version, {_LINK}",
    ),
    (
        0,
        "Closing the loop",
        "Hi {{firstName}},",
        "",
        "I have not heard back, so I will take it that the timing is wrong and leave it here.",
        f"Should it come up at {{{{companyName}}}} later, {_LINK}",
    ),
)
_PARTNERSHIPS = (
    (
        3,
        "{{companyName}} and the members we share",
        "Hi {{firstName}},",
        "",
        "We run small working sessions for people who have just taken on a larger team.",
        "Some of them are your members, and I think the two programmes would fit together.",
        "",
        f"Would a short call make sense? If so, {_LINK}",
    ),
    (
        4,
        "",
        "Hi {{firstName}},",
        "",
        "To make it concrete: you lend the room and the invitation, we bring the session and the material.",
        "Nobody is sold anything in it.",
        "",
        f"If that sounds fair, {_LINK}",
    ),
    (
        0,
        "Last note on working together",
        "Hi {{firstName}},",
        "",
        "I will not keep writing. If {{companyName}} plans its next season later in the year,",
        f"you can always {_LINK}",
    ),
)
_PRACTITIONER = (
    (
        3,
        "How do you hand over at {{companyName}}?",
        "Hi {{firstName}},",
        "",
        "I collect how practitioners hand work over when somebody changes roles.",
        "The good ones fit on a page, and I would like to learn how yours looks.",
        "",
        f"Could we compare notes? If you like, {_LINK}",
    ),
    (
        4,
        "",
        "Hi {{firstName}},",
        "",
        "A small trade: you tell me what works in your handovers, I send you the five best we have seen.",
        "",
        f"Twenty minutes are enough, {_LINK}",
    ),
    (
        0,
        "Shall I close this?",
        "Hi {{firstName}},",
        "",
        "No answer is an answer too, so this is my last note.",
        f"If handovers become a topic, {_LINK}",
    ),
)
VOICES = {"executive": _EXECUTIVE, "partnerships": _PARTNERSHIPS, "practitioner": _PRACTITIONER}


def sequences(voice: str) -> list[dict[str, Any]]:
    """Return the steps of one voice as the API wants them.

    Source: instantly-facts.md §5, Body HTML (Law 4) and §6.11 (Law 5).
    """
    steps = []
    for delay, subject, *lines in VOICES[voice]:
        body = "".join(f"<div>{line}</div>" if line else _BLANK for line in lines)
        variant = {"subject": subject, "body": body}
        steps.append({"type": "email", "delay": delay, "delay_unit": "days", "variants": [variant]})
    return [{"steps": steps}]
