"""Whose address a request has, and whether it came over https: what a proxy says counts only if it is named."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from iexdg.ui.client_address import ClientAddressMiddleware

OUTSIDE, OTHER, NEAR, FAR = "203.0.113.9", "198.51.100.7", "10.0.0.2", "192.168.5.5"


def seen(peer: str, **headers: str) -> tuple[str, bool]:
    """(address, is https) of a request as views see it."""
    found: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(request)
        return HttpResponse()

    ClientAddressMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))
    (request,) = found
    assert "X-Forwarded-For" not in request.headers
    return request.META["REMOTE_ADDR"], request.is_secure()


@pytest.fixture(autouse=True)
def _proxies(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "192.168.5.5", "fd00::/8"]


def test_without_named_proxies_nothing_is_believed(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    claims = {"HTTP_X_FORWARDED_FOR": OUTSIDE, "HTTP_X_FORWARDED_PROTO": "https"}
    assert seen("127.0.0.1", **claims) == ("127.0.0.1", False)
    assert seen(NEAR, **claims) == (NEAR, False)


def test_someone_who_is_no_proxy_cannot_claim_another_address_or_https() -> None:
    assert seen(OTHER, HTTP_X_FORWARDED_FOR=OUTSIDE, HTTP_X_FORWARDED_PROTO="https") == (OTHER, False)


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        (OUTSIDE, OUTSIDE),
        (f"1.2.3.4, {OUTSIDE}", OUTSIDE),
        (f"1.2.3.4, {OUTSIDE}, {FAR}", OUTSIDE),
        (f"{OUTSIDE}, {FAR}, 10.9.9.9", OUTSIDE),
        (f"  {OUTSIDE}  ,", OUTSIDE),
        (f"{OUTSIDE}:4711", OUTSIDE),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        (f"::ffff:{OUTSIDE}", OUTSIDE),
        ("10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("unknown", NEAR),
        (f"{OUTSIDE}, <script>", NEAR),
        (f"{OUTSIDE}, junk, {FAR}", FAR),
        ("", NEAR),
    ],
)
def test_the_client_is_the_right_most_address_that_is_no_proxy(forwarded: str, client: str) -> None:
    assert seen(NEAR, HTTP_X_FORWARDED_FOR=forwarded)[0] == client


def test_a_proxy_that_is_reached_as_ipv4_inside_of_ipv6_is_the_same_proxy() -> None:
    assert seen(f"::ffff:{NEAR}", HTTP_X_FORWARDED_FOR=OUTSIDE)[0] == OUTSIDE


@pytest.mark.parametrize(
    ("forwarded", "proto", "is_https"),
    [
        (OUTSIDE, "https", True),
        (OUTSIDE, "HTTPS", True),
        (OUTSIDE, "http", False),
        (OUTSIDE, "", False),
        # The client wrote the first, the proxy the second.
        (f"1.2.3.4, {OUTSIDE}", "https, http", False),
        # TLS ends at the outer of two proxies.
        (f"{OUTSIDE}, {FAR}", "https, http", True),
        # Only one of the two says anything.
        (f"{OUTSIDE}, {FAR}", "https", True),
    ],
)
def test_https_is_what_the_outermost_proxy_says(forwarded: str, proto: str, is_https: bool) -> None:
    assert seen(NEAR, HTTP_X_FORWARDED_FOR=forwarded, HTTP_X_FORWARDED_PROTO=proto)[1] is is_https
