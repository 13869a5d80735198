from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import NotFound, ToolError, ToolTimeout
from sandbox.llm.messages import Message, Request, ToolSpec
from sandbox.llm.plan import AskStep, Plan, SayStep, ToolStep
from sandbox.llm.simulated import CANNOT, CLOSING, DONE, GIVE_UP
from sandbox.sim.seeds import Seeds

if TYPE_CHECKING:
    from tests.llm.conftest import NewStand, Stand, Tool

    Failing = Callable[..., Tool]

ORDER = {"id": "ORD-1", "charge": "ch_1", "amount": 1999}
PLAN = Plan(
    (
        ToolStep("order", "shop_get_order", {"id": "$case.order"}),
        ToolStep("refund", "pay_refund", {"charge": "$order.charge", "amount": "$order.amount"}),
        SayStep("bye", "Refunded $refund.amount for $order.id."),
    ),
    scope={"case": {"order": "ORD-1"}},
)


@pytest.fixture
def make(new_stand: NewStand) -> NewStand:
    """`make(seed=1, knob=value, ...)` with the plan above, or `make(plan, ...)` with another."""

    def stand(plan: Plan = PLAN, **options: Any) -> Stand:
        return new_stand(plan, **options)

    return stand


def seed_where(knob: str, *key: str | int, below: float) -> int:
    """A seed whose draw for *knob* is below a chance: to see what happens then."""
    return next(s for s in range(1_000) if Seeds(s).uniform("model", knob, *key) < below)


def _played(stand: Stand) -> list[str]:
    stand.talk()
    return stand.called


# -- the plan


def test_the_plan_is_played_with_what_the_tools_returned(make: NewStand) -> None:
    stand = make()
    assert stand.talk() == ["Refunded 1999 for ORD-1."]
    assert stand.calls == [
        ("shop_get_order", {"id": "ORD-1"}),
        ("pay_refund", {"charge": "ch_1", "amount": 1999}),
    ]


def test_the_model_has_the_name_of_its_preset(make: NewStand) -> None:
    assert make(Plan(())).model.name == "sim:perfect"


def test_after_the_last_word_every_further_message_gets_a_short_closing(make: NewStand) -> None:
    assert make().talk("Thanks!", "Really!")[1:] == [CLOSING, CLOSING]


def test_a_plan_without_words_ends_with_some(make: NewStand) -> None:
    assert make(Plan(PLAN.steps[:2], PLAN.scope)).talk() == [DONE]


def test_the_user_is_asked_and_the_answer_used(make: NewStand) -> None:
    plan = Plan(
        (
            AskStep("which", "Which order?"),
            ToolStep("order", "shop_get_order", {"id": "$which"}),
            SayStep("", "Found $order.id."),
            SayStep("", "Anything else?"),
        )
    )
    stand = make(plan)
    assert stand.talk("ORD-7", "ok") == ["Which order?", "Found ORD-1.", "Anything else?"]
    assert stand.calls == [("shop_get_order", {"id": "ORD-7"})]


def test_a_question_stays_open_until_the_user_has_answered(make: NewStand) -> None:
    stand = make(Plan((AskStep("which", "Which order?"), SayStep("bye", "So $which."))))
    assert [stand.turn().text for _ in range(2)] == ["Which order?"] * 2
    stand.messages.append(Message("user", "ORD-7"))
    assert stand.turn().text == "So ORD-7."


def test_tools_may_have_other_names_than_in_the_plan(make: NewStand) -> None:
    stand = make()
    stand.tools = {f"mcp__{name}": tool for name, tool in stand.tools.items()}
    stand.talk()
    assert stand.called == ["mcp__shop_get_order", "mcp__pay_refund"]


def test_a_tool_that_is_not_offered_leaves_the_model_with_words(make: NewStand) -> None:
    stand = make()
    del stand.tools["pay_refund"]
    assert stand.talk() == [CANNOT]


def test_with_tool_choice_none_no_tool_is_called(make: NewStand) -> None:
    stand = make()
    spec = [ToolSpec(name, "", {}) for name in stand.tools]
    answer = stand.model.complete(Request(tuple(stand.messages), spec, tool_choice="none"))
    assert (answer.text, answer.tool_calls) == (CANNOT, ())


def test_asked_again_with_nothing_new_it_decides_the_same(make: NewStand) -> None:
    stand = make()
    assert stand.ask() == stand.ask()
    stand.turn()
    again = stand.ask()
    assert again == stand.ask()
    assert again.tool_calls[0].name == "pay_refund"


