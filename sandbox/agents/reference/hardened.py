"""`hardened`: the same model, the same tools and the same prompt as `naive`, in another graph.

Each line of middleware below is one idea, in a file of its own under `hardening/`, and can be taken
out to see what it is good for. The first one stands furthest outside: it sees the model's call
first and the tool's answer last.

    model call:  Escalation ......... a stopped case goes to a person, not to the model
                 AskIdentity ........ what a guard misses is asked for, once
    tool call:   LoopGuard .......... nothing new for a while: stop; polls at their declared pace
                 WriteGuard ......... house rules: whose record, how much, is it due, is it approved
                 VerifyWrites ....... no answer to a write: look whether it was done
                 IdempotencyKeys .... the same intention has the same key, whatever happens
                 Retries ............ only what may be repeated, ever more slowly, not for ever
                 Quarantine ......... texts in records give no orders
                 AmountCheck ........ no money on the word of a single source
                 ResultCheck ........ an answer looks as its schema says; notes are taken here

The order matters. A refusal must not be retried, so the guard stands outside the retries; a
repeated write must carry the key of the first, so the keys do, too; and what looks at results
stands inside, so that everything further out sees checked ones.
"""

from __future__ import annotations

from typing import Any

from langchain.agents import create_agent

from sandbox.agents.contract import Env
from sandbox.agents.langgraph import chat_model, tools
from sandbox.agents.reference.hardening.amounts import AmountCheck
from sandbox.agents.reference.hardening.ask_identity import AskIdentity
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.escalation import Escalation
from sandbox.agents.reference.hardening.idempotency import IdempotencyKeys
from sandbox.agents.reference.hardening.loop_guard import LoopGuard
from sandbox.agents.reference.hardening.quarantine import Quarantine
from sandbox.agents.reference.hardening.result_check import ResultCheck
from sandbox.agents.reference.hardening.retries import Retries
from sandbox.agents.reference.hardening.verify_writes import VerifyWrites
from sandbox.agents.reference.hardening.write_guard import WriteGuard


def build(env: Env) -> Any:
    """The graph for one conversation."""
    case = Case(env)
    return create_agent(
        chat_model(env),
        tools(env),
        system_prompt=env.instructions,
        middleware=[
            Escalation(case),
            AskIdentity(case),
            LoopGuard(case),
            WriteGuard(case),
            VerifyWrites(case),
            IdempotencyKeys(case),
            Retries(case),
            Quarantine(case),
            AmountCheck(case),
            ResultCheck(case),
        ],
    )
