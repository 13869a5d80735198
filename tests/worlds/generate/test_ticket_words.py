"""The texts of past tickets can all be filled in."""

from __future__ import annotations

import pytest

from sandbox.worlds.generate.ticket_words import TOPICS, Topic

WORDS = {"number": 20_001, "first": "Ann", "item": "Lamp"}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_every_text_fills_in_and_leaves_no_brace(topic: Topic) -> None:
    texts = (*topic.subjects, *topic.openings, *topic.replies, *topic.notes, *topic.thanks)
    for text in texts:
        filled = text.format_map(WORDS)
        assert filled
        assert "{" not in filled


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_each_opening_has_its_subject(topic: Topic) -> None:
    assert len(topic.subjects) == len(topic.openings)
