from datetime import date

from iexdg.clients.instantly.accounts import Account, AccountDay


def test_an_account_is_read_and_an_empty_one_does_not_crash() -> None:
    account = Account.model_validate({"email": "exec@peers.example.com", "stat_warmup_score": 97, "setup_pending": 1})
    assert (account.email, account.warmup_score, account.is_setup_pending) == ("exec@peers.example.com", 97, None)
    nothing = Account.model_validate({})
    assert (nothing.email, nothing.status, nothing.status_message) == ("", None, {})


def test_the_address_of_a_day_is_in_lower_case() -> None:
    row = AccountDay.model_validate({"email_account": "Exec@Peers.example.com", "date": "2026-11-20", "sent": 3})
    assert (row.email, row.day, row.sent, row.bounced) == ("exec@peers.example.com", date(2026, 11, 20), 3, None)