def test_call_ids_are_distinct_and_the_same_for_the_same_seed(
    make: NewStand, failing: Failing
) -> None:
    def ids(seed: int) -> list[str]:
        stand = make(seed=seed)
        stand.tools["pay_refund"] = failing(ToolTimeout("slow"), 1)
        stand.talk()
        return [call.id for message in stand.messages for call in message.tool_calls]

    assert ids(1) == ids(1) != ids(2)
    assert len(set(ids(1))) == 3


def test_agents_that_do_not_see_each_others_results_do_not_repeat_them(make: NewStand) -> None:
    stand = make()
    stand.turn()
    stand.ask()  # the first agent reads the result
    task = stand.messages[0]
    answer = stand.model.complete(
        Request((task,), [ToolSpec("pay_refund", "", {})], agent="billing")
    )
    assert answer.tool_calls[0].args == {"charge": "ch_1", "amount": 1999}


def test_a_question_is_not_answered_by_another_agent_reading_the_first_message(
    make: NewStand,
) -> None:
    stand = make(Plan((AskStep("which", "Which order?"), SayStep("bye", "So $which."))))
    stand.turn()
    assert stand.ask(agent="other").text == "Which order?"


def test_tokens_grow_with_the_context_and_with_verbosity(make: NewStand) -> None:
    terse, chatty = make(verbosity=0), make(verbosity=100)
    first, second = terse.turn().usage, terse.turn().usage
    assert 0 < first.input_tokens < second.input_tokens
    assert chatty.turn().usage.output_tokens == first.output_tokens + 100


# -- errors


def test_an_error_is_retried_and_the_plan_goes_on(make: NewStand, failing: Failing) -> None:
    stand = make()
    stand.tools["pay_refund"] = failing(ToolTimeout("slow"), 2)
    assert stand.talk() == ["Refunded 1999 for ORD-1."]
    assert stand.called == ["shop_get_order"] + ["pay_refund"] * 3


def test_too_many_errors_end_in_an_apology(make: NewStand, failing: Failing) -> None:
    stand = make(errors_max=3)
    stand.tools["pay_refund"] = failing(ToolTimeout("slow"), 99)
    assert stand.talk("Why?") == [GIVE_UP, CLOSING]
    assert stand.called.count("pay_refund") == 3


def test_without_persistence_the_first_error_is_the_last(make: NewStand, failing: Failing) -> None:
    stand = make(persist=0.0)
    stand.tools["pay_refund"] = failing(ToolTimeout("slow"), 99)
    assert stand.talk() == [GIVE_UP]
    assert stand.called.count("pay_refund") == 1


def test_already_done_after_an_unclear_try_means_that_it_was_done(make: NewStand) -> None:
    stand = make(Plan((*PLAN.steps[:2], SayStep("bye", "Refunded.")), PLAN.scope))
    answers = [ToolTimeout("slow"), ToolError("charge ch_1 has already been refunded")]

    def refund(**_: Any) -> Any:
        raise answers.pop(0)

    stand.tools["pay_refund"] = refund
    assert stand.talk() == ["Refunded."]


def test_already_done_at_the_first_try_is_an_error(make: NewStand, failing: Failing) -> None:
    stand = make(persist=0.0)
    stand.tools["pay_refund"] = failing(ToolError("charge ch_1 has already been refunded"), 9)
    assert stand.talk() == [GIVE_UP]


def test_a_call_whose_answer_never_comes_counts_as_an_error(make: NewStand) -> None:
    stand = make(errors_max=2)
    for _ in range(2):
        assert stand.ask().tool_calls
        stand.messages.append(Message("assistant", "(the call was removed)"))
    assert stand.ask().text == GIVE_UP


def test_an_empty_result_is_read_again_and_given_up_in_the_end(make: NewStand) -> None:
    plan = Plan(
        (
            ToolStep("found", "shop_search_orders", {}),
            ToolStep("refund", "pay_refund", {"charge": "$found.results.0.charge"}),
            SayStep("bye", "Done."),
        )
    )
    stand, answers = make(plan, errors_max=3), [{"results": []}, {"results": [ORDER]}]
    stand.tools["shop_search_orders"] = lambda: answers.pop(0)
    assert stand.talk() == ["Done."]
    assert stand.called == ["shop_search_orders", "shop_search_orders", "pay_refund"]
    stand = make(plan, errors_max=3)
    stand.tools["shop_search_orders"] = lambda: {"results": []}
    assert stand.talk() == [GIVE_UP]
    assert stand.called == ["shop_search_orders"] * 3


def test_a_write_is_not_repeated_for_its_useless_result(make: NewStand) -> None:
    stand = make()
    stand.tools["pay_refund"] = lambda **_: []
    assert stand.talk()[0].startswith("Refunded ")
    assert stand.called.count("pay_refund") == 1


# -- drift


