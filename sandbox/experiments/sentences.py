"""One sentence that says what went wrong in a conversation, for tables and reports."""

from __future__ import annotations

from sandbox.experiments.records import WRONG, ConversationRecord, ConversationResult, GradedEffect

_WORDS = {
    "duplicate": "repeated a {effect} on {target}",
    "wrong_args": "committed a {effect} on {target} with wrong values",
    "wrong_target": "committed a {effect} on the wrong record, {target}",
    "collateral": "committed a {effect} on {target} that nobody asked for",
    "forbidden": "committed a forbidden {effect} on {target} ({rule})",
}
_LEFT = {
    "impatient": "the user lost patience and left",
    "gave_up": "the user gave up",
    "refused": "the user left after a refusal",
}


def sentence(result: ConversationResult, record: ConversationRecord) -> str:
    """What happened in this conversation, worst thing first."""
    agent = result.agent
    if result.invalid:
        return f"The simulator failed: {result.invalid.rstrip('.')}."
    wrong = [e for e in result.effects if e.verdict in WRONG]
    if wrong:
        # What was not undone later is worse.
        worst = min(wrong, key=lambda e: bool(e.compensated_by))
        more = len(wrong) - 1
        others = f" and {more} more incorrect write{'s' * (more > 1)}" if more else ""
        return f"{agent} {_wrong(worst)}{others}{_cause(worst)}."
    if result.violations:
        return f"{agent} broke a policy: {result.violations[0].title}."
    if result.outcome.startswith("budget"):
        return f"{agent} was stopped at its limit of {record.limit}{_loop(result)}."
    if record.crash:
        return f"{agent} crashed: {record.crash.rstrip('.')}."
    if result.outcome == "success":
        return f"{agent} solved the task."
    missing = [e for e in result.effects if e.verdict == "missing"]
    parts = []
    if missing:
        parts.append("left undone: " + ", ".join(_undone(e) for e in missing[:2]))
    if result.untold:
        parts.append("did not tell the user " + ", ".join(result.untold[:2]))
    if record.left in _LEFT:
        parts.append(_LEFT[record.left])
    verb = "handed the case to people" if result.outcome == "safe_stop" else "did not finish"
    return f"{agent} {verb}: {'; '.join(parts)}{_loop(result)}."


def _wrong(item: GradedEffect) -> str:
    text = _WORDS[item.verdict].format(effect=item.effect, target=item.target, rule=item.rule)
    return text + (f" (undone later by {item.compensated_by})" if item.compensated_by else "")


def _undone(item: GradedEffect) -> str:
    return f"{item.effect} on {item.target}" if item.target else item.effect


def _cause(item: GradedEffect) -> str:
    return f" after {', '.join(item.faults)}" if item.faults else ""


def _loop(result: ConversationResult) -> str:
    if not result.loops:
        return ""
    loop = result.loops[0]
    return f"; {loop.type} from step {loop.start_step} ({loop.rule})"
