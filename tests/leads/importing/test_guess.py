"""The guessed mapping of a file, and what only a person can decide."""

from hypothesis import given
from hypothesis import strategies as st

from leads.importing.guess import answered, guess_columns, own_variable, with_answer
from leads.importing.mapping import FIELDS, check_mapping

ADA, BO = "ada@north.example.com", "bo@south.example.com"


def test_headers_in_several_languages_are_recognised() -> None:
    header = ["E-Mail-Adresse", "Vorname", "Nachname", "Firma", "Job Title", "Phone Number", "Web site"]
    assert list(guess_columns(header).mapping.values()) == [
        "email", "first_name", "last_name", "company_name", "job_title", "phone", "website",
    ]  # fmt: skip


def test_columns_in_any_script_are_kept_and_the_page_says_as_what() -> None:
    guess = guess_columns(["メールアドレス", "姓", "名", "会社名", "備考"], [[ADA, "山田", "太郎", "山田商店", "x"]])
    assert list(guess.mapping.values()) == ["email", "last_name", "first_name", "company_name", "custom:beiKao"]
    assert guess.remarks == ["“備考” is kept as variable {{beiKao}}."]
    assert guess.asks == []


def test_an_unknown_column_becomes_a_variable_of_its_name() -> None:
    assert guess_columns(["Email", "Recent News (2026)", "!!!"]).mapping == {
        "Email": "email",
        "Recent News (2026)": "custom:recentNews2026",
        "!!!": "custom:column3",
    }


def test_a_second_column_for_a_field_becomes_a_variable() -> None:
    mapping = guess_columns(["Email", "Company", "Firma"]).mapping
    assert (mapping["Company"], mapping["Firma"]) == ("company_name", "custom:firma")


def test_of_two_columns_for_a_field_the_one_with_its_very_name_is_taken() -> None:
    mapping = guess_columns(["email", "imie", "first_name"]).mapping
    assert (mapping["imie"], mapping["first_name"]) == ("custom:imie", "first_name")


def test_variables_with_reserved_or_equal_names_are_numbered() -> None:
    header = ["Email", "id", "status", "campaign", "Hook", "hook", "__proto__"]
    assert list(guess_columns(header, [[ADA, "7", "active", "Old", "x", "y", "p"]]).mapping.values()) == [
        "email", "custom:id2", "custom:status2", "custom:campaign2", "custom:hook", "custom:hook2", "custom:proto",
    ]  # fmt: skip


def test_the_columns_of_the_failed_rows_file_are_ignored() -> None:
    guessed = guess_columns(["Email", "reason", "reason_detail"]).mapping
    assert [guessed["reason"], guessed["reason_detail"]] == ["ignore", "ignore"]


def test_the_address_is_asked_for_and_the_candidates_are_harmless_meanwhile() -> None:
    guess = guess_columns(["Work Email", "Personal Email"], [[ADA, BO]])
    assert [(ask.what, ask.choices, ask.target) for ask in guess.asks] == [
        ("email", ["Work Email", "Personal Email"], "email")
    ]
    assert guess.mapping == {"Work Email": "custom:workEmail", "Personal Email": "custom:personalEmail"}
    assert guess.asks[0].hint == "Choose on the page, or with --map 'Work Email=email'."


def test_only_a_repeated_name_of_a_field_is_asked_about() -> None:
    header = ["Email", "Notes", "Notes 2", "Phone", "Phone 2"]
    repeated = {"Notes 2": "Notes", "Phone 2": "Phone"}
    guess = guess_columns(header, [[ADA, "x", "y", "1", "2"]], repeated=repeated)
    assert [(ask.what, ask.choices, ask.target) for ask in guess.asks] == [
        ("duplicate_columns", ["Phone", "Phone 2"], "phone")
    ]
    assert guess.mapping == {
        "Email": "email",
        "Notes": "custom:notes",
        "Notes 2": "custom:notes2",
        "Phone": "",
        "Phone 2": "",
    }


def test_a_repeated_address_column_is_asked_about_even_if_one_is_empty() -> None:
    guess = guess_columns(["Email", "Email 2"], [[ADA, ""]], repeated={"Email 2": "Email"})
    assert [(ask.what, ask.choices) for ask in guess.asks] == [("duplicate_columns", ["Email", "Email 2"])]
    assert "email" not in guess.mapping.values()


