from __future__ import annotations

import random

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import UsageError
from sandbox.systems import cow

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT, n INTEGER); CREATE INDEX i ON t (n)"


def filled() -> bytes:
    connection = cow.connect(cow.Pages(b""))
    connection.execute(DDL)
    rows = [(number, "x" * (number % 300), number * 7 % 50) for number in range(2000)]
    connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    return connection.serialize("main")


IMAGE = filled()


def test_a_fork_shares_the_image_and_keeps_its_changes_to_itself() -> None:
    pages = cow.Pages(IMAGE)
    one, two = cow.connect(pages), cow.connect(pages.copy())
    one.execute("UPDATE t SET text = 'changed' WHERE id = 7")
    assert two.execute("SELECT text FROM t WHERE id = 7").get == "x" * 7
    assert one.execute("SELECT text FROM t WHERE id = 7").get == "changed"
    assert pages.base is IMAGE
    assert 0 < len(pages.overlay) < 10


def test_the_copy_of_a_changed_file_starts_from_the_change() -> None:
    pages = cow.Pages(IMAGE)
    cow.connect(pages).execute("DELETE FROM t WHERE id >= 10")
    later = cow.connect(pages.copy())
    assert later.execute("SELECT count(*) FROM t").get == 10
    assert later.execute("PRAGMA integrity_check").get == "ok"


def test_a_rolled_back_transaction_leaves_no_page_behind() -> None:
    pages = cow.Pages(IMAGE)
    connection = cow.connect(pages)
    connection.execute("BEGIN; UPDATE t SET text = zeroblob(9000); ROLLBACK")
    assert pages.overlay == {}
    assert connection.execute("SELECT count(*) FROM t WHERE text = 'x'").get == 7


@pytest.mark.parametrize("image", [b"", b"rubbish", IMAGE[:-1], b"x" + IMAGE[1:]])
def test_what_is_no_image_is_refused(image: bytes) -> None:
    with pytest.raises(UsageError, match="not an image of a store"):
        cow.checked_image(image)


def mutate(connection: apsw.Connection, rng: random.Random) -> None:
    """One random step: rows that grow and shrink, savepoints, a VACUUM now and then."""
    number = rng.randrange(2500)
    connection.execute("SAVEPOINT s")
    match rng.randrange(5):
        case 0:
            connection.execute("DELETE FROM t WHERE id BETWEEN ? AND ?", (number, number + 40))
        case 1:
            values = (number, "y" * rng.randrange(9000), rng.randrange(99))
            connection.execute("INSERT OR REPLACE INTO t VALUES (?, ?, ?)", values)
        case _:
            connection.execute("UPDATE t SET n = n + 1, text = text || 'z' WHERE id = ?", (number,))
    if rng.random() < 0.3:
        connection.execute("ROLLBACK TO s")
    connection.execute("RELEASE s")
    if rng.random() < 0.02:
        connection.execute("VACUUM")


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_a_fork_behaves_like_an_ordinary_database_in_memory(seed: int) -> None:
    fork, plain = cow.connect(cow.Pages(IMAGE)), apsw.Connection(":memory:")
    plain.deserialize("main", IMAGE)
    for connection in (fork, plain):
        rng = random.Random(seed)
        for _ in range(60):
            mutate(connection, rng)
    everything = "SELECT * FROM t ORDER BY id"
    assert fork.execute(everything).fetchall() == plain.execute(everything).fetchall()
    assert fork.execute("PRAGMA integrity_check").get == "ok"
