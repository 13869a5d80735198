from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.ask_identity import QUESTION, AskIdentity


def test_the_customer_is_asked_once_after_a_guard_has_missed_who_they_are(bench: Any) -> None:
    asking = AskIdentity(bench.case)
    assert bench.ask(asking) == "Done."
    bench.case.unidentified = True
    assert bench.ask(asking) == QUESTION
    assert bench.ask(asking) == "Done."
