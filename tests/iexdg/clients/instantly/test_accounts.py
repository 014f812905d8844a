from datetime import date

from iexdg.clients.instantly.accounts import Account, AccountDay, NewAccount, ServerLogin


def test_an_account_is_read_and_an_empty_one_does_not_crash() -> None:
    account = Account.model_validate({"email": "exec@peers.example.com", "stat_warmup_score": 97, "setup_pending": 1})
    assert (account.email, account.warmup_score, account.is_setup_pending) == ("exec@peers.example.com", 97, None)
    nothing = Account.model_validate({})
    assert (nothing.email, nothing.status, nothing.status_message) == ("", None, {})


def test_the_address_of_a_day_is_in_lower_case() -> None:
    row = AccountDay.model_validate({"email_account": "Exec@Peers.example.com", "date": "2026-11-20", "sent": 3})
    assert (row.email, row.day, row.sent, row.bounced) == ("exec@peers.example.com", date(2026, 11, 20), 3, None)


def test_a_new_account_shows_its_passwords_to_nobody_but_the_request() -> None:
    login = ServerLogin("imap.peers.example.com", 993, "ada", "s3cret-of-ada")
    account = NewAccount(
        email="ada@peers.example.com", first_name="Ada", last_name="L", provider_code=1, imap=login, smtp=login
    )
    assert "s3cret-of-ada" not in repr(account)
    assert (account.body["imap_password"], account.body["smtp_port"]) == ("s3cret-of-ada", 993)


def test_settings_cannot_replace_the_login() -> None:
    login = ServerLogin("imap.peers.example.com", 993, "ada", "invented")
    account = NewAccount(
        email="ada@peers.example.com",
        first_name="Ada",
        last_name="L",
        provider_code=1,
        imap=login,
        smtp=login,
        more={"email": "bob@peers.example.com", "daily_limit": 9},
    )
    assert (account.body["email"], account.body["daily_limit"]) == ("ada@peers.example.com", 9)
