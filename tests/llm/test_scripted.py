from __future__ import annotations

import pytest

from sandbox.errors import UsageError
from sandbox.llm.messages import Completion, Request
from sandbox.llm.scripted import ScriptedModel


def test_the_script_is_played_in_order_and_then_it_is_over() -> None:
    model = ScriptedModel([Completion("one"), Completion("two")])
    request = Request([])
    assert [model.complete(request).text for _ in range(2)] == ["one", "two"]
    with pytest.raises(UsageError, match=r"'scripted' is over after 2 answers: agent 'agent'"):
        model.complete(request)


def test_a_script_may_be_endless() -> None:
    model = ScriptedModel((Completion(str(n)) for n in range(10**9)), name="sim:perfect")
    assert model.name == "sim:perfect"
    assert [model.complete(Request([])).text for _ in range(3)] == ["0", "1", "2"]
