"""world.yaml is checked against its systems and articles."""

from __future__ import annotations

import pytest

from sandbox.content.document import parse_yaml
from sandbox.content.model import validate
from sandbox.worlds.definition import WorldFile
from sandbox.worlds.world import World
from sandbox.worlds.world_check import check_world

WORLD = """\
id: x
title: X
epoch: "2026-03-02T08:00:00Z"
systems: [stripe]
generator: {type: retail}
agent:
  scopes: [stripe:refunds:write, "stripe:*", "*"]
  tools: [stripe_*, wiki_search]
policies:
  - {id: a, title: A, kind: never, effect: payout, article: refund-policy}
  - {id: b, title: B, kind: max_amount, effect: refund, amount: amount, maximum: 5}
  - {id: c, title: C, kind: requires_before, effect: refund, where: {amount: {above: 3}}}
  - {id: d, title: D, kind: requires_read_before, effect: refund, tools: [stripe_get_*]}
"""


def _check(text: str, world: World) -> list[str]:
    document = parse_yaml(text, "w.yaml")
    file = validate(document, WorldFile)
    found = check_world([document], [file], file, world.operations, world.articles)
    return [str(problem) for problem in found]


def test_a_sound_world_has_no_problem(retail: World) -> None:
    assert _check(WORLD, retail) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('epoch: "2026-03-02T08:00:00Z"\n', "", "w.yaml:1:1: missing key 'epoch'"),
        ("2026-03-02T08", "2026-02-30T08", "w.yaml:3:8: no date and time"),
        ("wiki_search", "wiki_serch", "w.yaml:8:21: no tool matches 'wiki_serch' (did you mean"),
        ("stripe:refunds:write", "stripe:refund:write", "w.yaml:7:12: no operation asks for"),
        ("effect: payout", "effect: payot", "no effect called 'payot' (did you mean 'payout'?)"),
        ("article: refund-policy", "article: refunds", "no article called 'refunds'"),
        ("amount: amount", "amount: amont", "no argument of refund called 'amont' (did you mean"),
        ("where: {amount", "where: {sum", "no argument of refund called 'sum'"),
        ("{above: 3}}", "{above: 3}}, covers: sum", "no argument of refund called 'sum'"),
        ("[stripe_get_*]", "[stripe_gets_*]", "no tool matches 'stripe_gets_*'"),
        ("id: b", "id: a", "w.yaml:11:10: duplicate policy id 'a'"),
    ],
)
def test_a_mistake_is_found_where_it_stands(
    retail: World, old: str, new: str, message: str
) -> None:
    assert old in WORLD
    (problem,) = _check(WORLD.replace(old, new, 1), retail)
    assert message in problem
