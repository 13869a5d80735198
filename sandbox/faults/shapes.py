"""Error bodies in each vendor's own shape, so that its SDK raises its own exception."""

from __future__ import annotations

from typing import Any


def rate_limit_body(tool: str) -> dict[str, Any]:
    """The body of a 429 of the system that *tool* belongs to."""
    match tool.partition("_")[0]:
        case "stripe":
            return {"error": {"type": "invalid_request_error", "code": "rate_limit",
                              "message": "Too many requests hit the API too quickly."}}  # fmt: skip
        case "zendesk":
            return {"error": "APIRateLimitExceeded",
                    "description": "Number of allowed API requests per minute exceeded"}  # fmt: skip
        case "commerce":
            return {"errors": "Exceeded 2 calls per second for api client. Reduce request rates."}
        case _:
            return {"error": {"message": "Too many requests"}}


def server_error_body(tool: str, status: int, message: str) -> dict[str, Any]:
    """The body of a 5xx of the system that *tool* belongs to."""
    match tool.partition("_")[0]:
        case "stripe":
            return {"error": {"type": "api_error", "message": "An unknown error occurred"}}
        case "zendesk":
            return {"error": "ServiceUnavailable" if status == 503 else "InternalError",
                    "description": message}  # fmt: skip
        case "commerce":
            return {"errors": message}
        case _:
            return {"error": {"message": message}}