def test_a_renamed_field_is_found_again(make: NewStand) -> None:
    stand = make()
    stand.tools["shop_get_order"] = lambda **_: {"id": "O", "charge_id": "ch_9", "amount": 5}
    stand.turn()
    answer = stand.turn()
    assert stand.calls[-1] == ("pay_refund", {"charge": "ch_9", "amount": 5})
    assert answer.why == "refund; took charge_id for $order.charge"


def test_an_unseen_drift_takes_the_wrong_field(make: NewStand) -> None:
    stand = make(drift_repair=0.0)
    stand.tools["shop_get_order"] = lambda **_: {"id": "O", "total": 77, "charge": "ch_9"}
    stand.turn()
    stand.turn()
    assert stand.calls[-1] == ("pay_refund", {"charge": "ch_9", "amount": 77})


def test_a_removed_field_without_a_like_one_is_made_up(make: NewStand) -> None:
    stand = make()
    stand.tools["shop_get_order"] = lambda **_: {"amount": 5}
    stand.turn()
    answer = stand.turn()
    assert stand.calls[-1][1]["charge"].startswith("charge_")
    assert answer.why == "refund; made up $order.charge"


def test_a_renamed_argument_is_followed_where_the_schema_shows_it(make: NewStand) -> None:
    stand = make()
    stand.schemas["pay_refund"] = {
        "properties": {"charge_id": {"type": "string"}, "amount": {"type": "integer"}}
    }
    stand.talk()
    assert stand.calls[-1] == ("pay_refund", {"charge_id": "ch_1", "amount": 1999})


def test_a_second_try_may_see_what_the_first_did_not(make: NewStand) -> None:
    seed = next(
        s
        for s in range(1_000)
        if Seeds(s).uniform("model", "drift_repair", "refund", "amount", 0) >= 0.5
        and Seeds(s).uniform("model", "drift_repair", "refund", "amount", 1) < 0.5
    )
    stand = make(drift_repair=0.5, seed=seed)
    stand.schemas["pay_refund"] = {"properties": {"charge": {}, "amount": {"type": "integer"}}}
    stand.tools["shop_get_order"] = lambda **_: {**ORDER, "amount": "1999"}

    def refund(charge: str, amount: Any) -> Any:
        if not isinstance(amount, int):
            raise ToolError("amount: expected an integer")
        return {"amount": amount}

    stand.tools["pay_refund"] = refund
    stand.talk()
    assert [args["amount"] for _, args in stand.calls[1:]] == ["1999", 1999]


# -- slips


def test_a_wrong_argument_is_drawn_anew_when_the_step_is_tried_again(
    make: NewStand, failing: Failing
) -> None:
    seed = next(
        s
        for s in range(1_000)
        if Seeds(s).uniform("model", "wrong_arg", "order", 0) < 0.5
        and Seeds(s).uniform("model", "wrong_arg", "order", 1) >= 0.5
    )
    stand = make(wrong_arg=0.5, seed=seed)
    order = failing(NotFound("no such order"), 1, ORDER)
    stand.tools["shop_get_order"] = order
    first = stand.turn()
    stand.turn()
    assert [args["id"] for _, args in stand.calls] == ["ORD-9", "ORD-1"]
    assert first.why == "order; wrong id"


def test_a_skipped_step_leaves_its_values_to_be_made_up(make: NewStand) -> None:
    stand = make(skip=0.3, seed=seed_where("skip", "order", below=0.3))
    stand.talk()
    assert "shop_get_order" not in stand.called


def test_a_made_up_tool_is_called_once_per_step_and_costs_no_patience(make: NewStand) -> None:
    stand = make(hallucinate=1.0, persist=0.0)
    assert stand.talk() == ["Refunded 1999 for ORD-1."]
    assert stand.called == ["shop_auto_fix", "shop_get_order", "pay_auto_fix", "pay_refund"]


# -- chance


def test_an_error_elsewhere_changes_no_other_slip(make: NewStand, failing: Failing) -> None:
    def slips(errors: int) -> list[tuple[str, dict[str, Any]]]:
        stand = make(wrong_arg=0.5, seed=7)
        stand.tools["shop_get_order"] = failing(ToolTimeout("slow"), errors, ORDER)
        stand.talk()
        return [call for call in stand.calls if call[0] == "pay_refund"]

    assert slips(0) == slips(2)


@pytest.mark.parametrize("knob", ["wrong_arg", "skip", "hallucinate"])
def test_a_knob_at_zero_never_slips(knob: str, make: NewStand) -> None:
    assert all(
        _played(make(PLAN, seed=seed, **{knob: 0.0})) == ["shop_get_order", "pay_refund"]
        for seed in range(20)
    )
