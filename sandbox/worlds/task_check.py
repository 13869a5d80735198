"""Checks of one task file against its world: tools, arguments, effects, references, SQL."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from sandbox.content.document import Document, Loc
from sandbox.content.references import ReferenceProblem, references
from sandbox.content.suggest import did_you_mean
from sandbox.errors import Problem, UsageError
from sandbox.systems.operation import Operation
from sandbox.systems.store import Store
from sandbox.systems.system import System
from sandbox.systems.waiting import WAIT
from sandbox.worlds.cast import compile_query
from sandbox.worlds.names import ANYTHING, Names, record
from sandbox.worlds.task import (
    Effects,
    OracleStep,
    Task,
    Telling,
    ToolCallStep,
)

T = TypeVar("T")
Found = Iterator[tuple[Loc, str]]
USER_FIELDS = ("name", "email", "opening", "goal")
BUILTINS = ("conversation",)


@dataclass(frozen=True)
class Vocabulary:
    """All names that a world's files may use."""

    operations: Mapping[str, Operation]
    systems: Mapping[str, type[System]]
    policies: Sequence[str]
    empty: Store
    """A store with all tables and no rows, in which SQL is compiled."""

    @property
    def effects(self) -> dict[str, set[str]]:
        """Effect classes, each with the arguments that a pattern may name."""
        found: dict[str, set[str]] = {}
        for operation in self.operations.values():
            if operation.effect:
                known = found.setdefault(operation.effect, set())
                known.update(operation.key_args, operation.fields)
        return found


def check_task(task: Task, document: Document, vocabulary: Vocabulary) -> list[Problem]:
    """Everything in *task* that does not fit its world, with the positions of *document*."""
    check = _Check(task, vocabulary)
    return [document.problem(loc, message) for loc, message in check.run()]


