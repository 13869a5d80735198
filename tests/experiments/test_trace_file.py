import json
from pathlib import Path
from typing import Any

from sandbox.experiments.trace_file import of_conversation, read_events


def written(path: Path, events: list[dict[str, Any]], *, rest: str = "") -> Path:
    path.write_text("".join(json.dumps(e) + "\n" for e in events) + rest, encoding="utf-8")
    return path


DAY = [
    {"i": 0, "t": 0, "type": "episode_start"},
    {"i": 1, "t": 1, "type": "conversation_start", "conversation": "c1"},
    {"i": 2, "t": 2, "type": "conversation_start", "conversation": "c2"},
    {"i": 3, "t": 3, "type": "model_call", "conversation": "c1", "call": "c1/model-1"},
    {"i": 4, "t": 4, "type": "exogenous", "tool": "carrier_deliver"},
    {"i": 5, "t": 5, "type": "model_result", "call": "c1/model-1"},
    {"i": 6, "t": 6, "type": "conversation_end", "conversation": "c2"},
]


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [e["i"] for e in events]


def test_a_half_written_last_line_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", DAY, rest='{"i": 7, "t": 7, "ty')
    assert numbers(list(read_events(path))) == [0, 1, 2, 3, 4, 5, 6]


def test_lines_that_name_no_wanted_conversation_are_not_parsed(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", DAY, rest="c1 is named here, but this is no JSON\n")
    assert numbers(list(read_events(path, naming=["c1"]))) == [1, 3, 5]


def test_the_answer_to_a_call_belongs_to_the_caller() -> None:
    assert numbers(of_conversation(DAY, "c1")) == [1, 3, 5]
    assert numbers(of_conversation(DAY, "c2")) == [2, 6]


def test_what_the_world_does_belongs_to_the_only_conversation() -> None:
    alone = [e for e in DAY if e.get("conversation") != "c2"]
    assert numbers(of_conversation(alone, "c1")) == [0, 1, 3, 4, 5]
