"""The stage of an episode: what its conversations share, and who is on it just now."""

from __future__ import annotations

import re
import signal
import traceback
from contextvars import Context, ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.experiments.collector import Collector
from sandbox.experiments.limits import Guards
from sandbox.experiments.spec import Limits
from sandbox.experiments.visible import visible
from sandbox.faults.injector import Injector
from sandbox.llm.presets import Preset
from sandbox.llm.prices import Prices
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.trace import Trace
from sandbox.systems.effects import Ledger
from sandbox.worlds.company import Company

if TYPE_CHECKING:
    from sandbox.experiments.session import Session

CONVERSATION: ContextVar[str] = ContextVar("conversation", default="")
"""Whose agent's code runs: its tasks and threads inherit the name."""
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
_PACKAGE = Path(__file__).resolve().parent.parent
_STDLIB = Path(traceback.__file__).resolve().parent
_TEXT_MAX = 200


@dataclass
class Stage:
    """What all conversations of an episode share."""

    kernel: Kernel
    company: Company
    points: Points
    trace: Trace
    ledger: Ledger
    injector: Injector
    guards: Guards
    collector: Collector
    limits: Limits
    preset: Preset
    prices: Prices
    taken: set[str] = field(default_factory=set)
    """Records that a conversation is about: no two at once share one."""
    running: dict[str, Session] = field(default_factory=dict)
    """The conversations that have begun and have no record yet, in the order of their beginning."""

    def on_error(self, error: BaseException, context: Context | None) -> bool:
        """End the one conversation whose agent would bring the simulation to a halt.

        The kernel asks this before it gives up: callbacks without end, a blocked thread, sys.exit()
        in a task. False: nobody can be blamed, or ending that conversation has not helped.
        """
        if is_interrupt(error):
            return False
        session = self.culprit(context)
        return session is not None and session.halt(one_line(error))

    def culprit(self, context: Context | None) -> Session | None:
        """The conversation whose agent's code ran in *context*; a single one is always it."""
        name = context.get(CONVERSATION, "") if context is not None else ""
        found = self.running.get(name)
        if found is None and len(self.running) == 1:
            (found,) = self.running.values()
        return found


def is_interrupt(error: BaseException) -> bool:
    """Whether the user pressed Ctrl-C; where that cannot arrive (a worker), an agent raised it."""
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return isinstance(error, KeyboardInterrupt) and not ignored


def one_line(error: BaseException) -> str:
    """An exception in one line that is the same in every process: type, first line of its text."""
    try:
        text = str(error).strip()
    except Exception:
        text = ""
    kind = type(error).__name__
    if not text:
        return kind
    return f"{kind}: {visible(_ADDRESS.sub('0x...', text.splitlines()[0])[:_TEXT_MAX])}"


def with_place(error: BaseException) -> str:
    """An exception of ours in one line, with the innermost line of the sandbox's code."""
    own = [
        Path(frame.filename).relative_to(_PACKAGE.parent).as_posix() + f":{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PACKAGE)
    ]
    return one_line(error) + (f" at {own[-1]}" if own else "")


def with_agent_place(error: BaseException) -> str:
    """An exception of an agent in one line, with the innermost line of the agent's own code.

    Only the file's name is given, not its folder: the text stands in the trace, whose digest must
    not depend on where a checkout lies.
    """
    own = [
        f"{Path(frame.filename).name}:{frame.lineno} ({frame.name})"
        for frame in traceback.extract_tb(error.__traceback__)
        if not Path(frame.filename).is_relative_to(_PACKAGE) and _is_users(frame.filename)
    ]
    return one_line(error) + (f" at {own[-1]}" if own else "")


def _is_users(filename: str) -> bool:
    """Whether a file is the user's: not a library's, not Python's own."""
    path = Path(filename)
    return "site-packages" not in path.parts and not path.is_relative_to(_STDLIB)
