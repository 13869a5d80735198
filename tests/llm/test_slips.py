from __future__ import annotations

from sandbox.llm.slips import made_up_tool, wrong_argument


def test_one_argument_is_wrong_and_the_others_stay() -> None:
    args = {"amount": 1999, "charge": "ch_18", "reverse": False}
    assert wrong_argument(args, 0.0) == ("amount", {**args, "amount": 19990})
    assert wrong_argument(args, 0.5) == ("charge", {**args, "charge": "ch_19"})
    assert wrong_argument(args, 0.99) == ("reverse", {**args, "reverse": True})
    assert args["amount"] == 1999


def test_the_wrong_argument_does_not_depend_on_the_order_given() -> None:
    assert wrong_argument({"b": 1, "a": 2}, 0.0) == ("a", {"b": 1, "a": 20})


def test_a_wrong_text_always_differs() -> None:
    assert wrong_argument({"id": "ch_19"}, 0.0) == ("id", {"id": "ch_18"})
    assert wrong_argument({"id": ""}, 0.0) == ("id", {"id": "9"})


def test_without_a_simple_argument_there_is_no_slip() -> None:
    assert wrong_argument({"lines": [1], "note": None}, 0.5) is None
    assert wrong_argument({}, 0.5) is None


def test_the_made_up_tool_sounds_like_the_system() -> None:
    assert made_up_tool("stripe_create_refund") == "stripe_auto_fix"
    assert made_up_tool("") == "system_auto_fix"