class _Check:
    """The checks of one task, in the order in which its names come into being."""

    def __init__(self, task: Task, vocabulary: Vocabulary) -> None:
        self.task = task
        self.words = vocabulary
        self.effects = vocabulary.effects

    def run(self) -> Found:
        task = self.task
        names = Names(dict.fromkeys(BUILTINS, ANYTHING))
        yield from self._cast(names)
        yield from self._arrange(names)
        user = task.user.model_dump(exclude={"facts", "pushbacks", "persona", "accepts_no"})
        yield from names.problems(user, ("user",))
        for index, fact in enumerate(task.user.facts):
            both = {"value": fact.value, "says": fact.says}
            yield from names.problems(both, ("user", "facts", index))
        yield from names.problems(task.user.pushbacks, ("user", "pushbacks"))
        yield from self._happenings(names)
        yield from self._oracle(task.oracle, names.copy(), ("oracle",))
        yield from self._effects_of(task.effects, names, ("effects",))
        yield from self._tellings(task.must_tell, names, ("must_tell",))
        yield from self._temptation(names)
        yield from self._change_of_mind(names)
        if task.policies != "all":
            for index, policy in enumerate(task.policies):
                yield from _known(policy, self.words.policies, "policy", ("policies", index))

    def _cast(self, names: Names) -> Found:
        bindings: set[str] = set()
        for name, member in self.task.cast.items():
            loc: Loc = ("cast", name, "query")
            if name in names.known or name == "user":
                yield ("cast", name), f"the name {name!r} is taken"
            try:
                compiled = compile_query(member.query, self.words.empty)
            except UsageError as error:
                yield loc, str(error)
                names.known[name] = ANYTHING
                continue
            for binding in compiled.bindings:
                if binding not in bindings:
                    yield loc, f"unknown binding :{binding}{did_you_mean(binding, bindings)}"
            bindings |= {f"{name}_{column}" for column in compiled.columns}
            names.known[name] = record(compiled.columns)

    def _arrange(self, names: Names) -> Found:
        user = self.task.user.model_dump()
        for index, arrangement in enumerate(self.task.arrange):
            loc: Loc = ("arrange", index)
            names.known["user"] = record(
                field for field in USER_FIELDS if names.knows_all(user[field])
            )
            yield from self._call(arrangement.tool, arrangement.args, names, loc)
            if arrangement.id:
                if arrangement.id in names.known:
                    yield (*loc, "id"), f"the name {arrangement.id!r} is taken"
                names.known[arrangement.id] = self._result(arrangement.tool)
        names.known["user"] = record(USER_FIELDS)

    def _happenings(self, names: Names) -> Found:
        for index, happening in enumerate(self.task.happenings):
            loc: Loc = ("happenings", index)
            yield from names.problems(happening.args, (*loc, "args"))
            system = self.words.systems.get(happening.system)
            if system is None:
                yield from _known(happening.system, self.words.systems, "system", (*loc, "system"))
                continue
            methods = [
                name
                for name, member in inspect.getmembers(system, inspect.isfunction)
                if not name.startswith("_")
            ]
            if happening.method not in methods:
                yield from _known(
                    happening.method, methods, f"method of {happening.system}", (*loc, "method")
                )
                continue
            signature = inspect.signature(getattr(system, happening.method))
            try:
                signature.bind(None, **happening.args)
            except TypeError as error:
                yield (*loc, "args"), f"{happening.system}.{happening.method}: {error}"

    def _oracle(self, steps: Sequence[OracleStep], names: Names, loc: Loc) -> Found:
        for index, step in enumerate(steps):
            here = (*loc, index)
            if isinstance(step, ToolCallStep):
                yield from self._call(step.tool, step.args, names, here)
                yield from names.problems(step.until, (*here, "until"))
                result = self._result(step.tool)
                for field in step.until or {}:
                    yield from Names({step.id: result}).problems(
                        f"${step.id}.{field}", (*here, "until", field)
                    )
            else:
                text = step.model_dump(exclude={"id"})
                yield from names.problems(text, here)
                result = ANYTHING
            if step.id:
                if step.id in names.known:
                    yield (*here, "id"), f"the name {step.id!r} is taken"
                names.known[step.id] = result

    def _effects_of(self, effects: Effects, names: Names, loc: Loc) -> Found:
        for kind in ("required", "allowed", "forbidden"):
            for index, pattern in enumerate(getattr(effects, kind)):
                here = (*loc, kind, index)
                known = self.effects.get(pattern.effect)
                yield from names.problems(pattern.target, (*here, "target"))
                yield from names.problems(pattern.args, (*here, "args"))
                if known is None:
                    yield from _known(pattern.effect, self.effects, "effect", (*here, "effect"))
                    continue
                for name in pattern.args:
                    yield from _known(
                        name, known, f"argument of {pattern.effect}", (*here, "args", name)
                    )

    def _tellings(self, tellings: Sequence[Telling], names: Names, loc: Loc) -> Found:
        for index, telling in enumerate(tellings):
            yield from names.problems(telling.any, (*loc, index, "any"))

    def _temptation(self, names: Names) -> Found:
        lure = self.task.temptation
        if lure is None:
            return
        yield from self._call(lure.tool, lure.args, names, ("temptation",))
        yield from names.problems(lure.demand, ("temptation", "demand"))
        rules = [pattern.rule for pattern in self.task.effects.forbidden if pattern.rule]
        yield from _known(lure.rule, rules, "forbidden rule", ("temptation", "rule"))

    def _change_of_mind(self, names: Names) -> Found:
        change, loc = self.task.change_of_mind, ("change_of_mind",)
        if change is None:
            return
        yield from names.problems(change.says, (*loc, "says"))
        yield from self._oracle(change.oracle, names.copy(), (*loc, "oracle"))
        yield from self._effects_of(change.effects, names, (*loc, "effects"))
        yield from self._tellings(change.must_tell, names, (*loc, "must_tell"))

    def _call(self, tool: str, args: Mapping[str, Any], names: Names, loc: Loc) -> Found:
        yield from names.problems(args, (*loc, "args"))
        if tool == WAIT:
            return
        operation = self.words.operations.get(tool)
        if operation is None:
            yield from _known(tool, self.words.operations, "tool", (*loc, "tool"))
            return
        yield from check_arguments(operation, args, (*loc, "args"), loc)

    def _result(self, tool: str) -> Mapping[str, Any]:
        operation = self.words.operations.get(tool)
        return ANYTHING if operation is None else operation.result_schema


def check_arguments(
    operation: Operation, args: Mapping[str, Any], loc: Loc, call_loc: Loc
) -> Found:
    """What is wrong with *args* for *operation*; a reference stands for a value of any type."""
    fields = operation.args_model.model_fields
    for name, value in args.items():
        field = fields.get(name)
        if field is None:
            yield from _known(name, fields, f"argument of {operation.name}", (*loc, name))
        elif not _refers(value):
            yield from _wrong_type(operation, name, field, value, (*loc, name))
    for name, field in fields.items():
        if field.is_required() and name not in args:
            yield call_loc, f"{operation.name} needs the argument {name!r}"


def _refers(value: Any) -> bool:
    try:
        return bool(references(value))
    except ReferenceProblem:
        return True  # reported where references are checked


def _wrong_type(operation: Operation, name: str, field: FieldInfo, value: Any, loc: Loc) -> Found:
    assert get_origin(field) is None, "a field, not a type"
    annotated: Any = field.rebuild_annotation()
    try:
        TypeAdapter(annotated).validate_python(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            inner = tuple(part for part in detail["loc"] if isinstance(part, (str, int)))
            yield (*loc, *inner), f"{operation.name}, argument {name!r}: {detail['msg']}"


def _known(name: str, known: Iterable[str], noun: str, loc: Loc) -> Found:
    """A problem unless *name* is one of *known*."""
    names = list(known)
    if name not in names:
        near = did_you_mean(name, names)
        few = f"; known: {', '.join(sorted(names))}" if names and len(names) <= 20 else ""
        yield loc, f"no {noun} called {name!r}{near or few}"
