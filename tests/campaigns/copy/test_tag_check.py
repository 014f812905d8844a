"""What Instantly replaces when it sends, and what only looks like it."""

from typing import Any

import pytest

from campaigns.copy import Level, LintFinding, lint
from campaigns.copy.variables import filled, needed_names

B, W, A = Level.BLOCKER, Level.WARNING, Level.ADVICE


def sequences(body: str, subject: str = "Hello") -> list[Any]:
    return [{"steps": [{"type": "email", "delay": 1, "variants": [{"subject": subject, "body": body}]}]}]


def found(line: str, **more: Any) -> list[tuple[Level, str]]:
    """The findings of an e-mail with this line."""
    return [(one.level, one.code) for one in lint(sequences(f"<div>{line}</div>"), **more)]


def only(line: str) -> LintFinding:
    (finding,) = lint(sequences(f"<div>{line}</div>"))
    return finding


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        # Formatting that cuts a variable into pieces.
        ("Hi {{<b>firstName</b>}}", ["markup_in_tag"]),
        ("Hi {{first<span>Name</span>}}", ["markup_in_tag"]),
        ("Hi {<b>{firstName}</b>}", ["markup_in_tag"]),
        ("Hi <b>{{firstName}}</b>", []),
        ("Hi {{firstName}}, {{first<b>Name</b>}}", ["markup_in_tag"]),
        ("Hi {% <b>if</b> firstName %}x{% endif %}", ["markup_in_tag"]),
        ("{% if first<i>Name</i> %}x{% endif %}", ["markup_in_tag"]),
        ("Hi {%<b> if firstName %}x{% endif </b>%}", ["markup_in_tag", "markup_in_tag"]),
        ("{% if firstName %}x{% endif %}{% if firstName %}x{<i>%</i> endif %}", ["markup_in_tag"]),
        ("{% assign day<wbr> = 'Monday' %}See you on {{day}}", ["markup_in_tag"]),
        ("<b>{% if firstName %}</b>x<i>{% endif %}</i>", []),
        ("Hi {{&nbsp;firstName}}", ["invisible_in_tag"]),
        ("Hi {{first\u200bName}}", ["invisible_in_tag"]),
        ("Hi {{firstName &#124; there}}", []),
        # Three braces.
        ("Hi {{{firstName}}}", ["triple_braces"]),
        ("Hi {{{{firstName}}}}", ["triple_braces"]),
        ("Hi {{{firstName}}", ["triple_braces"]),
        ("Hi {{firstName}}}", ["triple_braces"]),
        # What else is wrong with the line is not hidden by them.
        ("Hi {{{firstName}}}, %FIRSTNAME%", ["triple_braces", "foreign_placeholder"]),
        (r"Hi {{{firstName}}}\nI saw", ["triple_braces", "literal_newline"]),
        ("Hi {{{firstName}}} {{RANDOM | a | {{RANDOM | b | c}}}}", ["triple_braces", "nested_choice"]),
        # Escape sequences and markup as text.
        (r"Hi\nI saw", ["literal_newline"]),
        (r"Hi\r\nI saw", ["literal_newline"]),
        (r"Hi\tthere", ["literal_newline"]),
        (r"It is in C:\new\tools", []),
        ("Hi&lt;br&gt;I saw", ["literal_markup"]),
        ("Hi &lt;b&gt;Ada&lt;/b&gt;", ["literal_markup"]),
        ("Fish &amp;amp; chips", ["literal_markup"]),
        ("Fish &amp; chips, 3 &lt; 5", []),
        # Choices.
        ("{{RANDOM | Hi | Hello}} there", []),
        ("{Hi|Hello} there", ["single_spintax"]),
        ("{Hi|Hello|Hey} there", ["single_spintax"]),
        ("{{random | Hi | Hello}} there", ["choice"]),
        ("{{RANDOM: Hi | Hello}} there", ["choice"]),
        ("{{RANDOM}} there", ["choice"]),
        ("{{RANDOM | Hi}} there", ["choice"]),
        ("{{RANDOM | Hi | }} there", ["choice"]),
        ("{{RANDOM | Hi | {{RANDOM | Hello | Hey}}}} there", ["nested_choice"]),
        ("{{RANDOM | {{RANDOM | a | b}} | {{RANDOM | c | d}} }} there", ["nested_choice"]),
        ("{{RANDOM | it's you | that's you}} there", []),
        ("{{firstName | {{companyName}}}} there", ["nested_tag"]),
        ("{Hi|Hello {{firstName}}}", ["single_spintax"]),
        ("{Hi|Hello {{frstName}}}", ["single_spintax", "variable"]),
        ("{{{firstName}}|{{companyName}}}", ["single_spintax"]),
        ("{Hi|{Hello|Hey}}", ["single_spintax"]),
        ("{Hi|<b>Hello</b>} there", ["single_spintax"]),
        ("{Hi|Hello} {{{firstName}}}", ["single_spintax", "triple_braces"]),
        ("{{RANDOM | Hi | {Hello|Hey}}}", ["single_spintax"]),
        ("{{RANDOM | {Hi|Hey} there | Hello}}", ["single_spintax"]),
        ("{{RANDOM|{Hi|Hey}}}", ["single_spintax"]),
        ("{{firstName | {Hi|Hey}}}", ["single_spintax"]),
        ("{{{firstName|there}}}", ["triple_braces"]),
        # Names in single braces.
        ("Hi {firstName}", ["single_braces"]),
        ("Hi {first-name}", ["single_braces"]),
        ("Hi { FIRST_NAME }", ["single_braces"]),
        # Liquid.
        ("{% if firstName %}Hi {{firstName}}{% else %}Hi{% endif %}", []),
        ("{% if firstName %}Hi {{firstName}}", ["liquid"]),
        ("{% if firstName %}Hi{% endfor %}", ["liquid"]),
        ("Hi{% endif %}", ["liquid"]),
        ("{% iff firstName %}Hi{% endif %}", ["liquid"]),
        ("{% if firstName == %}Hi{% endif %}", ["liquid"]),
        ("{% comment %}Hi", ["liquid"]),
        ('Hi {{firstName | default: "there"}}', []),
        ("Hi {{firstName | capitalize}}", []),
        ('Hi {{firstName | truncate: 5, "..."}}', []),
        ('It is {{ "now" | date: "%A" }}', []),
        ("{% assign day = 'Monday' %}See you on {{day}}", []),
        ("{% if frstName %}Hi{% endif %}", ["variable"]),
    ],
)
def test_a_line_has_these_blockers(line: str, codes: list[str]) -> None:
    assert found(line) == [(B, code) for code in codes]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("{% <b>if</b> firstName %}", "Write {% if firstName %} without it."),
        ("{{first<b>Name</b>}}", "Write {{firstName}}, and format the whole of it."),
        ('{{<a href="https://example.com/a">firstName</a>}}', "Write {{firstName}}, and format the whole of it."),
        ("{{RANDOM | Hi {{first<b>Name</b>}} | Hello}}", "Write {{firstName}}, and format the whole of it."),
    ],
)
def test_formatting_inside_a_tag_is_quoted_as_it_is_written_and_the_right_form_is_named(
    written: str, right: str
) -> None:
    end = "x{% endif %}" if written.startswith("{%") else ""
    (first, *_) = lint(sequences(f"<div>Hi {written}{end}</div>"))
    assert (first.level, first.code, first.line) == (B, "markup_in_tag", 1)
    assert first.excerpt in written
    assert "<" in first.excerpt
    assert first.next_step.endswith(right)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("{Hi|Hello}", "The reader sees it as it is written. Write {{RANDOM | Hi | Hello}}."),
        ("{Hi|Hello {{firstName}}}", "Write {{RANDOM | Hi | Hello {{firstName}}}}. Verify with a test e-mail"),
        ("{{RANDOM | Hi | {Hello|Hey}}}", "Instantly picks from one level only. Write {{RANDOM | Hi | Hello | Hey}}."),
        ("{{RANDOM | {Hi|Hey} there | Hello}}", "Write {{RANDOM | Hi there | Hello | Hey there}}."),
        ("{Hi|{Hello|Hey}}", "Write {{RANDOM | Hi | Hello | Hey}}."),
        ("{Hi|}", "such as {{RANDOM | Hi | Hello}}."),
        (f"{{{'{a|b}' * 9}|c}}", "such as {{RANDOM | Hi | Hello}}."),
        ("{FirstName|there}", "Write {{firstName | there}}. For two texts: Write {{RANDOM | FirstName | there}}."),
        ("{Hi name|Hello}", "The reader sees it as it is written. Write {{RANDOM | Hi name | Hello}}."),
        ("[[Hi|Hello]]", "Write {{RANDOM | Hi | Hello}}."),
        ("{{#spin}}", "such as {{RANDOM | Hi | Hello}}."),
        ("{{Hi|Hello}}", "for texts to pick from, write {{RANDOM | Hi | Hello}}."),
    ],
)
def test_choices_that_are_not_spun_are_written_out_as_instantly_picks_from_them(written: str, right: str) -> None:
    finding = only(f"{written} there")
    assert finding.excerpt in written
    assert right in finding.next_step


