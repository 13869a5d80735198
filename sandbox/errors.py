"""Every exception the sandbox raises, in one tree: catch by branch.

SandboxError
├── UsageError               a mistake of the caller: exit code 2, one clear line, no traceback
│   ├── ContentError         wrong content files; every `Problem` found, with file:line:column
│   ├── AgentLoadError       an agent path that does not import or has the wrong shape
│   └── MissingExtra         an optional dependency is not installed; says which extra to install
├── ToolError                what an agent sees when a tool call fails: it must cope with these
│   ├── ToolTimeout          no answer in time: the write may or may not have been committed
│   ├── ToolUnavailable      the system answered 5xx
│   ├── RateLimited          the system answered 429 (retry_after_s may say when to come back)
│   ├── InvalidArguments     the arguments do not fit the tool's schema
│   ├── PermissionDenied     the acting principal lacks the scope
│   ├── NotFound             no such record (or no such tool)
│   └── Conflict             the record's state forbids it (already refunded, already shipped, ...)
├── LimitReached             the episode's own budget ended it: steps, cost_usd, virtual_s, real_s
├── ConversationOver         the user has left: nobody reads any further message
├── SimulationError          the simulation cannot go on
│   ├── SimDeadlock          nothing can ever happen again; names the blocked tasks
│   ├── SimLivelock          callbacks without end while the clock stands still
│   └── EscapedSimulation    agent code reached for the real world (socket, thread, process)
└── SandboxBug               a broken invariant of ours: exit code 70
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


class SandboxError(Exception):
    """The root: everything the sandbox raises on purpose."""


class UsageError(SandboxError):
    """A mistake of the caller; its text is shown as one line and the command exits with 2."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a content file; `line` and `column` count from 1 (0: unknown)."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ContentError(UsageError):
    """One or more content files are wrong; `problems` lists all of them in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class AgentLoadError(UsageError):
    """The agent path does not lead to a usable agent factory."""


class MissingExtra(UsageError):
    """An optional dependency is missing; the text ends with the `pip install` that mends it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"package {package!r} is not installed: pip install 'agent-windtunnel[{extra}]'"
        )


ToolErrorCode = Literal[
    "timeout", "unavailable", "rate_limited", "invalid_arguments", "permission_denied",
    "not_found", "conflict",
]  # fmt: skip


class ToolError(SandboxError):
    """A failed tool call as its caller sees it.

    *status* is the HTTP status the vendor would send (0 for a timeout), *body* the vendor-shaped
    error body, *retry_after_s* the seconds the vendor asks the caller to wait.
    """

    code: ToolErrorCode = "unavailable"
    status: int = 500

    def __init__(
        self,
        message: str,
        *,
        tool: str = "",
        status: int | None = None,
        body: dict[str, Any] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.tool = tool
        self.status = type(self).status if status is None else status
        self.body = body if body is not None else {"error": {"message": message}}
        self.retry_after_s = retry_after_s

    def to_dict(self) -> dict[str, Any]:
        """The error as JSON: what a framework adapter hands to the model."""
        out: dict[str, Any] = {"error": self.code, "status": self.status, "message": self.message}
        if self.retry_after_s is not None:
            out["retry_after_s"] = self.retry_after_s
        return out


class ToolTimeout(ToolError):
    """No answer in time; the write may or may not have been committed."""

    code = "timeout"
    status = 0


class ToolUnavailable(ToolError):
    """The system answered 5xx."""

    code = "unavailable"
    status = 503


class RateLimited(ToolError):
    """The system answered 429."""

    code = "rate_limited"
    status = 429


class InvalidArguments(ToolError):
    """The arguments do not fit the tool's schema."""

    code = "invalid_arguments"
    status = 400


class PermissionDenied(ToolError):
    """The acting principal lacks the scope that the tool asks for."""

    code = "permission_denied"
    status = 403


class NotFound(ToolError):
    """No such record, or no such tool."""

    code = "not_found"
    status = 404


class Conflict(ToolError):
    """The record's state forbids the call."""

    code = "conflict"
    status = 409


LimitName = Literal["steps", "cost", "virtual_s", "real_s"]


class LimitReached(SandboxError):
    """The episode's budget is spent; `limit` names which one."""

    def __init__(self, limit: LimitName, value: float, maximum: float) -> None:
        super().__init__(f"limit reached: {limit}={value:g} of at most {maximum:g}")
        self.limit: LimitName = limit
        self.value = value
        self.maximum = maximum


class ConversationOver(SandboxError):
    """The user has left the conversation."""


class SimulationError(SandboxError):
    """The simulation itself cannot go on."""


class SimDeadlock(SimulationError):
    """Nothing can ever happen again; the text names the blocked tasks."""


class SimLivelock(SimulationError):
    """Callbacks without end while the clock stands still."""


class EscapedSimulation(SimulationError):
    """Agent code reached for the real world; the text names the call."""

    def __init__(self, call: str, remedy: str = "") -> None:
        super().__init__(f"{call} would leave the simulation" + (f": {remedy}" if remedy else ""))
        self.call = call


class SandboxBug(SandboxError):
    """A broken invariant of ours: please report it with the replay command."""
