"""A worker process: reads orders line by line, runs episodes, answers line by line.

Run by the supervisor. Agents print, close streams and
change folders as they like: orders and answers have pipes of their own, and each episode begins
with fresh standard streams, the same folder and the same environment.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import traceback
from os import _exit  # kept by name: inside an episode `os._exit` is refused
from pathlib import Path
from signal import ITIMER_REAL, setitimer
from typing import Any, BinaryIO, NoReturn

from sandbox.errors import UsageError
from sandbox.experiments.bench import Bench
from sandbox.experiments.codec import dump, load_plan
from sandbox.experiments.folder import LOG
from sandbox.experiments.setup import Setup

_ORPHAN_S = 60.0
"""How much longer than allowed an episode may take before the process ends by itself."""


class Streams:
    """The worker's own ends of its pipes, and what agents take for the standard streams."""

    def __init__(self) -> None:
        self.orders: BinaryIO = os.fdopen(os.dup(0), "rb")
        self._answers = os.dup(1)
        self._null = os.open(os.devnull, os.O_RDONLY)
        self._printed = os.dup(2)
        self._cwd = Path.cwd()
        self._environ = dict(os.environ)
        self.renew()

    def print_to(self, log: Path) -> None:
        """Let what agents print go to the end of the file *log*, not to the terminal."""
        self._printed = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.renew()

    def renew(self) -> None:
        """Undo what an agent may have done to streams, folder and environment."""
        for own, standard in ((self._null, 0), (self._printed, 1), (self._printed, 2)):
            os.dup2(own, standard)
        sys.stdin = os.fdopen(0, closefd=False)
        sys.stdout, sys.stderr = (
            os.fdopen(
                n, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
            )
            for n in (1, 2)
        )
        os.chdir(self._cwd)
        if os.environ != self._environ:
            os.environ.clear()
            os.environ.update(self._environ)

    def say(self, type_: str, **fields: Any) -> None:
        """Answer the supervisor; without one there is nothing left to do."""
        line = json.dumps({"type": type_, **fields}).encode() + b"\n"
        try:
            while line:
                line = line[os.write(self._answers, line) :]
        except BrokenPipeError:
            _exit(0)


def main() -> NoReturn:
    """Serve until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's business
    streams = Streams()
    orders: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read_orders, args=(streams.orders, orders), daemon=True).start()
    try:
        _serve(streams, orders)
    except UsageError as error:
        streams.say("error", message=str(error))
    except BaseException:
        streams.say("bug", message=traceback.format_exc())
    _exit(1)  # at once: whatever agents left behind has no say in it


def _serve(streams: Streams, orders: queue.Queue[str]) -> NoReturn:
    setup = Setup.from_json(orders.get())
    if setup.folder is not None and setup.logs:
        streams.print_to(setup.folder / LOG)
    alarm_s = 2 * setup.spec.limits.real_s_max + _ORPHAN_S

    def beat() -> None:
        setitimer(ITIMER_REAL, alarm_s)
        streams.say("beat")

    bench = Bench(setup, on_beat=beat)
    streams.say("ready")
    while True:
        plan = load_plan(json.loads(orders.get()))
        # Nothing stops code that never lets go of the interpreter once the supervisor is gone, but
        # the operating system: an alarm that nobody handles ends the process.
        setitimer(ITIMER_REAL, alarm_s)
        streams.renew()
        result = bench.run(plan)
        setitimer(ITIMER_REAL, 0)
        streams.say("result", episode=dump(result))


def _read_orders(stdin: BinaryIO, orders: queue.Queue[str]) -> None:
    for line in stdin:
        orders.put(line.decode())
    _exit(0)  # the supervisor is gone, perhaps by kill -9: nobody waits for an answer
