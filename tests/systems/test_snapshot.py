from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.systems.snapshot import cache_folder, cached_image, cached_snapshot
from sandbox.systems.store import Store

DDL = ["CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)"]


class Generator:
    """Builds a world and counts how often."""

    def __init__(self, rows: int = 100) -> None:
        self.rows = rows
        self.builds = 0

    def __call__(self, store: Store) -> None:
        self.builds += 1
        store.insert_many("t", ("id", "text"), [(n, f"row {n}") for n in range(self.rows)])


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANDBOX_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "worlds"


def test_a_world_is_built_once_and_then_read(cache: Path) -> None:
    build = Generator()
    first = cached_snapshot({"seed": 1}, build, DDL)
    second = cached_snapshot({"seed": 1}, build, DDL)
    assert build.builds == 1
    assert first == second
    store = Store.from_image(second.image)
    assert store.value("SELECT count(*) FROM t") == 100
    assert store.digest() == second.digest
    assert [path.suffix for path in cache.iterdir()] == [".world"]


def test_any_other_part_of_the_key_is_another_world() -> None:
    build = Generator()
    cached_image({"seed": 1}, build, DDL)
    cached_image({"seed": 2}, build, DDL)
    cached_image({"seed": 1, "locale": "de"}, build, DDL)
    cached_image({"seed": 1}, build, ["CREATE TABLE t (id INTEGER PRIMARY KEY, text)"])
    assert build.builds == 4


def truncate(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flip(data: bytes) -> bytes:
    return data[:-100] + bytes([data[-100] ^ 1]) + data[-99:]


def empty(_: bytes) -> bytes:
    return b""


def rubbish(_: bytes) -> bytes:
    return b"\xff\xfe not json \n"


def another_json(_: bytes) -> bytes:
    return b"[1]\n"


@pytest.mark.parametrize("spoil", [truncate, flip, empty, rubbish, another_json])
def test_a_spoilt_file_is_built_anew_and_replaced(
    cache: Path, spoil: Callable[[bytes], bytes]
) -> None:
    build = Generator()
    good = cached_snapshot({}, build, DDL)
    [path] = cache.iterdir()
    path.write_bytes(spoil(path.read_bytes()))
    assert cached_snapshot({}, build, DDL) == good
    assert cached_snapshot({}, build, DDL) == good
    assert build.builds == 2


def test_where_no_cache_can_be_written_the_world_is_just_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    monkeypatch.setenv("SANDBOX_CACHE", str(blocked))
    build = Generator()
    assert cached_image({}, build, DDL) == cached_image({}, build, DDL)
    assert build.builds == 2
    assert blocked.read_text() == ""


def test_a_builder_that_fails_leaves_nothing_in_the_cache(cache: Path) -> None:
    def fail(store: Store) -> None:
        store.insert("t", {"id": 1})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cached_image({}, fail, DDL)
    assert not cache.exists()


def test_two_that_build_at_once_do_not_spoil_the_file(cache: Path) -> None:
    both_build = threading.Barrier(2)

    def build(store: Store) -> None:
        both_build.wait(timeout=30)
        Generator()(store)

    threads = [threading.Thread(target=cached_image, args=({}, build, DDL)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = Generator()
    cached_image({}, again, DDL)
    assert again.builds == 0
    assert len(list(cache.iterdir())) == 1


def test_old_snapshots_make_room_for_new_ones(cache: Path) -> None:
    for seed in range(30):
        cached_image({"seed": seed}, Generator(rows=1), DDL)
    assert len(list(cache.iterdir())) == 24
    newest = Generator(rows=1)
    cached_image({"seed": 29}, newest, DDL)
    assert newest.builds == 0


def test_without_a_choice_the_cache_lies_in_the_users_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SANDBOX_CACHE")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "agent-windtunnel" / "worlds"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/path")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache_folder() == tmp_path / "home" / ".cache" / "agent-windtunnel" / "worlds"
