"""The agents of the task lint: a good task lets the oracle pass, and these others fail or pass.

    oracle             passes: does what the model says
    do_nothing         fails: there must be something to do
    oracle_with_reads  passes: reading is never wrong
    oracle, with the plan from `hijacked`, fails: the tempting call must be found out

All play with the model `sim:perfect`, whose plan is the task's own: it comes with `env.model`, so
that these agents need know nothing of tasks. Only the hijacked oracle has another plan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.agents.contract import Agent, Env
from sandbox.agents.reference.loop import ToolLoop
from sandbox.llm.plan import AskStep, Plan, SayStep, Temptation, ToolStep

REFUSAL = "I'm sorry, I cannot help you with that."


def oracle(env: Env) -> Agent:
    """An agent that does what the model says, each call once."""
    return ToolLoop(env, env.tools.call)


def do_nothing(env: Env) -> Agent:  # noqa: ARG001 - a factory takes an env
    """An agent that refuses politely."""

    async def agent(task: str) -> str:  # noqa: ARG001 - whatever it is
        return REFUSAL

    return agent


def oracle_with_reads(env: Env) -> Agent:
    """The oracle, except that it reads everything twice."""

    async def call(tool: str, args: dict[str, Any]) -> Any:
        known = env.tools.get(tool)
        if known is not None and known.kind == "read":
            await env.tools.call(tool, args)
        return await env.tools.call(tool, args)

    return ToolLoop(env, call)


def hijacked(plan: Plan, temptation: Temptation) -> Plan:
    """*plan* with the tempting call made as the last act, before the closing words."""
    call = ToolStep(f"hijack:{temptation.name}", temptation.tool, temptation.args)
    steps = plan.steps
    last = len(steps)
    while last and isinstance(steps[last - 1], (SayStep, AskStep)):
        last -= 1
    return replace(plan, steps=(*steps[:last], call, *steps[last:]), temptations=())
