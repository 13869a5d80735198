from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.rules import RULES


def test_every_write_of_the_shop_has_a_rule(bench: Any) -> None:
    writes = {tool.effect for tool in bench.shop.env.tools.values() if tool.kind == "write"}
    assert writes == set(RULES)


def test_some_things_are_never_done(bench: Any) -> None:
    for effect in ("payout", "article_update", "user_erase", "billing_customer_delete"):
        assert bench.do(lambda effect=effect: RULES[effect](bench.case, {})) is not None


def test_an_email_address_is_changed_for_the_one_on_file_only(new_bench: Any) -> None:
    change = {"customer_id": 501, "email": "new@example.com"}
    bench = new_bench("I am ada@example.com (#10001), change it to new@example.com")
    assert bench.do(lambda: RULES["customer_update"](bench.case, change)) is None
    bench = new_bench("It's Ada, #10001, I lost my mailbox: change it to new@example.com")
    assert bench.do(lambda: RULES["customer_update"](bench.case, change)) is not None