def test_a_column_that_marks_people_gets_its_target_or_a_question() -> None:
    header = ["Email", "Unsubscribed", "Opt"]
    guess = guess_columns(header, [[ADA, "yes", "yes"], [BO, "no", "no"]])
    assert guess.mapping == {"Email": "email", "Unsubscribed": "unsubscribed", "Opt": ""}
    assert [ask.choices for ask in guess.asks] == [["Opt=consent", "Opt=unsubscribed", "Opt=ignore"]]


def test_other_columns_with_addresses_are_remarked_on() -> None:
    guess = guess_columns(["Email", "Owner Email"], [[ADA, BO]])
    assert guess.remarks == ["“Owner Email” holds addresses too and becomes a variable."]


def test_a_verified_list_is_recognised_and_does_not_count_as_verified() -> None:
    guess = guess_columns(["Email", "ZB Status", "verified_at"], [[ADA, "valid", "2026-11-20"], [BO, "invalid", ""]])
    assert guess.mapping["ZB Status"] == "status"
    assert guess.remarks == [
        "This is a verified list: “ZB Status” has verdicts and “verified_at” says when. Lines that it calls invalid "
        "are left out; everybody else is verified at Instantly all the same before anyone is loaded."
    ]


def test_an_answer_leaves_the_other_columns_as_variables() -> None:
    guess = guess_columns(["Phone", "Phone 2", "Email"], [["1", "2", ADA]], repeated={"Phone 2": "Phone"})
    chosen = with_answer(guess.mapping, guess.asks[0], "Phone 2")
    full, still_open = answered(chosen, guess.asks)
    assert (full, still_open) == ({"Phone": "custom:phone2", "Phone 2": "phone", "Email": "email"}, [])


def test_another_choice_for_the_address_replaces_the_first() -> None:
    guess = guess_columns(["Work Email", "Personal Email"], [[ADA, BO]])
    first = with_answer(guess.mapping, guess.asks[0], "Work Email")
    second = with_answer(first, guess.asks[0], "Personal Email")
    assert second == {"Work Email": "custom:workEmail", "Personal Email": "email"}


def test_what_is_not_answered_stays_open() -> None:
    guess = guess_columns(["Work Email", "Personal Email", "Opt"], [[ADA, BO, "yes"], [BO, ADA, "no"]])
    _, still_open = answered(guess.mapping, guess.asks)
    assert [ask.what for ask in still_open] == ["email", "left_out"]
    chosen = with_answer(with_answer(guess.mapping, guess.asks[0], "Work Email"), guess.asks[1], "Opt=ignore")
    assert answered(chosen, guess.asks) == (
        {"Work Email": "email", "Personal Email": "custom:personalEmail", "Opt": "ignore"},
        [],
    )


def test_leaving_all_repeated_columns_out_is_an_answer() -> None:
    guess = guess_columns(["Email", "Phone", "Phone 2"], [[ADA, "1", "2"]], repeated={"Phone 2": "Phone"})
    ignored = {**guess.mapping, "Phone": "ignore", "Phone 2": "ignore"}
    assert answered(ignored, guess.asks) == (ignored, [])


def test_a_variable_never_takes_a_name_twice() -> None:
    names = {"hook"}
    assert [own_variable("Hook", 0, names), own_variable("hook", 1, names)] == ["custom:hook2", "custom:hook3"]


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=12, unique=True))
def test_for_any_header_a_guess_with_an_address_is_a_valid_mapping(names: list[str]) -> None:
    header = ["Email address", *[name for name in names if name != "Email address"]]
    guess = guess_columns(header, [[ADA, *["x"] * (len(header) - 1)]])
    assert list(guess.mapping) == header
    full, still_open = answered(guess.mapping, guess.asks)
    if not still_open:
        assert check_mapping(full, header) == full
        standard = [target for target in full.values() if target in FIELDS]
        assert len(standard) == len(set(standard))
        assert "email" in full.values()


def test_whether_an_address_is_a_role_is_no_job_title() -> None:
    header, samples = ["email", "result", "role"], [["a@example.com", "ok", "no"], ["b@example.com", "ok", "yes"]]
    assert guess_columns(header, samples).mapping["role"] == "custom:role"
    assert guess_columns(header, [["a@example.com", "ok", "Buyer"]]).mapping["role"] == "job_title"
