"""A step of an agent with everything on (scripted model, tool, full trace), against a floor.

The agent is plain async code that speaks to the model endpoint and calls a tool per step; the floor
is the one of `store.py`: the work that a step cannot do without.
"""

from __future__ import annotations

import itertools
import time

from store import ANSWER, Episode, Floor, built, each_us, item_id

from sandbox.llm.endpoint import ModelEndpoint
from sandbox.llm.latency import LatencyProfile
from sandbox.llm.messages import Completion, Message, ToolCall, ToolSpec, Usage
from sandbox.llm.prices import load_prices
from sandbox.llm.scripted import ScriptedModel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds


def script(count: int) -> list[Completion]:
    """*count* answers, each asking for one tool call; every fourth writes."""
    out = []
    for number in range(count):
        write = number % 4 == 3
        args = {"item": item_id(number), **({"amount": -number - 1} if write else {})}
        call = ToolCall(f"call_{number}", "shop_set" if write else "shop_get", args)
        out.append(Completion(ANSWER, (call,), Usage(900, 60)))
    return out


async def agent(episode: Episode, endpoint: ModelEndpoint, count: int) -> None:
    """A tool loop: the whole context goes to the model each time, as with a real provider."""
    specs = [ToolSpec(t.name, t.description, t.args_schema) for t in episode.tools.values()]
    messages = [Message("system", "You are the shop's assistant."), Message("user", "Help me.")]
    for _ in range(count):
        answer = await endpoint.complete(messages, specs)
        messages.append(Message("assistant", answer.text, answer.tool_calls))
        for call in answer.tool_calls:
            result = await episode.tools.call(call.name, dict(call.args))
            messages.append(Message("tool", str(result["id"]), tool_call_id=call.id))


def step_us(image: bytes, count: int, *, rounds: int = 3) -> float:
    """One step in an episode of *count* steps, the making of the episode left out."""
    found = []
    for _ in range(rounds):
        episode = Episode(image)
        completions = script(count)
        endpoint = ModelEndpoint(
            ScriptedModel(completions),
            clock=episode.kernel.clock, points=Points(), trace=episode.trace, seeds=Seeds(1),
            prices=load_prices(), latency=LatencyProfile(0.7, 2.0, 80.0), conversation="c1",
        )  # fmt: skip
        began = time.process_time()
        episode.kernel.run(agent(episode, endpoint, count))
        found.append((time.process_time() - began) / count * 1e6)
    return min(found)


def measure() -> dict[str, float]:
    """Figures by name; `agent_step_ratio` is against the floor of this run."""
    image = built()
    floor_us = min(each_us(Floor(image).step, 2000) for _ in range(2))
    figures = {"floor_step_us": floor_us, "agent_step_us": step_us(image, 2000)}
    figures["agent_step_ratio"] = figures["agent_step_us"] / floor_us
    figures["agent_step_us_of_10"] = min(
        itertools.islice((step_us(image, 10, rounds=1) for _ in itertools.count()), 20)
    )
    figures["agent_step_us_of_10000"] = step_us(image, 10_000, rounds=1)
    figures["agent_step_growth"] = figures["agent_step_us_of_10000"] / figures["agent_step_us"]
    return figures


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:24} {value:10.3f}")
