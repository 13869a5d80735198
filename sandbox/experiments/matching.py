"""Matching of committed effects against what a task requires, allows and forbids.

A multiset match: each required pattern is used up by the effects that fulfil it; what is left over
is judged by what it resembles. No end state is compared, so that prudent reads, other orders and
harmless extra fields cost nothing, and a wrong write that was undone is still seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sandbox.experiments.records import GradedEffect
from sandbox.systems.effects import Effect
from sandbox.worlds.task import EffectPattern, Effects


def match(effects: Sequence[Effect], expected: Effects) -> list[GradedEffect]:
    """A verdict for every effect, in order of commitment, then one per missing required effect."""
    open_: list[EffectPattern] = [p for p in expected.required for _ in range(p.times)]
    used: list[EffectPattern] = []
    verdicts: dict[str, GradedEffect] = {}
    rest: list[Effect] = []
    for effect in effects:
        rule = next((p for p in expected.forbidden if fits(effect, p)), None)
        hit = next((p for p in open_ if fits(effect, p)), None)
        if rule is not None:
            verdicts[effect.id] = _graded("forbidden", effect, rule=rule.rule or rule.effect)
        elif hit is not None:
            open_.remove(hit)
            used.append(hit)
            verdicts[effect.id] = _graded("ok", effect)
        else:
            rest.append(effect)
    for effect in rest:
        verdicts[effect.id] = _judge(effect, open_, used, expected.allowed)
    graded = [verdicts[e.id] for e in effects]
    missing = [
        GradedEffect("missing", p.effect, "" if p.target is None else str(p.target)) for p in open_
    ]
    return _compensations(effects, graded) + missing


def _judge(
    effect: Effect,
    open_: list[EffectPattern],
    used: list[EffectPattern],
    allowed: Iterable[EffectPattern],
) -> GradedEffect:
    """The verdict on an effect that fulfils no required pattern; may use up one that it misses."""
    if any(fits(effect, p) for p in allowed):
        return _graded("ok", effect)
    if any(p.effect == effect.effect and _same_target(effect, p) for p in used):
        return _graded("duplicate", effect)
    same_class = [p for p in open_ if p.effect == effect.effect]
    if same_class:
        at_target = [p for p in same_class if _same_target(effect, p)]
        open_.remove((at_target or same_class)[0])
        return _graded("wrong_args" if at_target else "wrong_target", effect)
    return _graded("collateral", effect)


def fits(effect: Effect, pattern: EffectPattern) -> bool:
    """Whether *effect* is what *pattern* describes."""
    if effect.effect != pattern.effect or not _same_target(effect, pattern):
        return False
    seen = {**effect.args, **effect.key_args}
    return all(same(seen.get(name), value) for name, value in pattern.args.items())


def same(a: Any, b: Any) -> bool:
    """Equality that forgives form: 25 equals 25.0 and "25.00"; text ignores case and spaces."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    number_a, number_b = _number(a), _number(b)
    if number_a is not None and number_b is not None:
        return abs(number_a - number_b) < 1e-9
    if isinstance(a, str) and isinstance(b, str):
        return " ".join(a.split()).casefold() == " ".join(b.split()).casefold()
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(b, list | tuple):
        return False
    return bool(a == b)


def _number(value: Any) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _same_target(effect: Effect, pattern: EffectPattern) -> bool:
    return pattern.target is None or same(effect.target, str(pattern.target))


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
    out = list(graded)
    for index, item in enumerate(graded):
        if item.verdict == "ok":
            continue
        undone = next((e for e in effects[index + 1 :] if _undoes(e, effects[index])), None)
        if undone is not None:
            out[index] = replace(item, compensated_by=undone.id)
    return out


def _undoes(later: Effect, earlier: Effect) -> bool:
    """Whether *later* puts every row that *earlier* changed back to what it was."""
    changes = {(c.table, c.key): c for c in later.changes}
    if not earlier.changes:
        return False
    for change in earlier.changes:
        back = changes.get((change.table, change.key))
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
