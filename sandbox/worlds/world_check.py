"""Checks of `world.yaml` itself: what must be stated, the agent's tools, the policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from sandbox.content.document import Document, Loc
from sandbox.content.suggest import did_you_mean
from sandbox.errors import Problem
from sandbox.systems.operation import Operation
from sandbox.worlds.articles import Article
from sandbox.worlds.definition import WorldFile
from sandbox.worlds.policies import MaxAmount, Policy, RequiresBefore, RequiresReadBefore

Found = Iterator[tuple[Loc, str]]
_REQUIRED = ("epoch", "systems", "generator", "agent")


def check_world(
    documents: Sequence[Document],
    files: Sequence[WorldFile],
    definition: WorldFile,
    operations: Mapping[str, Operation],
    articles: Sequence[Article],
) -> list[Problem]:
    """What is wrong in a chain of world files, the own one first; *definition* is their sum."""
    problems = [documents[0].problem(loc, text) for loc, text in _complete(definition)]
    slugs = {article.front.slug for article in articles}
    for document, file in zip(documents, files, strict=True):
        for loc, text in (*_tools(file, operations), *_policies(file, operations, slugs)):
            problems.append(document.problem(loc, text))
    return problems


def _complete(definition: WorldFile) -> Found:
    for name in _REQUIRED:
        if not getattr(definition, name):
            yield (), f"missing key {name!r} (a world states it, or extends one that does)"
    if definition.epoch is not None:
        try:
            datetime.fromisoformat(definition.epoch)
        except ValueError as error:
            yield ("epoch",), f"no date and time: {error}"


def _tools(file: WorldFile, operations: Mapping[str, Operation]) -> Found:
    scopes = {operation.scope for operation in operations.values()}
    for index, pattern in enumerate(file.agent.tools if file.agent else ()):
        if not any(fnmatchcase(name, pattern) for name in operations):
            near = did_you_mean(pattern, operations)
            yield ("agent", "tools", index), f"no tool matches {pattern!r}{near}"
    for index, scope in enumerate(file.agent.scopes if file.agent else ()):
        if not any(_grants(scope, known) for known in scopes):
            near = did_you_mean(scope, scopes)
            yield ("agent", "scopes", index), f"no operation asks for the scope {scope!r}{near}"


def _grants(scope: str, known: str) -> bool:
    if scope in ("*", known):
        return True
    return scope.endswith(":*") and known.startswith(scope[:-1])


def _policies(file: WorldFile, operations: Mapping[str, Operation], slugs: set[str]) -> Found:
    effects: dict[str, set[str]] = {}
    for operation in operations.values():
        if operation.effect:
            effects.setdefault(operation.effect, {"target"}).update(operation.key_args)
            effects[operation.effect].update(operation.fields)
    seen: set[str] = set()
    for index, policy in enumerate(file.policies):
        loc: Loc = ("policies", index)
        if policy.id in seen:
            yield (*loc, "id"), f"duplicate policy id {policy.id!r}"
        seen.add(policy.id)
        if policy.article:
            yield from _known(policy.article, slugs, "article", (*loc, "article"))
        if policy.effect not in effects:
            yield from _known(policy.effect, effects, "effect", (*loc, "effect"))
        else:
            yield from _arguments(policy, effects[policy.effect], loc)
        if isinstance(policy, RequiresReadBefore):
            for number, pattern in enumerate(policy.tools):
                if not any(fnmatchcase(name, pattern) for name in operations):
                    near = did_you_mean(pattern, operations)
                    yield (*loc, "tools", number), f"no tool matches {pattern!r}{near}"


def _arguments(policy: Policy, known: Iterable[str], loc: Loc) -> Found:
    noun = f"argument of {policy.effect}"
    for name in policy.where:
        yield from _known(name, known, noun, (*loc, "where", name))
    if isinstance(policy, MaxAmount):
        yield from _known(policy.amount, known, noun, (*loc, "amount"))
    if isinstance(policy, RequiresBefore) and policy.covers:
        yield from _known(policy.covers, known, noun, (*loc, "covers"))


def _known(name: str, known: Iterable[str], noun: str, loc: Loc) -> Found:
    names = list(known)
    if name not in names:
        yield loc, f"no {noun} called {name!r}{did_you_mean(name, names)}"
