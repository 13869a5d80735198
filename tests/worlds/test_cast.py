"""Casting: SQL that must be sound, the same seed the same people, nobody twice at once."""

from __future__ import annotations

import pytest

from sandbox.errors import UsageError
from sandbox.sim.seeds import Seeds
from sandbox.systems.store import Store
from sandbox.worlds.cast import Casting, NoCast, Row, bindings_of, compile_query, entities
from sandbox.worlds.task import Task

DDL = """
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, person INTEGER NOT NULL, cents INTEGER NOT NULL);
"""
PEOPLE = "SELECT id, name, email FROM people ORDER BY id"
ORDERS = "SELECT id, cents FROM orders WHERE person = :person_id ORDER BY id"


def _store(people: int = 20) -> Store:
    store = Store.create([DDL])
    store.insert_many("people", ("id", "name", "email"), [
        (n, f"P{n}", f"p{n}@example.com") for n in range(1, people + 1)
    ])  # fmt: skip
    # Every second person has two orders, the others none.
    store.insert_many("orders", ("id", "person", "cents"), [
        (100 * n + k, n, 500) for n in range(1, people + 1) if n % 2 for k in range(2)
    ])  # fmt: skip
    return store


def _task(**cast: str) -> Task:
    return Task.model_validate({
        "id": "t", "title": "T", "oracle": [], "effects": {},
        "cast": {name: {"query": query} for name, query in cast.items()},
        "user": {"name": "x", "email": "x", "opening": "x", "goal": "x"},
    })  # fmt: skip


def test_a_query_tells_its_columns_and_bindings() -> None:
    compiled = compile_query(ORDERS, _store())
    assert (compiled.columns, compiled.bindings) == (("id", "cents"), ("person_id",))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT id FROM people", "no ORDER BY"),
        ("SELECT id FROM (SELECT id FROM people ORDER BY id)", "no ORDER BY"),
        ("SELECT id, 'ORDER BY' FROM people -- ORDER BY id", "no ORDER BY"),
        ("SELECT name FROM people ORDER BY name", "called id"),
        ("SELECT id, name, email AS name FROM people ORDER BY id", "same name"),
        ("SELECT id FROM nobody ORDER BY id", "no such table: nobody"),
        ("SELEC id", "syntax error"),
        ("DELETE FROM people", "only a SELECT"),
        ("SELECT id FROM people ORDER BY id; SELECT 1", "one statement"),
    ],
)
def test_a_query_that_cannot_serve_is_refused(query: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        compile_query(query, _store())


def test_the_same_seed_casts_the_same_people_and_another_seed_others() -> None:
    store = _store()
    task = _task(person=PEOPLE)
    draws = [Casting(_store()).draw(task, store, Seeds(seed)) for seed in (1, 1, 2, 3, 4, 5)]
    assert draws[0] == draws[1]
    assert len({draw["person"]["id"] for draw in draws}) > 2


def test_later_members_are_bound_to_earlier_ones() -> None:
    store = _store()
    for seed in range(10):
        cast = Casting(_store()).draw(_task(person=PEOPLE, order=ORDERS), store, Seeds(seed))
        assert cast["order"]["id"] // 100 == cast["person"]["id"]


def test_two_members_are_never_the_same_record() -> None:
    task = _task(person=PEOPLE, order=ORDERS, other=ORDERS)
    cast = Casting(_store()).draw(task, _store(), Seeds(1))
    assert cast["order"]["id"] != cast["other"]["id"]
    with pytest.raises(NoCast):
        Casting(_store()).draw(
            _task(person=PEOPLE, a=ORDERS, b=ORDERS, c=ORDERS), _store(), Seeds(1)
        )


def test_whoever_is_taken_is_passed_over() -> None:
    store, casting, task = _store(4), Casting(_store(4)), _task(person=PEOPLE)
    taken = {"1", "p2@example.com", "3"}
    assert casting.draw(task, store, Seeds(1), taken)["person"]["id"] == 4
    with pytest.raises(NoCast, match="not taken by another conversation"):
        casting.draw(task, store, Seeds(1), taken | {"4"})


def test_a_person_who_is_being_served_is_passed_over_with_all_their_records() -> None:
    orders = "SELECT id, person AS customer_id FROM orders ORDER BY id"
    store, casting, task = _store(3), Casting(_store(3)), _task(order=orders)
    first = casting.draw(task, store, Seeds(1))
    second = casting.draw(task, store, Seeds(1), entities(first))
    assert {first["order"]["customer_id"], second["order"]["customer_id"]} == {1, 3}


def test_a_candidate_that_no_longer_fits_is_passed_over() -> None:
    store, task = _store(3), _task(person="SELECT id FROM people WHERE name <> '' ORDER BY id")
    casting = Casting(_store(3))
    store.execute("UPDATE people SET name = '' WHERE id <> 2")
    assert [casting.draw(task, store, Seeds(seed))["person"]["id"] for seed in range(5)] == [2] * 5


def test_the_rows_are_those_of_now_and_not_of_the_beginning() -> None:
    store, task = _store(1), _task(person=PEOPLE)
    store.execute("UPDATE people SET name = 'Ann'")
    assert Casting(_store(1)).draw(task, store, Seeds(1))["person"]["name"] == "Ann"


def test_a_task_without_a_cast_needs_nobody() -> None:
    assert Casting(_store()).draw(_task(), _store(), Seeds(1)) == {}


def test_entities_and_bindings_of_a_cast() -> None:
    cast: dict[str, Row] = {
        "a": {"id": 7, "email": "x@example.com", "cents": 5},
        "b": {"id": "ch_1"},
    }
    assert entities(cast) == {"7", "x@example.com", "ch_1"}
    assert entities({"order": {"id": 1, "customer_id": 5, "requester_id": None}}) == {"1", "5"}
    assert bindings_of(cast) == {
        "a_id": 7, "a_email": "x@example.com", "a_cents": 5, "b_id": "ch_1",
    }  # fmt: skip