def test_an_unfinished_liquid_tag_is_found_with_its_brace() -> None:
    assert found("{% if firstName Hi") == [(B, "braces"), (B, "liquid")] or found("{% if firstName Hi") == [
        (B, "liquid"),
        (B, "braces"),
    ]


def test_liquid_that_spans_lines_is_read_as_a_whole() -> None:
    body = "<div>{% if jobTitle %}</div><div>As {{jobTitle}} you know.</div><div>{% endif %}</div>"
    assert lint(sequences(body)) == []
    (unclosed,) = lint(sequences(body.replace("{% endif %}", "Bye")))
    assert (unclosed.code, unclosed.line) == ("liquid", None)
    (in_subject,) = lint(sequences("<div>Hi</div>", subject="{% if firstName %}Hi"))
    assert (in_subject.code, in_subject.line) == ("liquid", 0)


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("Hi %FIRSTNAME%", "{{firstName}}"),
        ("Hi %%first_name%%", "{{firstName}}"),
        ("Hi %recipient.first%", "{{firstName}}"),
        ("Hi [First Name]", "{{firstName}}"),
        ("Hi [FIRST_NAME]", "{{firstName}}"),
        ("Hi [[firstName]]", "{{firstName}}"),
        ("Hi [Insert their name here]", None),
        ("At [Company]", "{{companyName}}"),
        ("Hi &lt;&lt;name&gt;&gt;", "{{firstName}}"),
        ("Hi &lt;First Name&gt;", "{{firstName}}"),
        ("Hi «First Name»", "{{firstName}}"),
        ("Hi *|FNAME|*", "{{firstName}}"),
        ("Hi ${firstName}", "{{firstName}}"),
        ("Hi #{first_name}", "{{firstName}}"),
        ("Hi {!Contact.FirstName}", "{{firstName}}"),
        ("Hi {$name}", "{{firstName}}"),
        ("Hi {{contact.first_name}}", "{{firstName}}"),
        ("Hi {{ lead.company | upcase }}", "{{companyName}}"),
        ("Hi {{#if firstName}}", None),
        ("Hi {{$json.firstName}}", "{{firstName}}"),
        ("Hi %(name)s", "{{firstName}}"),
        ("Hi <%= first_name %>", "{{firstName}}"),
        ("Hi @@firstname@@", "{{firstName}}"),
        ("Hi $firstName,", "{{firstName}}"),
        ("At @company_name", "{{companyName}}"),
        ("Hi ｛｛firstName｝｝", "{{firstName}}"),
        ("[[Hi|Hello]] there", None),
        ("Stop: *|UNSUB|*", None),
        ("Stop: %unsubscribe%", "{unsubscribe_link}"),
        ("Stop: $[LI:UNSUBSCRIBE]$", "{unsubscribe_link}"),
        ("Stop: {{system.unsubscribeLink}}", "{unsubscribe_link}"),
        # With what stands in for an empty value, and with the table that a name is of.
        ("Hi [firstname,fallback=there]", "{{firstName}}"),
        ('Hi [firstname, fallback="there"]', "{{firstName}}"),
        ("Hi %FIRSTNAME|TITLECASE%", "{{firstName}}"),
        ("Hi %FIRSTNAME|TITLECASE|DEFAULT:there%", "{{firstName}}"),
        ('Hi [[data:firstname:"there"]]', "{{firstName}}"),
        ('Hi [[var:company:""]]', "{{companyName}}"),
        ('Hi [[FIRSTNAME OR "there"]]', "{{firstName}}"),
        ("Hi [% member:first_name %]", "{{firstName}}"),
        ("Hi [% member:first_name default:there %]", "{{firstName}}"),
        ("Hi $[FNAME|there]$", "{{firstName}}"),
        ("Hi *|FNAME:there|*", "{{firstName}}"),
        ("Hi {{lead.First Name:default=there}}", "{{firstName}}"),
        ("Hi {{lead.Company Name}}", "{{companyName}}"),
        ("Hi {{ personalization_token('contact.firstname', 'there') }}", "{{firstName}}"),
        ('Hi {{ first_name or "there" }}', "{{firstName}}"),
        ('Hi {{insert name "default=there"}}', "{{firstName}}"),
        ("Hi {!contact:firstname;there}", "{{firstName}}"),
        ('Hi {$name|default:"there"}', "{{firstName}}"),
        ("Hi [Name | du]", "{{firstName}}"),
        ("Hi ~Contact.FirstName~", "{{firstName}}"),
        ("Hi ~Contact._PainPoint~", None),
        # Between two signs.
        ("Hi #FNAME#", "{{firstName}}"),
        ("Hi #Vorname#", "{{firstName}}"),
        ("Hi @FIRSTNAME@", "{{firstName}}"),
        ("Hi $FIRSTNAME$", "{{firstName}}"),
        ("Hi ~NAME~", "{{firstName}}"),
        ("Hi __FirstName__", "{{firstName}}"),
        ("Hi -first_name-", "{{firstName}}"),
        ("Hi --First Name--", "{{firstName}}"),
        ("Hi %%=v(@first_name)=%%", None),
        ("Hi %%First Name%%", "{{firstName}}"),
        # In other languages.
        ("Hallo [Vorname]", "{{firstName}}"),
        ("Hallo «Vorname»", "{{firstName}}"),
        ("Hallo &lt;Vorname&gt;", "{{firstName}}"),
        ("Bonjour [Prénom]", "{{firstName}}"),
        ("Bonjour « Prénom »", "{{firstName}}"),
        ("Bonjour %Prénom%", "{{firstName}}"),
        ("Bonjour [Votre prénom]", "{{firstName}}"),
        ("Bonjour [Nom de l'entreprise]", "{{companyName}}"),
        ("Hola [Nombre]", "{{firstName}}"),
        ("Hola [Apellidos]", "{{lastName}}"),
        ("Hallo [Voornaam]", "{{firstName}}"),
        ("Cześć [Imię]", "{{firstName}}"),
        ("Bei [Firma]", "{{companyName}}"),
        ("[Anrede]", None),
        ("At [Company Name]", "{{companyName}}"),
    ],
)
def test_placeholders_of_other_tools_block_and_name_the_right_form(line: str, right: str | None) -> None:
    finding = only(line)
    assert (finding.level, finding.code) == (B, "foreign_placeholder")
    assert right is None or finding.next_step == f"The reader sees it as it is written. Write {right}."


