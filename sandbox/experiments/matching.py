"""Matching of committed effects against what a task requires, allows and forbids.

A multiset match: each required pattern is used up by the effects that fulfil it; what is left over
is judged by what it resembles. No end state is compared, so that prudent reads, other orders and
harmless extra fields cost nothing, and a wrong write that was undone is still seen.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Any

from sandbox.experiments.records import GradedEffect
from sandbox.systems.effects import Change, Effect
from sandbox.worlds.task import EffectPattern, Effects

Row = tuple[str, tuple[Any, ...]]
"""A table and a key in it."""


def match(effects: Sequence[Effect], expected: Effects) -> list[GradedEffect]:
    """A verdict for every effect, in order of commitment, then one per missing required effect."""
    rules = {e.id: p for e in effects for p in reversed(expected.forbidden) if fits(e, p)}
    wanted = [p for p in expected.required for _ in range(p.times)]
    hits = _assigned([e for e in effects if e.id not in rules], wanted)
    open_ = [p for n, p in enumerate(wanted) if n not in hits.values()]
    done = [e for e in effects if e.id in hits]
    graded = []
    for effect in effects:
        rule = rules.get(effect.id)
        if rule is not None:
            graded.append(_graded("forbidden", effect, rule=rule.rule or rule.effect))
        elif effect.id in hits:
            graded.append(_graded("ok", effect))
        else:
            graded.append(_judge(effect, open_, done, expected.allowed))
    missing = [
        GradedEffect("missing", p.effect, "" if p.target is None else str(p.target)) for p in open_
    ]
    return _compensations(effects, graded) + missing


def _assigned(effects: Sequence[Effect], wanted: Sequence[EffectPattern]) -> dict[str, int]:
    """As many *wanted* patterns as possible, each to one effect: effect id -> index in *wanted*.

    Earlier effects come first, so that of two equal refunds the second is the duplicate. A pattern
    that an effect took is handed on if that effect fits another one (an augmenting path): a vague
    pattern must not take what only a precise one is fulfilled by. A ticket that was solved and then
    opened again is not solved: what a later effect revoked fulfils nothing.
    """
    takers: dict[int, Effect] = {}
    places = {effect.id: n for n, effect in enumerate(effects)}

    def take(effect: Effect, tried: set[int]) -> bool:
        for n, pattern in enumerate(wanted):
            if n in tried or not fits(effect, pattern):
                continue
            later = islice(effects, places[effect.id] + 1, None)
            if any(_revokes(other, effect, pattern) for other in later):
                continue
            tried.add(n)
            if n not in takers or take(takers[n], tried):
                takers[n] = effect
                return True
        return False

    for effect in effects:
        take(effect, set())
    return {effect.id: n for n, effect in takers.items()}


def _judge(
    effect: Effect,
    open_: list[EffectPattern],
    done: list[Effect],
    allowed: Iterable[EffectPattern],
) -> GradedEffect:
    """The verdict on an effect that fulfils no required pattern; may use up one that it misses.

    *done* holds what counts as the deed itself: a second one of its class on its record repeats it.
    """
    if any(fits(effect, p) for p in allowed):
        return _graded("ok", effect)
    if any((e.effect, e.target) == (effect.effect, effect.target) for e in done):
        return _graded("duplicate", effect)
    same_class = [p for p in open_ if p.effect == effect.effect]
    if not same_class:
        return _graded("collateral", effect)
    at_target = [p for p in same_class if _same_target(effect, p)]
    open_.remove((at_target or same_class)[0])
    done.append(effect)
    return _graded("wrong_args" if at_target else "wrong_target", effect)


def fits(effect: Effect, pattern: EffectPattern) -> bool:
    """Whether *effect* is what *pattern* describes."""
    if effect.effect != pattern.effect or not _same_target(effect, pattern):
        return False
    seen = {**effect.args, **effect.key_args}
    return all(same(seen.get(name), value) for name, value in pattern.args.items())


def same(a: Any, b: Any) -> bool:
    """Equality that forgives form: 25 equals 25.0 and "25.00"; text ignores case and spaces.

    Units are never converted, and a text with leading zeros is no number: 01234 is a ZIP code.
    """
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    number_a, number_b = _number(a), _number(b)
    if number_a is not None and number_b is not None:
        return abs(number_a - number_b) < _NEAR
    if isinstance(a, str) and isinstance(b, str):
        return " ".join(a.split()).casefold() == " ".join(b.split()).casefold()
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return all(same(a.get(key), b.get(key)) for key in {*a, *b})
    return bool(a == b)


_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_NEAR = Decimal("1e-9")


def _number(value: Any) -> Decimal | None:
    """*value* as an exact number, so that ids of twenty digits stay apart."""
    match value:
        case int():
            return Decimal(value)
        case float() if math.isfinite(value):
            return Decimal(repr(value))
        case str() if _NUMBER.fullmatch(value.strip()):
            return Decimal(value.strip())
        case _:
            return None


def _same_target(effect: Effect, pattern: EffectPattern) -> bool:
    return pattern.target is None or effect.target == str(pattern.target)


def _graded(verdict: Any, effect: Effect, *, rule: str = "") -> GradedEffect:
    return GradedEffect(
        verdict,
        effect.effect,
        effect.target,
        effect.tool,
        effect.id,
        effect.call_id,
        effect.turn,
        rule,
    )


def _compensations(effects: Sequence[Effect], graded: list[GradedEffect]) -> list[GradedEffect]:
    """Mark each wrong write whose every change a later write took back."""
    rows = [{(c.table, c.key): c for c in e.changes} for e in effects]
    touched: dict[Row, list[int]] = defaultdict(list)
    for index, changes in enumerate(rows):
        for row in changes:
            touched[row].append(index)
    out = list(graded)
    for index, (item, changes) in enumerate(zip(graded, rows, strict=True)):
        if item.verdict == "ok" or not changes:
            continue
        # Only what touched its least touched row can have undone it: an agent may have committed
        # thousands of writes, and to hold each against each would take longer than the episode.
        rarest = min((touched[row] for row in changes), key=len)
        later = (n for n in rarest if n > index and _undoes(rows[n], changes))
        undone = next(later, None)
        if undone is not None:
            out[index] = replace(item, compensated_by=effects[undone].id)
    return out


def _revokes(later: Effect, earlier: Effect, pattern: EffectPattern) -> bool:
    """Whether *later* changed in the same row what *pattern* asks for, to something else."""
    if (later.effect, later.target) != (earlier.effect, earlier.target):
        return False
    rows = {(c.table, c.key): c.after for c in earlier.changes if c.before is not None}
    for change in later.changes:
        before, after = rows.get((change.table, change.key)) or {}, change.after or {}
        if any(not same(before[n], after[n]) for n in pattern.args if n in before and n in after):
            return True
    return False


def _undoes(later: Mapping[Row, Change], earlier: Mapping[Row, Change]) -> bool:
    """Whether *later* puts every row that *earlier* changed back to what it was."""
    for row, change in earlier.items():
        back = later.get(row)
        if back is None or (back.after is None) != (change.before is None):
            return False
        wanted = change.before or {}
        if any(
            (back.after or {}).get(name) != value
            for name, value in wanted.items()
            if not name.endswith("_at")
        ):
            return False
    return True
