"""One operation of one system, ready to be run: permission, arguments, the step, the effect.

Everything here is synchronous, so that no other caller can come between the parts of a step.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sandbox.errors import InvalidArguments, PermissionDenied, SandboxBug, SandboxError
from sandbox.sim.trace import canonical
from sandbox.systems.effects import Change
from sandbox.systems.operation import Operation
from sandbox.systems.store import Store
from sandbox.systems.system import Principal, System


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to."""

    result: Any
    """As JSON."""
    changes: tuple[Change, ...] = ()
    changeset: bytes = b""
    """Empty when nothing was committed."""


class Bound:
    """An operation with the system it belongs to; made once per host."""

    __slots__ = ("_dump", "_method", "_validate", "operation", "system")

    def __init__(self, operation: Operation, system: System) -> None:
        self.operation = operation
        self.system = system
        self._method: Callable[..., Any] = getattr(system, operation.method)
        if inspect.iscoroutinefunction(self._method):
            raise SandboxBug(f"{operation.name} is async: a step must not await anything")
        self._validate = operation.args_model.__pydantic_validator__.validate_python
        self._dump = operation.result_adapter.serializer.to_python

    def check_permission(self, principal: Principal) -> None:
        """Raise `PermissionDenied` unless *principal* has the scope of the operation."""
        operation = self.operation
        if not principal.may(operation.scope):
            raise self._shaped(
                PermissionDenied(
                    f"{operation.name}: {principal.name} lacks the scope {operation.scope}",
                    tool=operation.name,
                )
            )

    def validated(self, args: Any) -> BaseModel:
        """*args* as the operation's model, or `InvalidArguments` that names each wrong field."""
        try:
            model: BaseModel = self._validate(args)
        except ValidationError as error:
            message = f"{self.operation.name}: {explain(error, self.operation.fields)}"
            raise self._shaped(InvalidArguments(message, tool=self.operation.name)) from None
        return model

    def _shaped(self, error: Any) -> Any:
        error.body = self.system.error_body(error)
        return error

    def read(self, store: Store, args: BaseModel, principal: Principal) -> Outcome:
        """The answer from *store*: the live one, or a replica that lags behind."""
        system, live = self.system, self.system.db
        before = store.changes_total
        system.db = store
        try:
            result = self._run(args, principal)
        finally:
            system.db = live
        if store.changes_total != before:
            raise SandboxBug(f"{self.operation.name} is marked @read and changed the store")
        return Outcome(result)

    def write(
        self, store: Store, args: BaseModel, principal: Principal, *, discard: bool = False
    ) -> Outcome:
        """Run it as one atomic step; with *discard* the answer is as usual, and nothing stays."""
        with store.transaction(discard=discard) as step:
            result = self._run(args, principal)
        return Outcome(result, step.changes, step.changeset)

    def _run(self, args: BaseModel, principal: Principal) -> Any:
        self.system.principal = principal
        try:
            # A model's own dict is what its fields hold, without copying nested models.
            result = self._method(**args.__dict__)
            return self._dump(result, mode="json", warnings="error")
        except SandboxError as error:
            if not getattr(error, "tool", "-"):
                error.tool = self.operation.name  # type: ignore[attr-defined]
            raise
        except Exception as error:
            kind = type(error).__name__
            raise SandboxBug(f"{self.operation.name}({args!r}) raised {kind}: {error}") from error

    def identity(self, result: Any, args: BaseModel) -> tuple[str, dict[str, Any]]:
        """What identifies the effect of a write: the record acted upon, and the key arguments."""
        given = args.model_dump(mode="json")
        operation = self.operation
        target = self._identifying(operation.target, result, given)
        return str(target), {
            name: self._identifying(name, result, given) for name in operation.key_args
        }

    def _identifying(self, name: str, result: Any, given: dict[str, Any]) -> Any:
        if isinstance(result, dict) and name in result:
            return result[name]
        if name in given:
            return given[name]
        raise SandboxBug(
            f"{self.operation.name} declares {name!r} to identify its effect, "
            "which is neither in its result nor among its arguments"
        )


def explain(error: ValidationError, fields: Iterable[str]) -> str:
    """Each wrong argument by name, what is wrong, and the likely name of a misspelt one."""
    return "; ".join(_explain(detail, list(fields)) for detail in error.errors(include_url=False))


def _explain(detail: ErrorDetails, fields: list[str]) -> str:
    where = ".".join(map(str, detail["loc"])) or "arguments"
    if detail["type"] == "extra_forbidden":
        return f"{where}: no such argument{did_you_mean(where, fields)}"
    if detail["type"] == "missing":
        return f"{where}: required"
    if detail["type"] == "model_type":
        return "the arguments must be an object"
    given = canonical(detail["input"])  # not repr(), which may hold an address
    return f"{where}: {detail['msg']}, not {given if len(given) <= 80 else given[:77] + '...'}"


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """` (did you mean x?)`, or nothing when no name is near."""
    near = difflib.get_close_matches(name, list(names), n=1)
    return f" (did you mean {near[0]}?)" if near else ""
