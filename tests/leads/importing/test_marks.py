"""What the cells of a column that marks people say."""

import pytest

from leads.importing.marks import MARKS, Says, answer_of, is_unmistakable, mark_of, status_reason, verdict_of


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("yes", "yes"), ("Y", "yes"), ("TRUE", "yes"), ("1", "yes"), ("1.0", "yes"), ("x", "yes"), ("✓", "yes"),
        ("Ja", "yes"), ("oui", "yes"), ("Sí", "yes"), ("да", "yes"), ("はい", "yes"), ("是", "yes"), ("예", "yes"),
        ("2026-01-02", "yes"), ("02.01.2026 10:30", "yes"), ("1/2/2026", "yes"), ("12 Mar 2026", "yes"),
        ("Mar 12, 2026", "yes"), ("2026-01-02T10:00:00Z", "yes"), ("1767312000", "yes"), ("3", "yes"),
        ("no", "no"), ("False", "no"), ("0", "no"), ("0.0", "no"), ("Nein", "no"), ("нет", "no"), ("いいえ", "no"),
        ("FAŁSZ", "no"),
        ("", "nothing"), ("  ", "nothing"), ("-", "nothing"), ("N/A", "nothing"), ("null", "nothing"),
        ("#N/A", "nothing"), ("0000-00-00", "nothing"), ("1970-01-01 00:00", "nothing"), ("never", "nothing"),
        ("maybe", "unclear"), ("ask Ada", "unclear"), ('="yes"', "yes"),
    ],
)  # fmt: skip
def test_a_cell_says_yes_no_or_nothing(cell: str, says: str) -> None:
    assert answer_of(cell) == Says(says)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Unsubscribed", "marked_unsubscribed"), ("opted-out", "marked_unsubscribed"),
        ("OPT_OUT", "marked_unsubscribed"),
        ("désabonné", "marked_unsubscribed"), ("отписался", "marked_unsubscribed"), ("已退订", "marked_unsubscribed"),
        ("nieprawidłowy", "marked_invalid"),
        ("Hard bounce", "marked_bounced"), ("cleaned", "marked_bounced"), ("unzustellbar", "marked_bounced"),
        ("do_not_mail", "marked_do_not_mail"), ("Spam complaint", "marked_do_not_mail"),
        ("spamtrap", "marked_do_not_mail"),
        ("Blacklisted", "marked_do_not_mail"), ("送信不可", "marked_do_not_mail"),
        ("invalid", "marked_invalid"), ("Undeliverable", "marked_invalid"),
        ("customer, unsubscribed", "marked_unsubscribed"), ("Bounced - hard", "marked_bounced"),
        ("emailsUnsubscribed", "marked_unsubscribed"), ("emailsBounced", "marked_bounced"),
        ("Do not call or email", "marked_do_not_mail"), ("配信停止中", "marked_unsubscribed"),
        ("エラー停止", "marked_bounced"), ("拒收", "marked_do_not_mail"), ("수신거부됨", "marked_unsubscribed"),
        ("Frameldt", "marked_unsubscribed"), ("Απεγγραφή", "marked_unsubscribed"),
        ("nie wysyłać", "marked_do_not_mail"),
        ("отказался от рассылки", "marked_unsubscribed"), ("Listeden çıkarıldı", "marked_unsubscribed"),
        ("active", ""), ("subscribed", ""), ("valid", ""), ("catch-all", ""), ("Open", ""), ("", ""),
        ("not unsubscribed", ""), ("Bounce Ltd", ""),
    ],
)  # fmt: skip
def test_words_of_a_status_name_a_reason(cell: str, reason: str) -> None:
    assert status_reason(cell) == reason


@pytest.mark.parametrize(
    ("target", "cell", "reason"),
    [
        ("unsubscribed", "yes", "marked_unsubscribed"),
        ("unsubscribed", "2026-01-02", "marked_unsubscribed"),
        ("unsubscribed", "asked to be removed", "marked_unsubscribed"),
        ("unsubscribed", "bounced", "marked_bounced"),
        ("unsubscribed", "no", ""),
        ("unsubscribed", "", ""),
        ("unsubscribed", "subscribed", ""),
        ("do_not_mail", "true", "marked_do_not_mail"),
        ("bounced", "2", "marked_bounced"),
        ("bounced", "0", ""),
        ("subscribed", "false", "marked_unsubscribed"),
        ("subscribed", "", ""),
        ("subscribed", "unsubscribed", "marked_unsubscribed"),
        ("subscribed", "cancelled", "marked_unsubscribed"),
        ("status", "cancelled", ""),
        ("consent", "no", "marked_do_not_mail"),
        ("consent", "", ""),
        ("consent", "withdrawn", "marked_do_not_mail"),
        ("consent_required", "", "marked_do_not_mail"),
        ("consent_required", "maybe", "marked_do_not_mail"),
        ("consent_required", "yes", ""),
        ("consent_required", "double opt-in", ""),
        ("objection", "yes", "marked_do_not_mail"),
        ("objection", "2026-01-02", "marked_do_not_mail"),
        ("objection", "unsubscribed", "marked_unsubscribed"),
        ("objection", "maybe", ""),
        ("objection", "no", ""),
        ("valid", "no", "marked_invalid"),
        ("status", "unsubscribed", "marked_unsubscribed"),
        ("status", "yes", ""),
    ],
)
def test_a_column_leaves_a_line_out_for_a_reason(target: str, cell: str, reason: str) -> None:
    assert mark_of(target, cell) == reason


@pytest.mark.parametrize("target", sorted(MARKS))
def test_an_empty_cell_is_a_mark_only_where_a_yes_is_required(target: str) -> None:
    assert bool(mark_of(target, "")) == (target == "consent_required")


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        ("valid", "valid"), ("deliverable", "valid"), ("ok", "valid"), ("invalid", "invalid"),
        ("do_not_mail", "invalid"),
        ("spamtrap", "invalid"), ("catch_all", "risky"), ("catch-all", "risky"), ("Accept All", "risky"),
        ("unknown", "risky"), ("New", ""),
    ],
)  # fmt: skip
def test_verdicts_of_verification_services_are_known(cell: str, verdict: str) -> None:
    assert verdict_of(cell) == verdict


def test_only_words_that_can_mean_nothing_else_are_unmistakable() -> None:
    assert [is_unmistakable(cell) for cell in ("DNC", "Unsubscribed", "spam", "blocked", "Bounce")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("cell", ["Unavailable", "User Managed", "Update Required", "New Data Available"])
def test_what_is_not_verified_is_risky(cell: str) -> None:
    assert verdict_of(cell) == "risky"
