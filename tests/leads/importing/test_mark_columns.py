"""Columns that say who must not be written to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.mark_columns import find_mark_columns, is_status_name, meaning_of_name


def judged(name: str, *cells: str, whole: bool = True) -> tuple[str, list[str]]:
    """The target of a column with these cells, and the choices of the question about it."""
    found = find_mark_columns([name], [[cell] for cell in cells], free=[name], whole=whole)
    return found.targets.get(name, ""), [choice for ask in found.asks for choice in ask.choices]


@pytest.mark.parametrize(
    ("name", "cells", "target"),
    [
        ("Unsubscribed", ["yes"], "unsubscribed"),
        ("Unsubscribed", ["yes", "no", ""], "unsubscribed"),
        ("Unsubscribed", ["", ""], "unsubscribed"),
        ("Email Opt Out", ["TRUE", "FALSE"], "unsubscribed"),
        ("HasOptedOutOfEmail", ["1", "0"], "unsubscribed"),
        ("Opted out of email: Marketing", ["true", ""], "unsubscribed"),
        ("unsubscribed_at", ["2026-01-02T10:00:00Z", ""], "unsubscribed"),
        ("Unsubscribe reason", ["Too many e-mails", ""], "unsubscribed"),
        ("Abgemeldet", ["ja", "nein"], "unsubscribed"),
        ("Désinscrit", ["oui", "non"], "unsubscribed"),
        ("Dado de baja", ["sí", "no"], "unsubscribed"),
        ("Fecha de baja", ["2026-01-05", ""], "unsubscribed"),
        ("Baja", ["x", ""], "unsubscribed"),
        ("Abonelikten Çıktı", ["Evet", "Hayır"], "unsubscribed"),
        ("CLEAN_TIME", ["2026-01-05 00:00:00", ""], "bounced"),
        ("Debounce Response", ["Safe to Send", "Invalid"], "status"),
        ("Validate Email", ["valid", "invalid"], "status"),
        ("Отписан", ["да", "нет"], "unsubscribed"),
        ("配信停止", ["はい", ""], "unsubscribed"),
        ("退订", ["是", "否"], "unsubscribed"),
        ("Do not mail", ["x", ""], "do_not_mail"),
        ("DoNotContact", ["Yes", "No"], "do_not_mail"),
        ("DNC", ["1", ""], "do_not_mail"),
        ("Suppressed", ["true", "false"], "do_not_mail"),
        ("Werbesperre", ["", "x"], "do_not_mail"),
        ("Niet mailen", ["ja", ""], "do_not_mail"),
        ("Не писать", ["да", ""], "do_not_mail"),
        ("Nie wysyłać", ["tak", ""], "do_not_mail"),
        ("Do not allow Emails", ["No", "Yes"], "do_not_mail"),
        ("Do not allow Bulk Emails", ["Allow", "Do Not Allow"], "do_not_mail"),
        ("donotbulkemail", ["true", ""], "do_not_mail"),
        ("Emails not allowed", ["yes", ""], "do_not_mail"),
        ("Do not process", ["1", ""], "do_not_mail"),
        ("GDPR deleted", ["yes", ""], "do_not_mail"),
        ("No longer subscribed", ["yes", ""], "unsubscribed"),
        ("Non-subscriber", ["yes", ""], "unsubscribed"),
        ("Email invalid", ["1", ""], "invalid"),
        ("Unsubscribed (yes/no)", ["yes", "no"], "unsubscribed"),
        ("casino_opt_in", ["yes", "no"], "consent"),
        ("Marketing status", ["Subscribed", "No consent"], "status"),
        ("Lead status", ["Opted-Out (2024)", "Open"], "status"),
        ("Bounced", ["TRUE", "FALSE"], "bounced"),
        ("Email hard bounce reason", ["550 no such user", ""], "bounced"),
        ("Bounces", ["0", "2"], "bounced"),
        ("Opt-in", ["no", "yes"], "consent"),
        ("Email consent", ["No", "Yes", ""], "consent"),
        ("Einwilligung", ["nein", "ja"], "consent"),
        ("Accepts Marketing", ["no", "yes"], "consent"),
        ("Subscribed", ["false", "true"], "subscribed"),
        ("Is valid", ["no", "yes"], "valid"),
        ("Status", ["unsubscribed", "active"], "status"),
        ("Lead Status", ["Bounced", "Open"], "status"),
        ("Status", ["Active", "Unsubscribed on 2024-05-01"], "status"),
        ("Tags", ["customer", "hard bounce 550"], "status"),
        ("ZB Status", ["valid", "invalid", "do_not_mail"], "status"),
        ("Result", ["ok", "catch_all"], "status"),
        ("ZeroBounce Status", ["valid", "catch-all", "spamtrap"], "status"),
        ("Bouncer status", ["deliverable", "risky", "undeliverable"], "status"),
        ("NeverBounce Result", ["valid", "unknown"], "status"),
        ("Tags", ["customer; unsubscribed", "customer"], "status"),
        ("State", ["unsubscribed", "active"], "status"),
        ("Abmeldedatum", ["05.05.2025", ""], "unsubscribed"),
        ("Отказ от рассылки", ["да", ""], "unsubscribed"),
        ("Frameldt", ["ja", ""], "unsubscribed"),
        ("Odjavljen", ["da", ""], "unsubscribed"),
        ("Berhenti berlangganan", ["ya", ""], "unsubscribed"),
        ("Đã hủy đăng ký", ["có", ""], "unsubscribed"),
        ("Email Quarantined", ["true", ""], "do_not_mail"),
        ("IsExcludedFromCampaigns", ["true", "false"], "do_not_mail"),
        ("Email Disabled", ["yes", ""], "do_not_mail"),
        ("Exclude from email", ["yes", ""], "do_not_mail"),
        ("Remove from list", ["x", ""], "do_not_mail"),
        ("No Mailing Please", ["yes", ""], "do_not_mail"),
        ("Kein Mailing", ["x", ""], "do_not_mail"),
        ("Stop mail", ["1", ""], "do_not_mail"),
        ("E-Mail nicht erlaubt", ["ja", ""], "do_not_mail"),
        ("Ne pas solliciter", ["oui", ""], "do_not_mail"),
        ("受信拒否", ["はい", ""], "do_not_mail"),
        ("Reklamspärr", ["ja", ""], "do_not_mail"),
        ("Spärrad", ["ja", ""], "do_not_mail"),
        ("E-Mail erlaubt", ["ja", "nein"], "consent"),
        ("Werbung erwünscht", ["ja", "nein"], "consent"),
        ("RGPD OK ?", ["oui", "non"], "consent"),
        ("メール配信", ["拒否", "可"], "status"),
        ("Mailing", ["stop", ""], "status"),
        ("NPAI", ["oui", ""], "bounced"),
    ],
)
def test_a_column_that_marks_people_is_found(name: str, cells: list[str], target: str) -> None:
    assert judged(name, *cells) == (target, [])


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Do Not Call", ["x", ""]),
        ("SMS opt out", ["yes", "no"]),
        ("Bounce rate", ["3", "0"]),
        ("OPTIN_IP", ["192.0.2.1", ""]),
        ("Unsubscribe link", ["https://example.com/u", "https://example.com/v"]),
        ("Newsletter", ["Weekly", "Daily"]),
        ("Status", ["New", "Open"]),
        ("State", ["OK", "TX"]),
        ("Company", ["Bounce", "Acme"]),
        ("Phone Plus", ["yes", "no"]),
        ("Magazin", ["yes", "no"]),
        ("Record", ["no", "yes"]),
        ("Marketing", ["", ""]),
        ("Remove duplicates", ["yes", "no"]),
        ("Mail merge", ["yes", "no"]),
        ("Sollicitatie", ["ja", "nee"]),
        ("Exclusive", ["yes", ""]),
        ("Hook", ["Reduce your bounce rate", "Not unsubscribed"]),
        ("Status", ["Cancelled", "Open"]),
        ("Lead Status", ["Blocked by procurement", "Returned call"]),
    ],
)
def test_a_column_that_only_sounds_like_it_is_left_alone(name: str, cells: list[str]) -> None:
    assert judged(name, *cells) == ("", [])


@pytest.mark.parametrize(
    ("name", "cells", "choices"),
    [
        ("Unsubscribed", ["yes", "yes"], ["Unsubscribed=unsubscribed", "Unsubscribed=ignore"]),
        ("Opt-in", ["no", "no"], ["Opt-in=consent", "Opt-in=ignore"]),
        (
            "Unsubscribed",
            ["maybe", "yes", "no"],
            ["Unsubscribed=unsubscribed", "Unsubscribed=objection", "Unsubscribed=ignore"],
        ),
        ("Bounced", ["see notes"], ["Bounced=bounced", "Bounced=objection", "Bounced=ignore"]),
        (
            "Subscribed",
            ["perhaps", "yes", "no"],
            ["Subscribed=consent_required", "Subscribed=subscribed", "Subscribed=ignore"],
        ),
        ("Opt-in", ["perhaps", "yes"], ["Opt-in=consent_required", "Opt-in=consent", "Opt-in=ignore"]),
        ("Opt-in", ["", "yes"], ["Opt-in=consent_required", "Opt-in=consent", "Opt-in=ignore"]),
        ("Subscribed", ["yes", ""], ["Subscribed=consent_required", "Subscribed=subscribed", "Subscribed=ignore"]),
        (
            "Subscribed",
            ["2026-01-02", ""],
            ["Subscribed=consent_required", "Subscribed=subscribed", "Subscribed=ignore"],
        ),
        ("Subscriber state", ["active", "cancelled"], ["Subscriber state=subscribed", "Subscriber state=ignore"]),
        ("state", ["active", "cancelled", "bounced"], ["state=subscribed", "state=ignore"]),
        ("ご利用停止", ["2026-01-02", ""], ["ご利用停止=unsubscribed", "ご利用停止=ignore"]),
        (
            "Deaktiviert",
            ["0", "2026-01-02"],
            ["Deaktiviert=consent", "Deaktiviert=unsubscribed", "Deaktiviert=ignore"],
        ),
        ("Opt", ["yes", "no"], ["Opt=consent", "Opt=unsubscribed", "Opt=ignore"]),
        ("Newsletter", ["no", "yes"], ["Newsletter=consent", "Newsletter=unsubscribed", "Newsletter=ignore"]),
        ("Notes", ["unsubscribed", "met at fair"], ["Notes=status", "Notes=ignore"]),
        ("Remark", ["", "Do not contact"], ["Remark=status", "Remark=ignore"]),
        ("Status", ["invalid", "bounced"], ["Status=status", "Status=ignore"]),
    ],
)
def test_it_asks_where_the_meaning_is_not_clear_or_nobody_would_be_left(
    name: str, cells: list[str], choices: list[str]
) -> None:
    assert judged(name, *cells) == ("", choices)


@pytest.mark.parametrize(
    "name",
    [
        "Not opted out", "Not unsubscribed", "Has not bounced", "Kein Opt-in", "Keine Einwilligung", "No consent",
        "Consent withdrawn", "Consent expired", "Marketing consent refused", "Einwilligung widerrufen", "noconsent",
        "Не согласие", "несогласие", "不同意", "同意なし", "Sin consentimiento", "Pas de consentement",
    ],
)  # fmt: skip
@pytest.mark.parametrize("cells", [["yes", "no"], ["no", "no"], ["2026-01-02", ""]])
def test_a_name_that_turns_a_meaning_round_is_asked_about_and_never_guessed(name: str, cells: list[str]) -> None:
    assert judged(name, *cells) == ("", [f"{name}=consent", f"{name}=objection", f"{name}=ignore"])
    assert judged(name, "", "") == ("", [])
    assert judged(name, "", whole=False)[1] != []
    assert judged(name, "maybe")[1][0] == f"{name}=consent_required"


def test_a_status_column_is_watched_where_the_file_is_longer_than_its_first_records() -> None:
    assert judged("Status", "New", "Open", whole=False) == ("status", [])
    assert judged("State", "OH", "TX", whole=False) == ("", [])


def test_a_column_that_means_a_field_is_not_judged() -> None:
    found = find_mark_columns(["Company"], [["DNC"]], free=[], whole=True)
    assert (found.targets, found.asks) == ({}, [])


def test_names_have_a_meaning_of_their_own() -> None:
    assert [meaning_of_name(name) for name in ("Email Opt Out", "Do not e-mail", "Phone opt out", "Name")] == [
        "unsubscribed",
        "do_not_mail",
        "",
        "",
    ]
    assert [is_status_name(name) for name in ("Email Status", "ステータス", "State", "")] == [True, True, False, False]


@given(st.lists(st.sampled_from(["yes", "no", "", "1", "0", "2026-01-02", "unsubscribed"]), min_size=1, max_size=8))
def test_somebody_unsubscribed_is_always_left_out_or_asked_about(cells: list[str]) -> None:
    target, choices = judged("Unsubscribed", *cells)
    assert target == "unsubscribed" or choices