@pytest.mark.parametrize(
    "line",
    [
        "100% of the 50% we met",
        "Between 5% and 9%",
        "See the deck [PDF] and note [1]",
        "He said «bonjour» to us",
        "a < b and c > d",
        "Save ${{amount | 100}} today!{{firstName}}",
        "C# and a 1:1 | 2:1 ratio",
        "snake_case and __init",
        "Ask us @ the fair",
        "Mail ada@firstname.example.com or see @lastnames",
        "Pay $500 for the job title",
        # Brackets and quotation marks.
        "[link] [here] [PDF] [m/w/d] [sic] [...] [zzgl. MwSt.] [Anhang] [voir annexe] [siehe Anlage 1]",
        "She said “[the company] grew [last year]” [name changed] [Name geändert]",
        "[Contact us], [Email me], [Learn more]",
        "Il a dit « bonjour », « merci » et «à bientôt»",
        "Le « contact humain », «notre client», «votre date» et la « société »",
        "Cliquez sur « Contact » ou « Position »",
        "Das Wort «Kunde» und «die Firma»",
        "if a &lt; name and b &gt; c",
        "Ada &lt;ada@example.com&gt;",
        "&lt;&lt; bonjour &gt;&gt;",
        "List&lt;Company&gt; in code",
        # Signs.
        "10%bis20% und 50%ige Rabatte, 5% off|10% off",
        "#sales #marketing #company#news and #1#",
        "~10 € bis ~20 €, ~5 % ~ 6 %",
        "__init__ and __main__, array[my_index], items[name], x[[1]]",
        "A well-known- company -wide- offer, -company-",
        "Name|Firma|Ort and *name*",
    ],
)
def test_text_that_only_looks_like_a_placeholder_does_not_block(line: str) -> None:
    assert [code for level, code in found(line, custom_variables=["amount"]) if level == B] == []


