"""A worker process: reads orders line by line, runs episodes, answers line by line.

Run by the supervisor as `python -m sandbox.experiments.worker`. Whatever agents print goes to standard
error; the answers have a pipe of their own.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from sandbox.errors import UsageError
from sandbox.experiments.bench import Bench
from sandbox.experiments.codec import dump, load_plan
from sandbox.experiments.setup import Setup


def main() -> int:
    """Serve until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's business
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    orders: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read_orders, args=(sys.stdin.buffer, orders), daemon=True).start()

    def say(type_: str, **fields: Any) -> None:
        answers.write(json.dumps({"type": type_, **fields}).encode() + b"\n")

    try:
        bench = Bench(Setup.from_json(orders.get()), on_beat=lambda: say("beat"))
        signal.signal(signal.SIGTERM, _leave(bench))
        say("ready")
        while True:
            plan = load_plan(json.loads(orders.get()))
            say("result", episode=dump(bench.run(plan)))
    except UsageError as error:
        say("error", message=str(error))
        return 2
    except Exception:  # noqa: BLE001 - the supervisor shows it and exits with 70
        say("bug", message=traceback.format_exc())
        return 70


def _read_orders(stdin: BinaryIO, orders: queue.Queue[str]) -> None:
    for line in stdin:
        orders.put(line.decode())
    os._exit(0)  # the supervisor is gone, perhaps by kill -9: nobody waits for an answer


def _leave(bench: Bench) -> Callable[[int, Any], None]:
    def leave(_signal: int, _frame: Any) -> None:
        bench.flush()
        os._exit(143)

    return leave


if __name__ == "__main__":
    sys.exit(main())
