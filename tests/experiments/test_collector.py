"""The collector: events by conversation, also those that name only their call."""

from __future__ import annotations

from sandbox.experiments.collector import Collector


def test_events_go_to_the_conversation_that_they_name() -> None:
    collector = Collector()
    collector.open("c1")
    collector.open("c2")
    for event in ({"i": 1, "conversation": "c1"}, {"i": 2, "conversation": "c2"}, {"i": 3}):
        collector(event)
    assert collector.close("c1") == [{"i": 1, "conversation": "c1"}]
    assert collector.close("c2") == [{"i": 2, "conversation": "c2"}]


def test_an_event_without_a_conversation_belongs_to_the_one_that_made_its_call() -> None:
    collector = Collector()
    collector.open("c1")
    asked, answered = {"call": "m1", "conversation": "c1"}, {"call": "m1", "type": "model_result"}
    collector(asked)
    collector(answered)
    collector({"call": "m2", "type": "model_result"})
    assert collector.close("c1") == [asked, answered]


def test_a_conversation_that_is_over_takes_no_more_and_leaves_nothing_behind() -> None:
    collector = Collector()
    collector.open("c1")
    collector({"call": "x", "conversation": "c1"})
    collector.close("c1")
    collector({"call": "x"})
    collector({"conversation": "c1"})
    collector.open("c1")
    assert collector.close("c1") == []