@pytest.mark.parametrize(
    "line", ["&lbrace;&lbrace;firstName&rbrace;&rbrace;", "&#123;{firstName}}", "{{firstName&#x7D;}"]
)
def test_a_brace_that_is_written_as_an_entity_is_a_warning(line: str) -> None:
    assert found(f"Hi {line}") == [(W, "encoded_brace")]


def test_a_placeholder_that_the_parser_takes_for_an_element_blocks() -> None:
    assert found("Hi <firstname>, hello") == [(B, "unknown_element")]
    assert "unknown_element" in [code for _, code in found("Hi <<name>>, hello")]
    assert found("Hi <o:p></o:p><b>there</b><center>x</center>") == []


def test_an_encoded_address_is_no_placeholder_and_a_placeholder_in_one_is_found() -> None:
    assert found('<a href="https://example.com/a%C3%BC%20b%2Fc">pick a time</a>') == []
    assert found('<a href="https://example.com/?e=%EMAIL%">pick a time</a>') == [(B, "foreign_placeholder")]
    assert found('<a href="https://example.com/?e={{{email}}}">pick a time</a>') == [(B, "triple_braces")]


# -- attributes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "codes"),
    [
        ('<img alt="{first_name}">', ["single_braces"]),
        ('<img alt="{first_name}"/>', ["single_braces"]),
        ('<img src="https://example.com/{{{email}}}.png">', ["triple_braces"]),
        ('<img src="https://example.com/{email}.png" alt="*|FNAME|*">', ["single_braces", "foreign_placeholder"]),
        ('<a href="https://example.com/a" title="{first_name}">see it</a>', ["single_braces"]),
        ('<span title="Hi [First Name]">x</span>', ["foreign_placeholder"]),
        (r'<img alt="one\ntwo">', ["literal_newline"]),
        ('<td background="https://example.com/{{emial}}.png">x</td>', ["variable"]),
        ('<span style="color: {{emial}}">x</span>', ["variable"]),
        ('<img alt="{% if firstName %}x">', ["liquid"]),
        ('<img alt="{% if frstName %}x{% endif %}">', ["variable"]),
        ('<a href="https://example.com/{% if email %}a">see it</a>', ["liquid"]),
        ('<a href="https://example.com/{% if email %}a{% endif %}">see it</a>', []),
        ('<a href="{% if website %}https://{{website}}{% endif %}">see it</a>', []),
        ('<img alt="Our [logo], 100% of it" src="https://example.com/a%C3%BC.png" width="100%">', []),
        ('<span data-sheets-value="{&quot;1&quot;:2}" class="__x__">x</span>', []),
        ('<img alt="{{firstName}}" src="https://example.com/{{email}}.png">', []),
    ],
)
def test_what_is_in_an_attribute_is_checked_as_text_and_addresses_are(element: str, codes: list[str]) -> None:
    assert [one for level, one in found(f"Hi {element}") if level == B] == codes


