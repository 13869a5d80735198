"""The tree of exceptions: what its drawing says is what the classes are."""

from __future__ import annotations

import inspect

import pytest

from sandbox import errors
from sandbox.errors import (
    ContentError,
    EscapedSimulation,
    LimitReached,
    MissingExtra,
    Problem,
    RateLimited,
    SandboxError,
    ToolError,
    ToolTimeout,
    UsageError,
)


def drawn() -> list[tuple[str, str]]:
    """Each class of the drawing in the module's docstring, with the one it stands under."""
    branch: list[str] = []
    out = []
    for line in (errors.__doc__ or "").splitlines():
        if not line.startswith(("SandboxError", "├", "│", "└", " ")) or not line.strip("│ "):
            continue
        name = line.lstrip("│├└─ ").split()[0]
        depth = line.index(name) // 4
        branch = [*branch[:depth], name]
        out.append((name, branch[depth - 1] if depth else "Exception"))
    return out


def test_the_drawing_shows_every_exception_in_its_place() -> None:
    built = [
        (name, cls.__base__.__name__)
        for name, cls in vars(errors).items()
        if inspect.isclass(cls) and issubclass(cls, SandboxError) and cls.__base__ is not None
    ]
    assert sorted(drawn()) == sorted(built)


def test_content_errors_list_all_problems_in_the_order_of_the_file() -> None:
    late, early = Problem("w.yaml", 9, 1, "unknown key"), Problem("w.yaml", 2, 5, "no such tool")
    error = ContentError([late, early])
    assert error.problems == [early, late]
    assert str(error) == "w.yaml:2:5: no such tool\nw.yaml:9:1: unknown key"


def test_a_missing_extra_ends_with_the_command_that_mends_it() -> None:
    error = MissingExtra("langgraph", "langgraph")
    assert isinstance(error, UsageError)
    assert str(error).endswith("pip install 'agent-windtunnel[langgraph]'")


def test_a_tool_error_is_told_to_a_model_with_its_kind_and_status() -> None:
    error = RateLimited("slow down", tool="stripe_get_charge", retry_after_s=2.0)
    assert error.to_dict() == {
        "error": "rate_limited", "status": 429, "message": "slow down", "retry_after_s": 2.0,
    }  # fmt: skip
    assert "retry_after_s" not in ToolTimeout("no answer").to_dict()


def test_a_vendors_own_status_and_body_are_kept() -> None:
    error = ToolError("card declined", status=402, body={"error": {"code": "card_declined"}})
    assert (error.status, error.body) == (402, {"error": {"code": "card_declined"}})
    assert ToolError("oops").body == {"error": {"message": "oops"}}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LimitReached("steps", 61, 60), "limit reached: steps=61 of at most 60"),
        (EscapedSimulation("socket.connect"), "socket.connect would leave the simulation"),
        (
            EscapedSimulation("input", "ask the user"),
            "input would leave the simulation: ask the user",
        ),
    ],
)
def test_messages_name_the_thing(error: SandboxError, told: str) -> None:
    assert str(error) == told
