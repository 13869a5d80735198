from __future__ import annotations

import pytest
import simpy

from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds
from sandbox.systems.store import Store

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT DEFAULT CURRENT_TIMESTAMP)"


@pytest.fixture
def env() -> simpy.Environment:
    return simpy.Environment()


def store_at(env: simpy.Environment, seed: int = 1) -> Store:
    store = Store.create([DDL])
    store.bind(Clock(env), Seeds(seed))
    return store


def test_now_in_sql_is_the_virtual_time(env: simpy.Environment) -> None:
    store = store_at(env)
    env.run(until=3600.5)
    assert store.value("SELECT datetime('now')") == "2026-03-02 09:00:00"
    assert store.value("SELECT unixepoch('now', 'subsec')") == 1_772_438_400 + 3600.5
    assert store.value("SELECT CURRENT_TIMESTAMP") == "2026-03-02 09:00:00"
    store.execute("INSERT INTO t (id) VALUES (1)")
    assert store.value("SELECT at FROM t") == "2026-03-02 09:00:00"


def test_two_stores_keep_their_own_time(env: simpy.Environment) -> None:
    early, late = store_at(simpy.Environment()), store_at(env)
    env.run(until=86_400)
    assert late.value("SELECT date('now')") == "2026-03-03"
    assert early.value("SELECT date('now')") == "2026-03-02"
    assert late.rows("SELECT date('now') AS d") == [{"d": "2026-03-03"}]


def test_a_world_is_built_at_a_time_that_is_the_same_every_day() -> None:
    assert Store.create([DDL]).value("SELECT datetime('now')") == "1970-01-01 00:00:00"


def test_random_in_sql_follows_the_seed(env: simpy.Environment) -> None:
    def drawn(seed: int) -> tuple[object, ...]:
        store = store_at(env, seed)
        return tuple(
            store.value(f"SELECT {what}") for what in ("random()", "random()", "hex(randomblob(4))")
        )

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    first, second, blob = drawn(1)
    assert first != second
    assert len(str(blob)) == 8


def test_random_covers_both_signs(env: simpy.Environment) -> None:
    store = store_at(env)
    drawn = [store.value("SELECT random()") for _ in range(50)]
    assert min(drawn) < 0 < max(drawn)


def test_a_replica_reads_at_the_time_of_its_store_and_draws_nothing_from_it(
    env: simpy.Environment,
) -> None:
    disturbed, alone = store_at(env), store_at(env)
    env.run(until=60)
    assert disturbed.replica().value("SELECT time('now')") == "08:01:00"
    disturbed.replica().value("SELECT random()")
    assert disturbed.value("SELECT random()") == alone.value("SELECT random()")
