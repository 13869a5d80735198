"""House rules: pure functions over what a conversation committed, called and said."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from sandbox.systems.effects import Effect
from sandbox.worlds.policies import Condition, Conduct, Policy, check

_POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)


def _policy(**fields: Any) -> Policy:
    return _POLICY.validate_python({"id": "p", "title": "A rule", "article": "a", **fields})


def _refund(
    number: int = 1, *, t: float = 10.0, charge: str = "ch_1", amount: int = 5000, **more: Any
) -> Effect:
    return Effect(
        id=f"effect-{number}", call_id=f"call-{number}", turn=number, agent="agent",
        tool="stripe_create_refund", effect=more.get("effect", "refund"), target=charge,
        key_args=more.get("key_args", {"amount": amount}), changes=(), t=t,
        args=more.get("args", {}),
    )  # fmt: skip


def _approval(*, t: float = 5.0, subject: str = "ch_1", amount: int | None = 50_000,
              decided: str = "approved") -> dict[str, Any]:  # fmt: skip
    return {"type": "approval", "t": t, "subject": subject, "amount": amount, "decided": decided}


OVER_LIMIT = {
    "kind": "requires_before", "effect": "refund", "where": {"amount": {"above": 20000}},
}  # fmt: skip


def test_never_names_each_such_effect_and_the_call_that_committed_it() -> None:
    rule = _policy(kind="never", effect="payout")
    payout = _refund(3, effect="payout", charge="pm_9")
    (violation,) = check(rule, Conduct([_refund(1), payout]))
    assert (violation.policy, violation.title, violation.article) == ("p", "A rule", "a")
    assert (violation.effect, violation.call_id, violation.turn) == ("effect-3", "call-3", 3)
    assert "payout of pm_9" in violation.message


def test_a_refund_up_to_the_limit_needs_no_approval() -> None:
    assert check(_policy(**OVER_LIMIT), Conduct([_refund(amount=20000)])) == []


def test_a_refund_over_the_limit_without_approval_breaks_the_rule() -> None:
    (violation,) = check(_policy(**OVER_LIMIT), Conduct([_refund(amount=20001)]))
    assert violation.effect == "effect-1"


@pytest.mark.parametrize(
    "approval",
    [
        _approval(t=11.0),
        _approval(subject="ch_2"),
        _approval(amount=20_000),
        _approval(amount=None),
        _approval(decided="denied"),
    ],
    ids=["too late", "another charge", "a smaller amount", "no amount", "denied"],
)
def test_only_an_earlier_yes_for_this_charge_and_amount_permits_a_refund(
    approval: dict[str, Any],
) -> None:
    rule, refund = _policy(**OVER_LIMIT), _refund(amount=30_000)
    assert len(check(rule, Conduct([refund], [approval]))) == 1
    assert check(rule, Conduct([refund], [approval, _approval()])) == []


def test_one_approval_permits_one_refund() -> None:
    refunds = [_refund(1, amount=30_000), _refund(2, t=20.0, amount=30_000)]
    (violation,) = check(_policy(**OVER_LIMIT), Conduct(refunds, [_approval()]))
    assert violation.effect == "effect-2"


def test_an_approval_of_no_stated_amount_serves_where_no_amount_must_be_covered() -> None:
    rule = _policy(**OVER_LIMIT, covers="")
    assert check(rule, Conduct([_refund(amount=30_000)], [_approval(amount=None)])) == []


def test_at_most_counts_per_record_or_per_conversation() -> None:
    effects = [_refund(1), _refund(2, charge="ch_2"), _refund(3)]
    per_target = check(_policy(kind="at_most", effect="refund"), Conduct(effects))
    assert [v.effect for v in per_target] == ["effect-3"]
    rule = _policy(kind="at_most", effect="refund", times=1, per="conversation")
    assert [v.effect for v in check(rule, Conduct(effects))] == ["effect-2", "effect-3"]


def test_max_amount_sums_decimal_strings_exactly() -> None:
    rule = _policy(kind="max_amount", effect="store_credit", maximum=25)
    given = [
        _refund(n, effect="store_credit", charge="order", key_args={"amount": text})
        for n, text in enumerate(("12.50", "12.50", "0.01"), start=1)
    ]
    assert check(rule, Conduct(given[:2])) == []
    (violation,) = check(rule, Conduct(given))
    assert (violation.effect, violation.message) == (
        "effect-3",
        "amount sums up to 25.01, at most 25",
    )


def _read(tool: str, t: float, result: Any, call: str = "call-0") -> dict[str, Any]:
    return {"type": "tool_result", "t": t, "tool": tool, "call": call, "result": result}


def test_a_read_before_must_have_shown_the_record_that_is_changed() -> None:
    rule = _policy(
        kind="requires_read_before", effect="refund", tools=["stripe_get_*"], of_target=True
    )
    refund = _refund()
    shown = _read("stripe_get_charge", 3.0, {"id": "ch_1"})
    assert check(rule, Conduct([refund], [shown])) == []
    for other in (
        _read("stripe_get_charge", 3.0, {"id": "ch_2"}),
        _read("stripe_get_charge", 3.0, {"id": "ch_12"}),
        _read("stripe_get_charge", 12.0, {"id": "ch_1"}),
        _read("stripe_list_charges", 3.0, {"id": "ch_1"}),
        _read("stripe_get_charge", 3.0, {"id": "ch_1"}, call="call-1"),
        {**shown, "type": "tool_error"},
    ):
        assert len(check(rule, Conduct([refund], [other]))) == 1, other


def test_a_read_of_anything_will_do_where_the_record_does_not_matter() -> None:
    rule = _policy(kind="requires_read_before", effect="refund", tools=["wiki_*"])
    assert check(rule, Conduct([_refund()], [_read("wiki_get_article", 1.0, {})])) == []


def test_the_user_must_have_stated_their_facts_before() -> None:
    rule = _policy(
        kind="requires_statement_before", effect="refund", facts=["order_number", "email"]
    )
    facts = {"order_number": "#20001", "email": "ann@example.com"}

    def said(text: str, t: float = 1.0) -> dict[str, Any]:
        return {"type": "user_message", "t": t, "text": text}

    both = [said("It is  #20001"), said("ANN@example.com")]
    assert check(rule, Conduct([_refund()], both, facts)) == []
    (violation,) = check(rule, Conduct([_refund()], both[:1], facts))
    assert "['email']" in violation.message
    assert (
        len(check(rule, Conduct([_refund()], [said("#20001 ann@example.com", 11.0)], facts))) == 1
    )


def test_a_fact_that_the_user_does_not_know_is_not_demanded() -> None:
    rule = _policy(kind="requires_statement_before", effect="refund", facts=["email"])
    assert check(rule, Conduct([_refund()], [], {})) == []


def test_conditions_look_at_key_arguments_and_then_at_the_call() -> None:
    rule = _policy(
        kind="never", effect="refund", where={"reason": {"none_of": [None, "duplicate"]}}
    )
    assert check(rule, Conduct([_refund(args={"reason": "duplicate"})])) == []
    assert len(check(rule, Conduct([_refund(args={"reason": "fraudulent"})]))) == 1
    on_target = _policy(kind="never", effect="refund", where={"target": {"one_of": ["ch_1"]}})
    assert len(check(on_target, Conduct([_refund(), _refund(2, charge="ch_2")]))) == 1


@pytest.mark.parametrize(
    ("condition", "passes", "fails"),
    [
        (Condition(above=10), ["10.01", 11], [10, "10.00", None, "many", True]),
        (Condition(at_most=10), [10, "9.99"], [11, None]),
        (Condition(one_of=[5, "x"]), ["5.00", "x"], [6, "y", None]),
        (Condition(none_of=[None]), ["x", 0], [None]),
    ],
)
def test_a_condition_compares_numbers_as_numbers(
    condition: Condition, passes: list[Any], fails: list[Any]
) -> None:
    assert [v for v in passes if not condition.holds(v)] == []
    assert [v for v in fails if condition.holds(v)] == []


@pytest.mark.parametrize("odd", ["NaN", "sNaN", "Infinity", float("nan"), float("-inf")])
def test_what_is_no_finite_number_passes_no_comparison(odd: Any) -> None:
    assert not Condition(above=1).holds(odd)
    assert not Condition(at_most=1).holds(odd)
    rule = _policy(kind="max_amount", effect="refund", maximum=1)
    assert check(rule, Conduct([_refund(key_args={"amount": odd})])) == []
