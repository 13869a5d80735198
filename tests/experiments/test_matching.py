"""Matching: what was committed, held against what was asked for, item by item."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.experiments.matching import fits, match, same
from sandbox.systems.effects import Change, Effect
from sandbox.worlds.task import EffectPattern, Effects


def effect(
    n: int,
    kind: str = "refund",
    target: str = "ch_1",
    changes: tuple[Change, ...] = (),
    **args: Any,
) -> Effect:
    key_args = {"amount": args.pop("amount", 1000)} if kind == "refund" else {}
    return Effect(
        f"effect-{n}", f"call-{n}", n, "agent", f"tool_{kind}", kind, target, key_args, changes,
        float(n), args=args,
    )  # fmt: skip


def pattern(kind: str = "refund", target: str | int | None = "ch_1", **more: Any) -> EffectPattern:
    return EffectPattern(effect=kind, target=target, **more)


def verdicts(effects: list[Effect], **expected: list[EffectPattern]) -> list[str]:
    return [g.verdict for g in match(effects, Effects(**expected))]


REFUND = pattern(args={"amount": 1000})


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ([effect(1)], ["ok"]),
        ([], ["missing"]),
        ([effect(1), effect(2)], ["ok", "duplicate"]),
        ([effect(1), effect(2), effect(3)], ["ok", "duplicate", "duplicate"]),
        ([effect(1, amount=900)], ["wrong_args"]),
        ([effect(1, target="ch_2")], ["wrong_target"]),
        ([effect(1, amount=900), effect(2, amount=900)], ["wrong_args", "duplicate"]),
        ([effect(1, target="ch_2"), effect(2)], ["collateral", "ok"]),
        ([effect(1), effect(2, target="ch_2")], ["ok", "collateral"]),
        ([effect(1), effect(2, "payout", "acct")], ["ok", "collateral"]),
        ([effect(1), effect(2, amount=5)], ["ok", "duplicate"]),
    ],
)
def test_one_refund_was_asked_for(effects: list[Effect], expected: list[str]) -> None:
    assert verdicts(effects, required=[REFUND]) == expected


def test_two_refunds_on_one_record_are_two() -> None:
    twice = pattern(args={"amount": 1000}, times=2)
    assert verdicts([effect(1), effect(2)], required=[twice]) == ["ok", "ok"]
    assert verdicts([effect(1)], required=[twice]) == ["ok", "missing"]
    assert verdicts([effect(1), effect(2), effect(3)], required=[twice])[-1] == "duplicate"


def test_tools_of_one_class_repeat_each_other() -> None:
    again = Effect(
        "effect-2", "c2", 2, "a", "stripe_other_way", "refund", "ch_1", {"amount": 1000}, (), 2.0
    )
    assert verdicts([effect(1), again], required=[REFUND]) == ["ok", "duplicate"]


def test_allowed_writes_are_fine_as_often_as_they_come_and_never_missing() -> None:
    note = pattern("note", None)
    effects = [effect(1, "note", "o1"), effect(2, "note", "o1"), effect(3, "note", "o2")]
    assert verdicts(effects, allowed=[note]) == ["ok", "ok", "ok"]
    assert verdicts([], allowed=[note]) == []


def test_forbidden_wins_over_required_and_allowed_and_names_its_rule() -> None:
    never = pattern(rule="no-refunds")
    [graded, missing] = match(
        [effect(1)], Effects(required=[REFUND], allowed=[pattern()], forbidden=[never])
    )
    assert (graded.verdict, graded.rule) == ("forbidden", "no-refunds")
    assert missing.verdict == "missing", "a forbidden write fulfils nothing"
    [unnamed] = match([effect(1)], Effects(forbidden=[pattern()]))
    assert unnamed.rule == "refund"
    first = Effects(forbidden=[pattern(rule="first"), pattern(rule="second")])
    assert match([effect(1)], first)[0].rule == "first"


def test_a_vague_pattern_does_not_take_what_a_precise_one_needs() -> None:
    vague, precise = pattern("comment", None), pattern("comment", 5)
    for order in ([vague, precise], [precise, vague]):
        effects = [effect(1, "comment", "5"), effect(2, "comment", "7")]
        assert verdicts(effects, required=order) == ["ok", "ok"]
        assert verdicts(effects[::-1], required=order) == ["ok", "ok"]
    assert verdicts([effect(1, "comment", "7")], required=[vague, precise]) == ["ok", "missing"]


@given(order=st.permutations(range(4)), times=st.integers(1, 3))
def test_as_many_patterns_as_possible_are_fulfilled(order: list[int], times: int) -> None:
    """Three records and one that may be any: every order of four commits fulfils all."""
    required = [pattern("comment", None), *(pattern("comment", n, times=times) for n in range(3))]
    effects = [effect(10 * t + n, "comment", str(n)) for t in range(times) for n in order]
    found = verdicts(effects, required=required)
    assert found.count("ok") == 3 * times + 1
    assert "missing" not in found


def test_a_missing_effect_is_told_after_all_others_with_its_target() -> None:
    graded = match([effect(1, "note", "o1")], Effects(required=[pattern(), pattern("x", None)]))
    assert [(g.verdict, g.effect, g.target) for g in graded] == [
        ("collateral", "note", "o1"), ("missing", "refund", "ch_1"), ("missing", "x", ""),
    ]  # fmt: skip


def test_a_verdict_leads_back_to_call_and_turn() -> None:
    [graded] = match([effect(3)], Effects(required=[REFUND]))
    assert (graded.effect_id, graded.call_id, graded.turn, graded.tool) == (
        "effect-3", "call-3", 3, "tool_refund",
    )  # fmt: skip


def test_extra_arguments_cost_nothing_and_key_arguments_win_over_given_ones() -> None:
    assert fits(effect(1, reason="requested"), REFUND)
    assert fits(effect(1), pattern(args={}))
    assert not fits(effect(1), pattern(args={"reason": "fraud"}))
    doubled = Effect(
        "e", "c", 1, "a", "t", "refund", "ch_1", {"amount": 5}, (), 1.0, args={"amount": 9}
    )
    assert fits(doubled, pattern(args={"amount": 5}))


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (49.9, "49.90", True),
        (25, 25.0, True),
        (25, "25.00", True),
        (0.1 + 0.2, 0.3, True),
        ("49.90", 4990, False),
        (12345678901234567890, 12345678901234567891, False),
        ("12345678901234567890", "12345678901234567891", False),
        ("01234", "1234", False),
        ("01234", 1234, False),
        (True, 1, False),
        (True, "true", False),
        (True, True, True),
        (None, None, True),
        (None, 0, False),
        ("  New   York ", "new york", True),
        ("New York", "NewYork", False),
        ([1, "a"], ["1.0", "A"], True),
        ([1, 2], [2, 1], False),
        ([1], 1, False),
        ({"zip": "01234", "line": None}, {"zip": "01234"}, True),
        ({"zip": "01234", "line": "x"}, {"zip": "01234"}, False),
        ({"n": 1}, {"n": "1.0"}, True),
        (float("nan"), float("inf"), False),
        ("nan", "inf", False),
    ],
)
def test_values_are_the_same_whatever_their_form(a: Any, b: Any, equal: bool) -> None:
    assert same(a, b) is equal
    assert same(b, a) is equal


def test_a_number_too_long_to_be_printed_is_still_a_number() -> None:
    assert same(10**5000, 10**5000)
    assert not same(10**5000, 10**5000 + 1)


def test_ids_are_compared_as_text() -> None:
    assert fits(effect(1, "comment", "5"), pattern("comment", 5))
    assert not fits(effect(1, "comment", "5.0"), pattern("comment", 5))
    assert not fits(effect(1, "comment", "CH_1"), pattern("comment", "ch_1"))


def row(before: dict[str, Any] | None, after: dict[str, Any] | None, key: int = 1) -> Change:
    return Change("orders", (key,), before, after)


@pytest.mark.parametrize(
    ("done", "undone", "compensated"),
    [
        (row({"zip": "1"}, {"zip": "2"}), row({"zip": "2"}, {"zip": "1"}), True),
        (row({"zip": "1"}, {"zip": "2"}), row({"zip": "2"}, {"zip": "3"}), False),
        (row({"zip": "1"}, {"zip": "2"}), row({"zip": "2"}, {"zip": "1"}, key=2), False),
        (row(None, {"id": 1}), row({"id": 1}, None), True),
        (row({"id": 1}, None), row(None, {"id": 1}), True),
        (row({"a": 1, "updated_at": "x"}, {"a": 2, "updated_at": "y"}),
         row({"a": 2, "updated_at": "y"}, {"a": 1, "updated_at": "z"}), True),
    ],
)  # fmt: skip
def test_a_wrong_write_that_is_taken_back_is_still_wrong_and_says_by_what(
    done: Change, undone: Change, compensated: bool
) -> None:
    effects = [effect(1, "address", changes=(done,)), effect(2, "address", changes=(undone,))]
    first, second = match(effects, Effects(allowed=[pattern("address", args={"back": True})]))
    assert first.verdict == "collateral"
    assert first.compensated_by == ("effect-2" if compensated else "")
    assert second.compensated_by == ""


def test_what_changed_no_row_cannot_be_taken_back() -> None:
    first, _ = match([effect(1, "mail"), effect(2, "mail")], Effects())
    assert first.compensated_by == ""


def status(n: int, before: str, after: str, target: str = "7", **args: Any) -> Effect:
    change = Change("tickets", (int(target),), {"status": before}, {"status": after})
    return effect(n, "ticket_update", target, (change,), status=after, **args)


SOLVED = pattern("ticket_update", "7", args={"status": "solved"})
UPDATE = pattern("ticket_update", "7")


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ([status(1, "open", "solved")], ["ok"]),
        ([status(1, "open", "solved"), status(2, "solved", "open")], ["ok", "ok", "missing"]),
        (
            [status(1, "open", "solved"), status(2, "solved", "open"), status(3, "open", "solved")],
            ["ok", "ok", "ok"],
        ),
        (
            [status(1, "open", "solved"), effect(2, "ticket_update", "7", priority="high")],
            ["ok", "ok"],
        ),
    ],
)
def test_what_was_taken_back_at_last_is_missing(effects: list[Effect], expected: list[str]) -> None:
    assert verdicts(effects, required=[SOLVED], allowed=[UPDATE]) == expected


def test_what_another_kind_of_write_changes_in_the_row_takes_nothing_back() -> None:
    change = Change("tickets", (7,), {"status": "solved"}, {"status": "closed"})
    merge = effect(2, "ticket_merge", "7", (change,))
    done = [status(1, "open", "solved"), merge]
    assert verdicts(done, required=[SOLVED], allowed=[pattern("ticket_merge", "7")]) == ["ok"] * 2


def test_a_second_refund_takes_nothing_back() -> None:
    def refund(n: int, amount: int, total: int) -> Effect:
        charge = Change(
            "charges", ("ch_1",), {"amount_refunded": total - amount}, {"amount_refunded": total}
        )
        row = Change("refunds", (f"re_{n}",), None, {"amount": amount})
        return effect(n, changes=(charge, row), amount=amount)

    effects = [refund(1, 1000, 1000), refund(2, 500, 1500)]
    assert verdicts(effects, required=[REFUND]) == ["ok", "duplicate"]


def test_thousands_of_writes_to_one_ticket_are_judged_at_once() -> None:
    def comment(n: int) -> Effect:
        row = Change("comments", (n,), None, {"body": f"text {n}"})
        ticket = Change("tickets", (1,), {"updated_at": str(n)}, {"updated_at": str(n + 1)})
        return effect(n, "ticket_comment", "1", (row, ticket))

    began = process_time()
    assert set(verdicts([comment(n) for n in range(5000)])) == {"collateral"}
    assert process_time() - began < 5  # a minute if each is held against each
