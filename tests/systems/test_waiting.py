"""The sandbox's own tool `wait`: virtual time passes, and the trace shows the call."""

from __future__ import annotations

import pytest

from sandbox.errors import InvalidArguments
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.surfaces.tools import Toolbox, toolbox
from sandbox.systems.effects import Ledger
from sandbox.systems.host import Host
from sandbox.systems.store import Store
from sandbox.systems.system import Principal


def _box(kernel: Kernel, trace: Trace, points: Points | None = None) -> Toolbox:
    host = Host(
        Store.create([]), [], clock=kernel.clock, seeds=kernel.seeds, points=points or Points(),
        trace=trace, ledger=Ledger(),
    )  # fmt: skip
    return toolbox(host, [], principal=Principal("agent", frozenset()), wait=True)


def test_waiting_lets_exactly_so_much_virtual_time_pass() -> None:
    kernel = Kernel(Seeds(1))
    trace = Trace(lambda: kernel.clock.now)
    box = _box(kernel, trace)

    async def main() -> object:
        return await box.call("wait", {"seconds": 90})

    assert kernel.run(main()) == {"waited_s": 90.0}
    assert kernel.clock.now == 90.0
    assert [(e["type"], e["tool"]) for e in trace.events] == [
        ("tool_call", "wait"),
        ("tool_result", "wait"),
    ]


@pytest.mark.parametrize("args", [{}, {"seconds": -1}, {"seconds": 1e9}, {"minutes": 2}])
def test_a_wait_of_no_sensible_length_is_refused_at_once(args: dict[str, float]) -> None:
    kernel = Kernel(Seeds(1))
    box = _box(kernel, Trace(lambda: kernel.clock.now))

    async def main() -> None:
        with pytest.raises(InvalidArguments, match="wait: "):
            await box.call("wait", args)

    kernel.run(main())
    assert kernel.clock.now == 0.0


def test_the_model_is_told_what_to_give() -> None:
    kernel = Kernel(Seeds(1))
    tool = _box(kernel, Trace(lambda: 0.0))["wait"]
    assert tool.args_schema["required"] == ["seconds"]
    assert tool.args_schema["properties"]["seconds"]["maximum"] == 86_400


def test_interceptors_stand_around_a_wait_as_around_any_call() -> None:
    kernel = Kernel(Seeds(1))
    points = Points()
    seen: list[str] = []

    async def around(call: object, forward: object) -> object:
        seen.append(call.target)  # type: ignore[attr-defined]
        return await forward(call)  # type: ignore[operator]

    points.add("tool", around)
    box = _box(kernel, Trace(lambda: 0.0), points)

    async def main() -> None:
        await box.call("wait", {"seconds": 1})

    kernel.run(main())
    assert seen == ["wait"]