def test_an_attribute_of_a_block_is_of_its_line_or_the_next_that_has_one() -> None:
    def lines(body: str) -> list[int | None]:
        return [one.line for one in lint(sequences(body)) if one.code == "single_braces"]

    assert lines('<div>Hi</div><div title="{first_name}">there</div>') == [2]
    assert lines('<div title="{first_name}"><div>Hi</div></div>') == [1]
    assert lines('<div>Hi</div><table title="{first_name}"></table>') == [2]
    assert lines('<div>Hi</div><div title="{first_name}">') == [1]


def test_a_usual_name_in_the_address_of_a_link_is_found_and_an_index_is_none() -> None:
    def in_address(query: str) -> list[str]:
        return [code for level, code in found(f'<a href="https://example.com/{query}">see it</a>') if level == B]

    for query in ("?n=~Contact.FirstName~", "?n=[email]", "?n=%EMAIL%", "?n=&lt;Vorname&gt;"):
        assert in_address(query) == ["foreign_placeholder"]
    for query in ("?filter[name]=x", "~ada/a%20b", "?a[0]=[1]", "a-name-b", "?q=%C3%A9%2Fcompany"):
        assert in_address(query) == []


def test_the_full_stop_of_a_placeholder_makes_no_address() -> None:
    assert found("Hi ~Contact.FirstName~") == [(B, "foreign_placeholder")]


