"""Error bodies: each vendor's keys, and one for systems that nobody knows."""

from __future__ import annotations

import pytest

from sandbox.faults.shapes import rate_limit_body, server_error_body


@pytest.mark.parametrize(
    ("tool", "keys"),
    [
        ("stripe_create_refund", {"error"}),
        ("zendesk_get_ticket", {"error", "description"}),
        ("commerce_get_order", {"errors"}),
        ("wiki_search", {"statusCode", "message"}),
        ("crm_find", {"error", "message"}),
    ],
)
def test_both_kinds_of_error_have_the_vendors_keys(tool: str, keys: set[str]) -> None:
    assert set(rate_limit_body(tool)) == keys
    assert set(server_error_body(tool, 502, "502 Bad Gateway")) == keys


def test_stripes_sdk_finds_type_and_code() -> None:
    assert rate_limit_body("stripe_get_charge")["error"]["code"] == "rate_limit"
    assert server_error_body("stripe_get_charge", 500, "x")["error"]["type"] == "api_error"


def test_zendesk_is_unavailable_only_at_503() -> None:
    assert server_error_body("zendesk_x", 503, "")["error"] == "ServiceUnavailable"
    assert server_error_body("zendesk_x", 500, "")["error"] == "InternalError"


def test_a_status_stands_in_the_wikis_body() -> None:
    assert server_error_body("wiki_search", 502, "Bad Gateway") == {
        "statusCode": 502, "message": "Bad Gateway",
    }  # fmt: skip
    assert rate_limit_body("wiki_search")["statusCode"] == 429
