"""Error bodies in each vendor's own shape, so that its SDK raises its own exception."""

from __future__ import annotations

from typing import Any


def rate_limit_body(tool: str) -> dict[str, Any]:
    """The body of a 429 of the system that *tool* belongs to."""
    match tool.partition("_")[0]:
        case "stripe":
            return {
                "error": {
                    "code": "rate_limit",
                    "doc_url": "https://stripe.com/docs/error-codes/rate-limit",
                    "message": "Request rate limit exceeded.",
                    "type": "invalid_request_error",
                }
            }
        case "zendesk":
            return {
                "error": "APIRateLimitExceeded",
                "description": "Number of allowed API requests per minute exceeded",
            }
        case "commerce":
            return {"errors": "Exceeded 2 calls per second for api client. Reduce request rates."}
        case "wiki":
            return _wiki(429, "Rate limit exceeded.")
        case _:
            return {"error": "rate_limited", "message": "Too many requests"}


def server_error_body(tool: str, status: int, message: str) -> dict[str, Any]:
    """The body of a 5xx of the system that *tool* belongs to."""
    match tool.partition("_")[0]:
        case "stripe":
            return {"error": {"type": "api_error", "message": "An unknown error occurred"}}
        case "zendesk":
            name = "ServiceUnavailable" if status == 503 else "InternalError"
            return {"error": name, "description": message}
        case "commerce":
            return {"errors": message}
        case "wiki":
            return _wiki(status, message)
        case _:
            return {"error": "unavailable", "message": message}


def _wiki(status: int, message: str) -> dict[str, Any]:
    return {"statusCode": status, "message": message}
