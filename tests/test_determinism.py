"""The promise that all else stands on: one seed, one run, whatever the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

EXPERIMENTS = Path(__file__).resolve().parents[1] / "experiments"
AGENTS = "sandbox.agents.reference"


@dataclass(frozen=True)
class Proof:
    """An experiment in a folder of its own, run by fresh processes."""

    folder: Path

    def run(self, *words: str, hash_seed: int) -> str:
        """What `sandbox *words` prints, with its workers under *hash_seed*."""
        env = os.environ | {"PYTHONHASHSEED": str(hash_seed), "SANDBOX_HASHSEED": "inherit"}
        done = subprocess.run(
            [sys.executable, "-m", "sandbox.cli", *words],
            cwd=self.folder, env=env, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    def hashes(self) -> list[str]:
        """The hash of one word in each process that imported the agents since last time."""
        notes = self.folder / "notes.txt"
        found = notes.read_text().split()
        notes.unlink()
        return found


def proof(folder: Path, experiment: str, agents: dict[str, str]) -> Proof:
    """The shipped *experiment*; whoever imports one of its *agents* notes its hash of a word.

    The note goes to a file, which is no part of the trace.
    """
    text = (EXPERIMENTS / f"{experiment}.yaml").read_text()
    lines = ["from pathlib import Path"]
    for name, path in agents.items():
        module, attribute = path.split(":")
        lines.append(f"from {module} import {attribute} as {name}")
        text = text.replace(path, f"noting.py:{name}")
    lines.append(f"with Path({str(folder / 'notes.txt')!r}).open('a') as file:")
    lines.append("    file.write(str(hash('word')) + '\\n')")
    (folder / "noting.py").write_text("\n".join(lines) + "\n")
    (folder / "proof.yaml").write_text(text)
    return Proof(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("experiment", "agents", "words"),
    [
        (
            "hello",
            {name: f"{AGENTS}.plain:{name}" for name in ("hello_naive", "hello_careful")},
            ("--episodes", "2"),
        ),
        (
            "first_look",
            {name: f"{AGENTS}.{name}:build" for name in ("naive", "hardened")},
            ("--episodes", "1", "--task", "partial_refund"),
        ),
    ],
    ids=["hello", "first_look"],
)
def test_neither_hash_seeds_nor_the_number_of_workers_change_a_run(
    tmp_path: Path, experiment: str, agents: dict[str, str], words: tuple[str, ...]
) -> None:
    here = proof(tmp_path, experiment, agents)
    run = ("run", "proof.yaml", *words, "--json")
    one = json.loads(here.run(*run, "--jobs", "1", "--out", "one", hash_seed=1))
    seen_by_one = here.hashes()
    two = json.loads(here.run(*run, "--jobs", "2", "--out", "two", hash_seed=2))
    seen_by_two = here.hashes()

    assert one["digest"] == two["digest"]
    assert one == two, "the figures, too"
    assert len(set(seen_by_one)) == len(set(seen_by_two)) == 1
    assert set(seen_by_one) != set(seen_by_two), "the workers had one hash seed: nothing is shown"
    assert len(seen_by_two) == len(seen_by_one) + 1, "the second run had one worker more"

    told = here.run("replay", "one", "--all", hash_seed=3)
    assert told.startswith("identical: "), told
    assert set(here.hashes()).isdisjoint(seen_by_one), "the replay had a hash seed of its own"
