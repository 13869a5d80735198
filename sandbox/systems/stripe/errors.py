"""Errors as Stripe words them: `{"error": {"type", "code", "message", "param", "doc_url"}}`."""

from __future__ import annotations

from typing import Any

from sandbox.errors import Conflict, NotFound

_SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£"}


def error_body(
    message: str, *, code: str | None = None, param: str | None = None,
    type_: str = "invalid_request_error",
) -> dict[str, Any]:  # fmt: skip
    """The body of a failed request; absent fields are left out, as Stripe does."""
    error: dict[str, Any] = {}
    if code is not None:
        error["code"] = code
        error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
    error["message"] = message
    if param is not None:
        error["param"] = param
    error["type"] = type_
    return {"error": error}


def missing(noun: str, record_id: str, *, param: str = "id") -> NotFound:
    """404 `resource_missing`; *noun* is the object's name, like `payment_intent`."""
    message = f"No such {noun}: '{record_id}'"
    return NotFound(message, body=error_body(message, code="resource_missing", param=param))


def refused(code: str | None, message: str, *, param: str | None = None) -> Conflict:
    """400: the record's state forbids the request; Stripe gives no *code* to some of these."""
    return Conflict(message, status=400, body=error_body(message, code=code, param=param))


def key_reused(key: str, *, same_endpoint: str | None) -> Conflict:
    """400 `idempotency_error`: *key* came with other parameters, or at another endpoint.

    *same_endpoint* is the endpoint of its first use when this request went elsewhere.
    """
    used = (
        "with the same parameters they were first used with"
        if same_endpoint is None
        else f"for the same endpoint they were first used for ('{same_endpoint}')"
    )
    message = (
        f"Keys for idempotent requests can only be used {used}. Try using a key other than "
        f"'{key}' if you meant to execute a different request."
    )
    return Conflict(message, status=400, body=error_body(message, type_="idempotency_error"))


def money(cents: int, currency: str) -> str:
    """*cents* as Stripe's messages write them: $19.99."""
    symbol = _SYMBOLS.get(currency)
    amount = f"{cents // 100:,}.{cents % 100:02d}"
    return f"{symbol}{amount}" if symbol else f"{amount} {currency.upper()}"
