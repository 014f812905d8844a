"""Every test of a law fails once the behaviour behind it is taken away, at the client's side or at the vendor's."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.campaigns import Campaigns
from iexdg.sandbox.http import pipeline
from iexdg.sandbox.resources.campaigns import operations as campaigns
from iexdg.sandbox.resources.verification import operations as verification
from tests.contract import test_laws
from tests.contract.conftest import Recorder

FAILURES = (AssertionError, ClientError, KeyError, pytest.fail.Exception)


@dataclass
class Hands:
    """What a removal can take hold of."""

    patch: pytest.MonkeyPatch
    wire: Recorder
    control: Callable[..., Any]

    def option(self, **values: Any) -> None:
        self.control("POST", "options", values)

    def in_laws(self, name: str, replacement: Any) -> None:
        self.patch.setattr(test_laws, name, replacement)


def without_body(request: httpx.Request) -> None:
    if request.method == "POST" and request.url.path.endswith(("activate", "pause")):
        request._content, request.stream = b"", httpx.ByteStream(b"")
        request.headers["content-length"] = "0"


def with_type_on_delete(request: httpx.Request) -> None:
    if request.method == "DELETE":
        request.headers["content-type"] = "application/json"


def with_the_wrong_key(request: httpx.Request) -> None:
    if request.url.path.endswith("/leads/list"):
        body = {
            ("campaign_id" if name == "campaign" else name): one for name, one in json.loads(request.content).items()
        }
        request._content = json.dumps(body).encode()
        request.stream = httpx.ByteStream(request._content)
        request.headers["content-length"] = str(len(request._content))


def changed(hands: Hands, change: Callable[[httpx.Request], None]) -> None:
    hands.wire.change = change


REMOVALS: dict[str, Callable[[Hands], None]] = {
    "test_law_01_a_browser_user_agent_on_every_call": lambda hands: changed(hands, test_laws.use_python_user_agent),
    "test_law_01_a_1010_is_its_own_error_and_never_an_empty_result": lambda hands: hands.option(edge="off"),
    "test_law_02_comment_lines_of_a_key_file_are_skipped": lambda hands: hands.in_laws(
        "read_key_file", lambda path: path.read_text().splitlines()[0]
    ),
    "test_law_03_eastern_time_is_detroit_and_new_york_is_refused": lambda hands: hands.patch.setattr(
        pipeline, "_validate", lambda *_: None
    ),
    "test_law_03_every_zone_of_our_list_is_accepted": lambda hands: hands.in_laws(
        "VENDOR_ZONES", ("America/Detroit", "America/New_York")
    ),
    "test_law_04_a_body_is_div_lines_without_newlines_and_reads_back_as_sent": lambda hands: hands.in_laws(
        "to_div_html", lambda text: text.replace("\n", "<br>\n")
    ),
    "test_law_05_a_call_to_action_is_a_phrase_in_an_anchor_with_the_full_stop_outside": lambda hands: hands.in_laws(
        "to_div_html", lambda text: "<div>When it suits you, https://example.com/clarity.</div>"
    ),
    "test_law_06_activate_and_pause_send_an_empty_object": lambda hands: changed(hands, without_body),
    "test_law_06_the_vendor_refuses_json_without_a_body": lambda hands: hands.patch.setattr(
        pipeline, "_parsed_body", lambda *_: None
    ),
    "test_law_07_loading_can_activate_a_campaign_and_only_reading_it_shows_that": lambda hands: hands.option(
        autoflip="off"
    ),
    "test_law_07_a_paused_read_back_ends_the_flip": lambda hands: hands.patch.setattr(
        Campaigns, "pause", lambda *_, **__: None
    ),
    "test_law_08_a_lead_is_deleted_with_neither_body_nor_content_type": lambda hands: changed(
        hands, with_type_on_delete
    ),
    "test_law_08_the_vendor_refuses_a_delete_with_a_body": lambda hands: hands.patch.setattr(
        pipeline, "_validate", lambda *_: None
    ),
    "test_law_09_leads_are_listed_by_post_a_hundred_at_a_time": lambda hands: hands.patch.setattr(
        pipeline, "_validate", lambda *_: None
    ),
    "test_law_09_listing_one_campaign_never_returns_the_leads_of_another": lambda hands: changed(
        hands, with_the_wrong_key
    ),
    "test_law_10_the_lead_count_comes_from_analytics_while_the_list_still_lags": lambda hands: hands.option(
        list_lag_s=0
    ),
    "test_law_10_an_empty_analytics_answer_means_unknown_and_not_zero": lambda hands: hands.option(
        analytics_empty_until_sent=False
    ),
    "test_law_11_a_verification_is_polled_until_it_leaves_pending_and_paid_once": lambda hands: hands.option(
        pending_share=0
    ),
    "test_law_11_what_stays_pending_is_given_up_as_pending": lambda hands: hands.patch.setattr(
        verification, "never_settles", lambda _: False
    ),
    "test_law_12_paused_is_2_and_active_is_1": lambda hands: hands.patch.setattr(campaigns, "PAUSED", 3),
    "test_law_12_a_status_nobody_knows_is_kept_and_shown": lambda hands: hands.in_laws(
        "campaign_status_label", lambda status: {1: "Active"}.get(status, "")
    ),
}
OF_PARAMETERS = {"action": "pause", "address": "stuck.jane@example.com"}


def test_every_test_of_a_law_has_its_removal() -> None:
    assert set(REMOVALS) == {name for name in vars(test_laws) if name.startswith("test_law_")}


@pytest.mark.parametrize("name", REMOVALS)
def test_a_law_fails_without_its_behaviour(
    request: pytest.FixtureRequest,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    wire: Recorder,
    control: Callable[..., Any],
) -> None:
    test = getattr(test_laws, name)
    wanted = {
        fixture: OF_PARAMETERS.get(fixture) or request.getfixturevalue(fixture)
        for fixture in inspect.signature(test).parameters
    }
    REMOVALS[name](Hands(monkeypatch, wire, control))
    with pytest.raises(FAILURES):
        test(**wanted)
