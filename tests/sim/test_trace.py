from __future__ import annotations

import io
import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.sim.trace import Trace, canonical

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(
            st.text(max_size=3) | st.integers() | st.none() | st.floats(), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def at_zero() -> float:
    return 0.0


def test_events_are_numbered_and_carry_the_virtual_time() -> None:
    moments = iter([0.0, 1.23456789])
    trace = Trace(lambda: next(moments))
    trace.emit("note", text="first")
    assert trace.emit("note", text="second") == {
        "i": 1, "t": 1.234568, "type": "note", "text": "second",
    }  # fmt: skip
    assert [event["text"] for event in trace.events] == ["first", "second"]


def test_each_event_is_one_canonical_line_written_at_once() -> None:
    out = io.StringIO()
    trace = Trace(at_zero, out=out)
    trace.emit("note", b=1, a="é")
    assert out.getvalue() == '{"a":"é","b":1,"i":0,"t":0.0,"type":"note"}\n'


def test_equal_events_have_equal_digests_and_one_other_character_shows() -> None:
    def digest_of(text: str) -> str:
        trace = Trace(at_zero)
        trace.emit("note", text=text)
        return trace.digest

    assert digest_of("pay") == digest_of("pay")
    assert digest_of("pay") != digest_of("pai")


def test_the_digest_may_be_asked_for_at_any_moment() -> None:
    asked, silent = Trace(at_zero), Trace(at_zero)
    for trace in (asked, silent):
        trace.emit("note", n=1)
        if trace is asked:
            assert len(trace.digest) == 32
        trace.emit("note", n=2)
    assert asked.digest == silent.digest


def test_a_trace_that_keeps_nothing_still_counts_hashes_and_tells() -> None:
    told: list[str] = []
    trace = Trace(at_zero, keep=False)
    trace.listen(lambda event: told.append(event["type"]))
    trace.emit("wait")
    assert (trace.events, trace.count, told) == ([], 1, ["wait"])
    assert trace.digest != Trace(at_zero).digest


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, '"NaN"'),
        (-math.inf, '"-Infinity"'),
        ({"b": math.inf, "a": 1}, '{"a":1,"b":"Infinity"}'),
        (Decimal("1.5"), '"<Decimal>"'),
        ({"x": {1, 2}}, '{"x":"<set>"}'),
        ({("a", 1): 2}, '{"[\\"a\\",1]":2}'),
        ({1: "a", "b": 2}, '{"1":"a","b":2}'),
        ("half \ud83d", '"half \\ud83d"'),
        ((1, 2), "[1,2]"),
        pytest.param(10**5000, '"<int>"', id="huge"),
    ],
)
def test_what_is_no_json_gets_a_text_that_is_the_same_in_every_run(value: Any, text: str) -> None:
    assert canonical(value) == text


def test_an_object_without_a_text_of_its_own_leaves_no_address_in_the_trace() -> None:
    first, second = Trace(at_zero), Trace(at_zero)
    first.emit("note", value=object())
    second.emit("note", value=object())
    assert first.digest == second.digest


def test_what_is_kept_in_memory_is_what_was_written() -> None:
    out = io.StringIO()
    trace = Trace(at_zero, out=out)
    trace.emit("note", value={"x": object(), "y": math.nan})
    assert trace.events == [json.loads(out.getvalue())]
    assert trace.events[0]["value"] == {"x": "<object>", "y": "NaN"}


def test_a_value_that_holds_itself_does_not_crash_the_episode() -> None:
    loop: list[Any] = []
    loop.append(loop)
    trace = Trace(at_zero)
    trace.emit("note", value=loop)
    assert "<list>" in json.dumps(trace.events[0])


@given(ANYTHING)
@example({math.nan: "\ud800"})
def test_whatever_an_agent_says_becomes_one_valid_line(value: Any) -> None:
    out = io.StringIO()
    trace = Trace(at_zero, out=out)
    event = trace.emit("note", value=value)
    line = out.getvalue()
    assert line.count("\n") == 1
    line.encode("utf-8")
    assert json.loads(line)["type"] == event["type"] == "note"
    assert canonical(value) == canonical(value)


def test_what_happens_while_it_is_muted_leaves_no_mark() -> None:
    trace = Trace(at_zero)
    trace.emit("note", text="heard")
    before = trace.digest
    trace.muted = True
    trace.emit("note", text="not heard")
    trace.muted = False
    assert (trace.digest, trace.count, len(trace.events)) == (before, 1, 1)
