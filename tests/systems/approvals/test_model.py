"""An approval request."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sandbox.systems.approvals.model import ApprovalRequest


def test_only_four_answers_exist(desk: Any) -> None:
    request = desk("request", action="refund", subject="ch_1", reason="Lost.")
    for status in ("pending", "approved", "denied", "expired"):
        assert ApprovalRequest.model_validate({**request, "status": status}).status == status

    with pytest.raises(ValidationError, match="status"):
        ApprovalRequest.model_validate({**request, "status": "maybe"})