# -- opt-out ---------------------------------------------------------------------------------------


def test_the_opt_out_tag_in_single_braces_is_accepted_and_a_test_is_advised() -> None:
    for line in ("Stop: {unsubscribe_link}", '<a href="{unsubscribe_link}">unsubscribe</a>'):
        finding = only(line)
        assert (finding.level, finding.code) == (A, "opt_out")
        assert "Sources disagree" in finding.next_step
        assert "Verify with a test e-mail" in finding.next_step


@pytest.mark.parametrize("tag", ["{{unsubscribe_link}}", "{{unsubscribeLink}}", "{{ unsubscribe }}"])
def test_double_braces_around_the_opt_out_tag_are_a_warning(tag: str) -> None:
    finding = only(f"Stop: {tag}")
    assert (finding.level, finding.code) == (W, "opt_out_braces")
    assert "{unsubscribe_link}" in finding.next_step
    assert "Verify with a test e-mail" in finding.next_step
    assert needed_names(sequences(f"<div>{tag}</div>")) == ()


@pytest.mark.parametrize("tag", ["{unsubscribe}", "{UNSUBSCRIBE_LINK}", "{unsubscribeLink}"])
def test_another_spelling_of_the_opt_out_tag_blocks(tag: str) -> None:
    finding = only(f"Stop: {tag}")
    assert (finding.level, finding.code) == (B, "single_braces")
    assert finding.next_step.startswith("Write {unsubscribe_link}.")


def test_formatting_inside_the_opt_out_tag_blocks() -> None:
    assert (B, "markup_in_tag") in found("Stop: {<b>unsubscribe_link</b>}")


# -- variables inside choices ----------------------------------------------------------------------


def test_a_variable_inside_a_choice_is_a_warning_and_is_checked_itself() -> None:
    assert found("{{RANDOM | Hi {{firstName}} | Hello}}") == [(W, "variable_in_choice")]
    assert found("{{RANDOM | Hi {{frstName}} | Hello}}") == [(B, "variable"), (W, "variable_in_choice")]
    assert needed_names(sequences("<div>{{RANDOM | Hi {{firstName}} | Hello}}</div>")) == ("firstName",)


def test_a_choice_is_shown_with_its_first_text_and_its_variables() -> None:
    text = "{{RANDOM | Hi {{firstName}} | Hello}}, {{jobTitle | default: 'you'}}"
    assert "".join(part for part, _ in filled(text, {"firstName": "Ada"})) == "Hi Ada, you"


def test_a_variable_that_a_condition_asks_for_is_not_needed() -> None:
    body = "<div>{% if jobTitle %}As {{jobTitle}}{% endif %} at {{companyName}}</div>"
    assert needed_names(sequences(body)) == ("companyName",)
    assert filled("{% if jobTitle %}x", {}) == [("{% if jobTitle %}", True), ("x", False)]
