import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from sandbox.sim.ids import install_ids
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds

pytest.importorskip("uuid_utils")

CODE = """
import uuid
before = {before}
if before:
    import uuid_utils.compat
    from uuid_utils.compat import uuid7
from sandbox.sim.ids import install_ids
assert install_ids() and install_ids()
import uuid_utils
from uuid_utils import compat
if not before:
    from uuid_utils.compat import uuid7
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds

async def main(kernel):
    makers = [uuid7, compat.uuid7, compat.uuid4, compat.uuid1, compat.uuid6]
    makers += [uuid_utils.uuid7, uuid_utils.uuid4]
    return [make() for make in makers] + [compat.uuid7(timestamp=5, nanos=7_000_000)]

made = Kernel(Seeds(1)).run(main)
assert [type(one) for one in made[:5]] == [uuid.UUID] * 5
assert type(made[5]) is uuid_utils.UUID
assert [one.version for one in made] == [7, 7, 4, 1, 6, 7, 4, 7]
assert made[-1].int >> 80 == 5007
assert uuid7() != uuid7() and uuid7().version == 7
print(made)
"""


def test_native_ids_come_from_the_kernel_whenever_they_were_imported() -> None:
    root = Path(__file__).resolve().parents[2]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", CODE.format(before=before)],
            env={"PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for before in (True, False, False)
    ]
    assert outputs[0] == outputs[1] == outputs[2]


def test_without_uuid_utils_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uuid_utils", None)
    assert install_ids() is False


def test_messages_of_langchain_get_the_same_ids_in_every_run() -> None:
    install_ids()
    uuid7 = pytest.importorskip("langchain_core.utils.uuid").uuid7

    async def main(_: Kernel) -> Any:
        return uuid7()

    first, second = (Kernel(Seeds(1)).run(main) for _ in range(2))
    assert isinstance(first, uuid.UUID)
    assert first == second != Kernel(Seeds(2)).run(main)
