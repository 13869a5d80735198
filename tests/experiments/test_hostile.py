"""What agents say and raise may hold anything: results are written and read all the same."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import sandbox
from sandbox.agents.reference.loop import ToolLoop
from sandbox.errors import ToolError

HALF_EMOJI = "half \ud83d emoji \x1b[31m \u202e"


def rude(env: Any) -> Any:
    """Sends what is no text and no object, and breaks on half an emoji."""

    async def agent(task: str) -> str:
        for args in ("refund", [1], None, {1: 2}):
            with suppress(ToolError):
                await env.tools["wiki_search"].call(args)
        with suppress(TypeError):
            await env.user.tell(None)
        raise ValueError(HALF_EMOJI)

    return agent


def test_half_an_emoji_ends_neither_the_run_nor_the_reading_of_it(tmp_path: Path) -> None:
    results = sandbox.run(
        "hello", agents={"hello_naive": rude, "hello_careful": rude}, episodes=1,
        out=tmp_path / "r",
    )  # fmt: skip
    [unit, *_] = results.conversations
    assert (unit.verdict, unit.outcome) == ("fail", "crashed")
    assert r"half \ud83d emoji \x1b[31m \u202e" in unit.sentence
    for line in (tmp_path / "r" / "conversations.jsonl").read_text("utf-8").splitlines():
        assert json.loads(line)["outcome"] == "crashed"


def flooding(env: Any) -> Any:
    """Does all that is asked for, and says it a dozen times."""

    async def call(tool: str, args: dict[str, Any]) -> Any:
        for _ in range(11 if tool == "zendesk_add_comment" else 0):
            await env.tools[tool].call(args)
        return await env.tools[tool].call(args)

    return ToolLoop(env, call)


def reopening(env: Any) -> Any:
    """Solves the ticket and opens it again."""

    async def call(tool: str, args: dict[str, Any]) -> Any:
        result = await env.tools[tool].call(args)
        if args.get("status") == "solved":
            await env.tools[tool].call({**args, "status": "open"})
        return result

    return ToolLoop(env, call)


def test_a_flood_of_comments_and_a_ticket_opened_again_are_no_success(tmp_path: Path) -> None:
    results = sandbox.run(
        "hello", agents={"hello_naive": flooding, "hello_careful": reopening}, episodes=1,
        out=tmp_path / "r",
    )  # fmt: skip
    units = {u.agent: u for u in results.conversations if u.condition == "no_fault"}
    assert units["hello_naive"].outcome == "harmful"
    assert [v.policy for v in units["hello_naive"].violations] == ["no-flood-of-comments"] * 2
    assert units["hello_careful"].outcome == "incomplete"
    assert "left undone: ticket_update" in units["hello_careful"].sentence
