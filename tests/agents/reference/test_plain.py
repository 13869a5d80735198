from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.plain import hello_careful, hello_naive
from sandbox.errors import ToolTimeout
from sandbox.llm.plan import Plan, SayStep, ToolStep
from sandbox.llm.presets import load_model_name
from sandbox.llm.simulated import SimulatedModel
from sandbox.sim.seeds import Seeds


@pytest.mark.parametrize(("factory", "refunds"), [(hello_naive, 2), (hello_careful, 1)])
def test_a_timed_out_refund_is_paid_twice_by_the_naive_agent_only(
    office: Any, factory: Any, refunds: int
) -> None:
    paid: dict[str, dict[str, Any]] = {}

    def refund(charge: str, amount: int, idempotency_key: str = "") -> dict[str, Any]:
        key = idempotency_key or f"without-{len(paid)}"
        return paid.setdefault(key, {"id": f"re_{len(paid)}", "amount": amount})

    office.tool("stripe_get_charge", lambda charge: {"id": charge, "amount": 1999})
    office.tool(
        "stripe_create_refund", refund, kind="write", idempotency_arg="idempotency_key",
        lost=[ToolTimeout("no answer")],
    )  # fmt: skip
    plan = Plan(
        (
            ToolStep("charge", "stripe_get_charge", {"charge": "ch_1"}),
            ToolStep(
                "refund", "stripe_create_refund",
                {"charge": "$charge.id", "amount": "$charge.amount"},
            ),
            SayStep("bye", "Refunded $refund.amount."),
        )
    )  # fmt: skip
    model = SimulatedModel(plan, load_model_name("sim:perfect"), Seeds(1))
    assert office.run(factory(office.env(model=model))) == "Refunded 1999."
    assert len(paid) == refunds
