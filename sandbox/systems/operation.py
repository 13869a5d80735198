"""`@read` and `@write`: what turns a typed method of a fake into a tool call.

The method's signature is the schema: pydantic validates the arguments and gives the JSON Schema,
the docstring is the description that an agent reads. What an effect *is* (its class, its target,
the arguments that identify it) stands beside the method that commits it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from sandbox.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])
_NORMAL = NormalDist()
_Z95 = _NORMAL.inv_cdf(0.95)
_MARK = "__sandbox_operation__"


@dataclass(frozen=True, slots=True)
class Latency:
    """A lognormal latency by its median and 95th percentile, in virtual seconds."""

    median_s: float
    p95_s: float

    def __post_init__(self) -> None:
        if not 0 < self.median_s <= self.p95_s:
            raise UsageError(f"{self} must have 0 < median_s <= p95_s")

    def draw_s(self, uniform: float) -> float:
        """The latency at quantile *uniform* of [0, 1); sigma = ln(p95/median) / z(0.95)."""
        sigma = math.log(self.p95_s / self.median_s) / _Z95
        z = _NORMAL.inv_cdf(min(max(uniform, 1e-9), 1 - 1e-9))  # 0 and 1 lie at infinity
        return self.median_s * math.exp(sigma * z)


@dataclass(frozen=True, slots=True)
class Poll:
    """A read that is meant to be repeated: waiting for a state to change is no loop."""

    interval_s_min: float
    polls_max: int


FAST = Latency(0.08, 0.25)
"""A point read or a small write."""
SLOW = Latency(0.6, 2.0)
"""A search, or a write that fans out."""


@dataclass(frozen=True)
class Operation:
    """One thing that a system can do, as tools, graders and faults see it."""

    system: str
    method: str
    kind: Literal["read", "write"]
    description: str
    scope: str
    """The permission that the acting principal needs, like `stripe:refunds:write`."""
    latency: Latency
    args_model: type[BaseModel]
    result_type: Any
    effect: str = ""
    """Class of the effect a write commits (`refund`); tools of one class can repeat each other."""
    target: str = ""
    """Field of the result (else the argument) that identifies the record acted upon."""
    key_args: tuple[str, ...] = ()
    """Fields of the result (else arguments) that identify the effect; free text stays out."""
    idempotency_arg: str | None = None
    """Argument under which a repeated write is answered, not repeated."""
    poll: Poll | None = None
    fields: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The tool's name everywhere: `stripe_create_refund`."""
        return f"{self.system}_{self.method}"

    @cached_property
    def args_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        return tidy(self.args_model.model_json_schema())

    @cached_property
    def result_adapter(self) -> TypeAdapter[Any]:
        """Validates and serialises results."""
        return TypeAdapter(self.result_type)

    @cached_property
    def result_schema(self) -> dict[str, Any]:
        """JSON Schema of the result."""
        return tidy(self.result_adapter.json_schema(mode="serialization"))


def read(scope: str, *, latency: Latency = FAST, poll: Poll | None = None) -> Callable[[F], F]:
    """Mark a method as a read operation: it must not change the store."""
    return _mark({"kind": "read", "scope": scope, "latency": latency, "poll": poll})


def write(
    scope: str,
    *,
    effect: str,
    target: str,
    key_args: tuple[str, ...] = (),
    latency: Latency = FAST,
    idempotency_arg: str | None = None,
) -> Callable[[F], F]:
    """Mark a method as a write operation: it runs in one atomic transaction."""
    return _mark({
        "kind": "write", "scope": scope, "latency": latency, "effect": effect, "target": target,
        "key_args": key_args, "idempotency_arg": idempotency_arg,
    })  # fmt: skip


def _mark(options: dict[str, Any]) -> Callable[[F], F]:
    def decorate(method: F) -> F:
        setattr(method, _MARK, options)
        return method

    return decorate


_known: dict[type, tuple[Operation, ...]] = {}


def operations_of(system: type) -> tuple[Operation, ...]:
    """The operations of a system class, in the order in which its body defines them.

    Made once per class: the models of one system take as long to make as a whole episode to run.
    """
    known = _known.get(system)
    if known is None:
        known = _known[system] = _read_operations(system)
    return known


def _read_operations(system: type) -> tuple[Operation, ...]:
    found: dict[str, Operation] = {}
    for base in reversed(system.__mro__):
        for name, member in vars(base).items():
            options = getattr(member, _MARK, None)
            if options is not None:
                found[name] = _operation(system, name, member, options)
    return tuple(found.values())


def _operation(
    system: type, name: str, method: Callable[..., Any], options: dict[str, Any]
) -> Operation:
    hints = get_type_hints(method, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[parameter.name] = (hints[parameter.name], default)
    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    model = create_model(f"{name}_args", __config__=config, **fields)
    return Operation(
        system=system.__dict__.get("name") or system.name,  # type: ignore[attr-defined]
        method=name,
        description=inspect.cleandoc(method.__doc__ or name),
        args_model=model,
        result_type=hints["return"],
        fields=tuple(fields),
        **options,
    )


def tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """*schema* without pydantic's generated titles, which only cost an agent tokens."""
    tidied: dict[str, Any] = _untitled(schema)
    return tidied


def _untitled(node: Any) -> Any:
    if isinstance(node, dict):
        named = "properties" in node and isinstance(node["properties"], dict)
        out = {
            key: _untitled(value)
            for key, value in node.items()
            if not (key == "title" and isinstance(value, str)) and key != "properties"
        }
        if named:
            out["properties"] = {key: _untitled(sub) for key, sub in node["properties"].items()}
        return out
    if isinstance(node, list):
        return [_untitled(item) for item in node]
    return node
