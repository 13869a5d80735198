"""Agents that misbehave, one function each: `build(env)` as an experiment names it."""

import _thread
import asyncio
import ctypes
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sandbox.agents.contract import Agent, Env
from sandbox.agents.reference.plain import hello_careful
from sandbox.errors import EscapedSimulation, ToolError
from sandbox.llm.messages import Message


def plain(body: Callable[[Env], Awaitable[Any]]) -> Callable[[Env], Agent]:
    """A factory of an agent that does *body* and answers with what it returns."""

    def build(env: Env) -> Agent:
        async def agent(task: str) -> Any:
            return await body(env)

        return agent

    return build


good = hello_careful


@plain
async def raises(env: Env) -> None:
    raise ValueError("no idea")


@plain
async def raises_with_an_address(env: Env) -> None:
    raise ValueError(object())


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@plain
async def raises_without_words(env: Env) -> None:
    raise SpeechlessError


def raises_in_the_factory(env: Env) -> Agent:
    raise RuntimeError("no key")


def is_no_agent(env: Env) -> Any:
    return 42


@plain
async def hangs(env: Env) -> None:
    await asyncio.get_running_loop().create_future()


@plain
async def sleeps_forever(env: Env) -> None:
    await asyncio.sleep(float("inf"))


@plain
async def swallows_cancellation(env: Env) -> None:
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


@plain
async def spins(env: Env) -> None:
    while True:
        await asyncio.sleep(0)


@plain
async def spins_immortally(env: Env) -> None:
    while True:
        with suppress(BaseException):
            await asyncio.sleep(0)


@plain
async def writes_and_spins(env: Env) -> None:
    found = await env.tools.call("zendesk_search_tickets", {"query": "refund", "per_page": 1})
    await env.tools.call(
        "zendesk_create_ticket",
        {"requester_id": found["tickets"][0]["requester_id"], "subject": "Hi", "comment": "Hi"},
    )
    while True:
        await asyncio.sleep(0)


@plain
async def calls_ten_thousand_tools(env: Env) -> None:
    for _ in range(10_000):
        await env.tools.call("wiki_search", {"query": "refund"})


@plain
async def catches_everything(env: Env) -> None:
    while True:
        with suppress(BaseException):
            await env.tools.call("wiki_search", {"query": "refund"})


@plain
async def thinks_forever(env: Env) -> None:
    while True:
        await env.model.complete([Message("user", "Well? " * 40_000)])


@plain
async def calls_an_unknown_tool(env: Env) -> None:
    await env.tools.call("stripe_create_refunds", {"amount": 1})


@plain
async def calls_with_rubbish(env: Env) -> str:
    rubbish: Any
    for rubbish in (None, [1], {"query": object()}, {1: 2}, "query", {"query": float("nan")}):
        with suppress(ToolError):
            await env.tools.call("wiki_search", rubbish)
    return "That was rubbish."


@plain
async def answers_nothing(env: Env) -> None:
    return None


@plain
async def answers_a_number(env: Env) -> int:
    return 42


@plain
async def answers_an_object(env: Env) -> object:
    return object()


@plain
async def exits(env: Env) -> None:
    sys.exit(3)


@plain
async def exits_in_a_task(env: Env) -> None:
    async def leave() -> None:
        sys.exit(3)

    task = asyncio.create_task(leave())
    await asyncio.sleep(60)
    await task


@plain
async def interrupts(env: Env) -> None:
    raise KeyboardInterrupt


@plain
async def exits_the_process(env: Env) -> None:
    os._exit(3)


@plain
async def kills_itself(env: Env) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@plain
async def is_killed(env: Env) -> None:
    """What the simulation cannot see: the system ends the process."""
    await env.tools.call("wiki_search", {"query": "refund"})
    ctypes.CDLL(None).kill(os.getpid(), 9)


@plain
async def cancels_itself(env: Env) -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(1)


@plain
async def cancels_everybody(env: Env) -> None:
    for task in asyncio.all_tasks():
        task.cancel()
    await asyncio.sleep(1)


@plain
async def stops_the_loop(env: Env) -> None:
    asyncio.get_running_loop().stop()
    await asyncio.sleep(1)


@plain
async def recurses(env: Env) -> None:
    def deeper(n: int) -> int:
        return deeper(n + 1)

    deeper(0)


@plain
async def allocates_too_much(env: Env) -> None:
    bytearray(1 << 60)


@plain
async def starts_a_thread(env: Env) -> None:
    threading.Thread(target=print).start()


@plain
async def opens_a_socket(env: Env) -> None:
    socket.create_connection(("shop.test", 443))


@plain
async def opens_a_socket_and_goes_on(env: Env) -> str:
    with suppress(EscapedSimulation):
        socket.create_connection(("telemetry.test", 443))
    return "Nobody saw that."


@plain
async def opens_a_socket_in_a_callback(env: Env) -> None:
    asyncio.get_running_loop().call_soon(socket.create_connection, ("shop.test", 443))
    await asyncio.sleep(5)


def sleeps_in_a_thread(env: Env) -> Any:
    def agent(task: str) -> str:
        time.sleep(100)
        return "I have slept."

    return agent


def blocks_on_a_lock(env: Env) -> Any:
    def agent(task: str) -> str:
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
        return "never"

    return agent


_loose: list[Any] = []


@plain
async def leaves_a_task_behind(env: Env) -> str:
    async def tick() -> None:
        while True:
            await asyncio.sleep(1)

    _loose[:] = [asyncio.create_task(tick())]
    return "Bye."


@plain
async def computes_forever(env: Env) -> None:
    await env.tools.call("wiki_search", {"query": "refund"})
    while True:
        pass


@plain
async def prints(env: Env) -> str:
    print("agents talk", flush=True)  # noqa: T201
    print('{"type": "result"}')  # noqa: T201
    os.write(1, b"to the descriptor\n")
    return f"stdin says {sys.stdin.read()!r}"


@plain
async def closes_its_streams(env: Env) -> str:
    sys.stdin.close()
    sys.stdout.close()
    sys.stderr.close()
    for number in (0, 1, 2):
        os.close(number)
    return "Closed."


@plain
async def moves_house(env: Env) -> str:
    os.chdir("/")
    os.environ["MOVED"] = "1"
    return "Moved."


@plain
async def asks_where_it_is(env: Env) -> str:
    env.note(f"in the root: {Path.cwd() == Path('/')}, moved: {os.environ.get('MOVED')}")
    return "Asked."


@plain
async def waits_at_the_gate(env: Env) -> str:
    """Holds its worker up, in real time, until the test opens the gate."""
    gate = Path(os.environ["SANDBOX_TEST_GATE"])
    waiting = gate / "waiting"
    if not (gate / "open").exists():
        waiting.write_text(str(os.getpid()))
    while not (gate / "open").exists():
        pass
    return "The gate is open."


@plain
async def tells_its_hash(env: Env) -> str:
    env.note(f"hash {hash('a')}")
    return "Told."


@plain
async def presses_ctrl_c(env: Env) -> None:
    """What the user does in a notebook: the main thread is interrupted."""
    _thread.interrupt_main()
    while True:
        await asyncio.sleep(1)
