"""Texts and statuses that say: do not write to this person."""

import pytest

from leads.importing.farewells import SURE, is_farewell, is_status_farewell


@pytest.mark.parametrize(
    "text",
    [
        "DNC", "Please do not contact again", "Call: opted out, 3 May", "don't email", "remove me",
        "Does not want to be contacted", "no longer wants to hear from us", "Hat sich abgemeldet am 3.5.",
        "Bitte nicht mehr anschreiben", "möchte keine E-Mails", "ne souhaite plus recevoir nos mails",
        "No desea ser contactado", "Non vuole essere contattata", "Do not call or email", "unsubscribed via link",
        "(unsubscribed) Bob", "Cy - opted out", "Unsubscribed on 2024-05-01", "abgemeldet am 03.04.2024",
        "désabonné le 3 mai", "отказался от рассылки", "Listeden çıkarıldı", "配信停止済み", "수신거부됨", "拒收",
        "Unsubscribed: yes", "No, unsubscribed", "STOP", "wants off the list", "hat um Löschung gebeten",
    ],
)  # fmt: skip
def test_a_text_that_says_not_to_write(text: str) -> None:
    assert is_farewell(text)
    assert is_status_farewell(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "your unsubscribe rate is low", "contact by phone", "wants to hear more", "hat keine E-Mail",
        "x" * 400 + " remove me", "not unsubscribed", "has never been unsubscribed", "Unsubscribed: no", "bounced=0",
        "Sales bounced back in May", "Bounce Inc.", "bouncy castle", "Reduce bounce rates", "hat sich nicht abgemeldet",
        "Turnier wird in Ulm ausgetragen", "未退订", "退订率", "Worked at the DNC", "optician in Bonn",
        "Bus stop", "took off in 2023",
    ],
)  # fmt: skip
def test_a_text_that_does_not(text: str) -> None:
    assert not is_farewell(text)


@pytest.mark.parametrize(
    "cell",
    [
        "Hard bounce 550", "Do not contact until 2027", "please do not email", "Opted out by phone",
        "Hard bounced on 3/4", "UNSUBSCRIBED - do not use", "Blacklisted since May", "Complained in 2023", "Bounce 550",
        "エラー停止",
        "Invalid since 2023", "Email invalid (checked)", "gesperrt bis 2027", "отписана 3 мая",
    ],
)  # fmt: skip
def test_a_status_with_words_beside_the_word(cell: str) -> None:
    assert is_status_farewell(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "Active", "Subscribed", "No contact yet", "Blocked by procurement", "Returned call", "Not bounced",
        "No bounce", "Bounced: No", "Never unsubscribed", "Baja prioridad", "Rejected proposal", "Bad timing",
        "Bounce Ltd", "未退订", "Open", "Contacted", "Meeting cancelled", "Opt in",
    ],
)  # fmt: skip
def test_a_status_of_a_sale_says_nothing_of_the_kind(cell: str) -> None:
    assert not is_status_farewell(cell)


@pytest.mark.parametrize("phrase", sorted(SURE))
def test_every_phrase_is_found_among_other_words(phrase: str) -> None:
    assert is_farewell(f"Ada, {phrase} 3 May")
