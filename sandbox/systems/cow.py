"""Copy-on-write databases: many worlds over one immutable image.

A database file is the bytes of an image, shared by all, and a dictionary of the pages that differ.
To fork a world is to copy that dictionary: it takes as long for one row as for a million.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import apsw

from sandbox.errors import SandboxBug, UsageError
from sandbox.systems.virtual_sql import VirtualTimeVFS

PAGE_BYTES = 4096
_MAGIC = b"SQLite format 3\0"
_VFS_NAME = "sandbox-cow"
# The cache takes all pages of a large world if need be, so that each page is asked of Python once.
_CACHE_KIB = 65_536
# Nothing spills to the file before a commit: the pages then are always a consistent state.
_PRAGMAS = f"""
PRAGMA page_size={PAGE_BYTES}; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;
PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-{_CACHE_KIB};
PRAGMA cache_spill=OFF; PRAGMA foreign_keys=ON;
"""


class Pages:
    """The content of one database file: *base* with the pages of *overlay* in its place."""

    __slots__ = ("base", "overlay", "size")

    def __init__(self, base: bytes, overlay: Mapping[int, bytes] = {}, size: int | None = None):
        self.base = base
        self.overlay = dict(overlay)
        self.size = len(base) if size is None else size

    def copy(self) -> Pages:
        """An independent file of the same content; the image stays shared."""
        return Pages(self.base, self.overlay, self.size)


def checked_image(image: bytes) -> bytes:
    """*image* if it is a database that `Pages` can hold; else raises `UsageError`."""
    page_bytes = int.from_bytes(image[16:18], "big")
    if image[:16] != _MAGIC or page_bytes != PAGE_BYTES or len(image) % PAGE_BYTES:
        raise UsageError(
            f"not an image of a store: {len(image)} bytes, page size {page_bytes}: "
            f"images come from Store.image() and have pages of {PAGE_BYTES} bytes"
        )
    return image


def connect(pages: Pages) -> apsw.Connection:
    """A connection to the database that *pages* holds; it writes to *pages* when it commits."""
    return _vfs().connect(pages)


class _File:
    """What SQLite sees of `Pages`: the methods of apsw's VFSFile that a main database needs."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        pages = self._pages
        number, within = divmod(offset, PAGE_BYTES)
        page = pages.overlay.get(number)
        if page is None:
            return pages.base[offset : offset + amount]
        return page if amount == PAGE_BYTES else page[within : within + amount]

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        number, within = divmod(offset, PAGE_BYTES)
        if within or len(data) != PAGE_BYTES:
            raise SandboxBug(f"SQLite wrote {len(data)} bytes at {offset}: not a whole page")
        pages = self._pages
        pages.overlay[number] = bytes(data)
        pages.size = max(pages.size, offset + PAGE_BYTES)

    def xFileSize(self) -> int:  # noqa: N802
        return self._pages.size

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._pages.size = size
        for number in [n for n in self._pages.overlay if n * PAGE_BYTES >= size]:
            del self._pages.overlay[number]

    def xLock(self, _level: int) -> None:  # noqa: N802
        """Each file has one connection: nobody to lock out."""

    def xUnlock(self, _level: int) -> None:  # noqa: N802
        """See `xLock`."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xSync(self, _flags: int) -> None:  # noqa: N802
        """Memory needs no syncing."""

    def xClose(self) -> None:  # noqa: N802
        """The pages live as long as their store."""

    def xSectorSize(self) -> int:  # noqa: N802
        return PAGE_BYTES

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return (
            apsw.SQLITE_IOCAP_ATOMIC
            | apsw.SQLITE_IOCAP_SAFE_APPEND
            | apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE
        )

    def xFileControl(self, _op: int, _pointer: int) -> bool:  # noqa: N802
        return False


class _CowVFS(VirtualTimeVFS):
    def __init__(self) -> None:
        super().__init__(_VFS_NAME, "")
        self._serial = itertools.count(1)
        self._waiting: dict[str, Pages] = {}

    def connect(self, pages: Pages) -> apsw.Connection:
        name = f"/world-{next(self._serial)}"
        self._waiting[name] = pages
        connection = apsw.Connection(name, vfs=_VFS_NAME)
        connection.execute(_PRAGMAS).fetchall()  # runs no further than the first row otherwise
        return connection

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> _File:  # type: ignore[override]  # noqa: N802
        if not flags[0] & apsw.SQLITE_OPEN_MAIN_DB or name is None:
            raise apsw.CantOpenError("a world in memory has no other files")
        flags[1] = flags[0]
        filename = name.filename() if isinstance(name, apsw.URIFilename) else name
        return _File(self._waiting.pop(filename))

    def xAccess(self, _pathname: str, _flags: int) -> bool:  # noqa: N802
        return False  # no journal, no WAL

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def xDelete(self, _filename: str, _syncdir: bool) -> None:  # noqa: N802
        """Nothing is ever on a disk."""


_registered: list[_CowVFS] = []


def _vfs() -> _CowVFS:
    """The one VFS of this process, registered on first use and for good."""
    if not _registered:
        _registered.append(_CowVFS())
    return _registered[0]
