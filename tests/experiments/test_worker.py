import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.experiments.supervisor import worker_environment

COMMAND = [sys.executable, "-P", "-c", "from sandbox.experiments.worker import main; main()"]


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=worker_environment(),
    )  # fmt: skip
    with process:
        yield process
        process.kill()


def send(worker: subprocess.Popen[bytes], line: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(line.encode() + b"\n")
    worker.stdin.flush()


def test_bad_input_is_told_and_ends_the_worker(
    worker: subprocess.Popen[bytes], spec_of: Any, setup_of: Any
) -> None:
    send(worker, setup_of(spec_of("unheard_of")).to_json())
    assert worker.stdout is not None
    message = json.loads(worker.stdout.readline())
    assert message["type"] == "error"
    assert "has no 'unheard_of'" in message["message"]
    assert worker.wait(timeout=30) == 1
    assert worker.stderr is not None
    assert worker.stderr.read() == b""


def test_a_worker_goes_when_its_supervisor_has_gone_even_from_a_busy_loop(
    worker: subprocess.Popen[bytes], spec_of: Any, setup_of: Any, plans_of: Any
) -> None:
    spec = spec_of("computes_forever")
    send(worker, setup_of(spec).to_json())
    send(worker, json.dumps(plans_of(spec)[0].__dict__))
    assert worker.stdout is not None
    assert worker.stdin is not None
    assert json.loads(worker.stdout.readline()) == {"type": "ready"}
    ticks = os.sysconf("SC_CLK_TCK")
    busy = cpu_s(worker.pid, ticks)
    while cpu_s(worker.pid, ticks) < busy + 0.5:  # it computes
        time.sleep(0.05)
    worker.stdin.close()
    assert worker.wait(timeout=30) == 0


def cpu_s(pid: int, ticks: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / ticks
