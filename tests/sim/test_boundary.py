import _thread
import asyncio
import builtins
import concurrent.futures
import multiprocessing
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.errors import EscapedSimulation
from sandbox.sim.boundary import apis
from sandbox.sim.entropy import virtual_world
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds


def connect(method: str) -> Any:
    with socket.socket() as one:
        return getattr(one, method)(("192.0.2.1", 80))


def pool() -> Any:
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        return executor.submit(print)


ESCAPES: dict[str, Callable[[], Any]] = {
    "os._exit(3)": lambda: os._exit(3),
    "os.abort()": lambda: os.abort(),  # noqa: PLW0108 - looked up inside
    "os.kill()": lambda: os.kill(os.getpid(), signal.SIGKILL),  # no process id in a trace
    "os.killpg()": lambda: os.killpg(0, signal.SIGKILL),
    "signal.raise_signal(": lambda: signal.raise_signal(signal.SIGINT),
    "socket.connect(('192.0.2.1', 80))": lambda: connect("connect"),
    "socket.connect_ex(": lambda: connect("connect_ex"),
    "socket.bind(": lambda: connect("bind"),
    "socket.create_connection(('example.org', 443), timeout=3)": lambda: socket.create_connection(
        ("example.org", 443), timeout=3
    ),
    "socket.getaddrinfo('example.org', 443)": lambda: socket.getaddrinfo("example.org", 443),
    "socket.gethostbyname('example.org')": lambda: socket.gethostbyname("example.org"),
    "subprocess.Popen(['ls', '-l'])": lambda: subprocess.run(["ls", "-l"], check=False),
    "os.system('ls')": lambda: os.system("ls"),
    "os.fork()": lambda: os.fork(),  # noqa: PLW0108 - looked up inside the world
    "multiprocessing.Process.start()": lambda: multiprocessing.Process(target=print).start(),
    "threading.Thread.start()": lambda: threading.Thread(target=print).start(),
    "threading.Thread.start() ": pool,
    "_thread.start_new_thread(": lambda: _thread.start_new_thread(print, ()),
    "asyncio.new_event_loop()": lambda: asyncio.new_event_loop(),  # noqa: PLW0108
    "signal.signal(": lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
    "signal.alarm(1)": lambda: signal.alarm(1),
    "signal.pthread_kill()": lambda: signal.pthread_kill(threading.get_ident(), 0),
    "signal.sigwait(": lambda: signal.sigwait({signal.SIGUSR1}),
    "input('? ')": lambda: builtins.input("? "),
}


@pytest.mark.parametrize("call", ESCAPES)
@pytest.mark.parametrize("where", ["on the loop", "in a job"])
def test_what_leaves_the_simulation_is_refused_by_name_and_target(call: str, where: str) -> None:
    escape = ESCAPES[call]

    async def main(_: Kernel) -> None:
        if where == "on the loop":
            escape()
        else:
            await asyncio.to_thread(escape)

    kernel = Kernel(Seeds(1))
    with virtual_world(kernel), pytest.raises(EscapedSimulation) as raised:
        kernel.run(main)
    assert raised.value.call.startswith(call.strip())
    assert str(raised.value) != raised.value.call, "a remedy follows"
    assert kernel.escapes == [raised.value.call]


def test_an_escape_that_the_agent_swallows_is_still_on_record() -> None:
    async def main(_: Kernel) -> None:
        try:
            os.system("ls")
        except Exception:
            return

    kernel = Kernel(Seeds(1))
    with virtual_world(kernel):
        kernel.run(main)
    assert kernel.escapes == ["os.system('ls')"]


def test_child_processes_of_asyncio_are_refused() -> None:
    async def main(_: Kernel) -> None:
        await asyncio.create_subprocess_exec("ls")

    with pytest.raises(EscapedSimulation, match="subprocess_exec"):
        Kernel(Seeds(1)).run(main)


def test_outside_a_world_and_on_other_threads_nothing_is_refused() -> None:
    ran: list[str] = []

    async def main(_: Kernel) -> None:
        thread = threading.Thread(target=ran.append, args=("thread",))
        thread.start()
        thread.join()

    Kernel(Seeds(1)).run(main)
    kernel = Kernel(Seeds(1))
    with virtual_world(kernel):
        outside = threading.Thread(target=ran.append, args=("other",))
        outside.start()
        outside.join()
        assert subprocess.run(["true"], check=False).returncode == 0
    assert ran == ["thread", "other"]


def test_external_work_may_leave() -> None:
    async def main(kernel: Kernel) -> Any:
        return await kernel.external(subprocess.run, ["true"])

    kernel = Kernel(Seeds(1))
    with virtual_world(kernel):
        assert kernel.run(main).returncode == 0


def test_a_long_argument_is_cut_and_an_object_shows_its_type_only() -> None:
    async def main(_: Kernel) -> None:
        arguments: list[Any] = ["x" * 500, object()]
        subprocess.run(arguments, check=False)

    kernel = Kernel(Seeds(1))
    with virtual_world(kernel), pytest.raises(EscapedSimulation) as raised:
        kernel.run(main)
    assert len(raised.value.call) < 120
    assert "0x" not in raised.value.call


def test_the_table_lists_every_api_once_and_the_refused_ones_say_why() -> None:
    rows = apis()
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    levels = [row.level for row in rows]
    assert list(dict.fromkeys(levels)) == ["simulated", "patched", "refused", "passes"]
    assert all(row.note for row in rows)
    assert {"socket.connect", "subprocess.Popen", "loop.add_reader", "os.fork"} <= set(names)


def test_after_the_world_every_function_is_the_real_one_again() -> None:
    before = (socket.getaddrinfo, os.fork, threading.Thread.start, subprocess.Popen.__init__)
    with virtual_world(Kernel(Seeds(1))):
        assert socket.getaddrinfo is not before[0]
    after = (socket.getaddrinfo, os.fork, threading.Thread.start, subprocess.Popen.__init__)
    assert before == after
    assert "connect" not in vars(socket.socket)
