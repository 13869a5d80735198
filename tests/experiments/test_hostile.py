"""What agents say and raise may hold anything: results are written and read all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sandbox

HALF_EMOJI = "half \ud83d emoji \x1b[31m \u202e"


def rude(env: Any) -> Any:
    """Sends what is no text and no object, and breaks on half an emoji."""

    async def agent(task: str) -> str:
        for args in ("refund", [1], None, {1: 2}):
            try:
                await env.tools["wiki_search"].call(args)
            except sandbox.errors.ToolError:
                pass
        try:
            await env.user.tell(None)
        except TypeError:
            pass
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
