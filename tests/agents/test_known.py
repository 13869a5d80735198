from __future__ import annotations

import pytest

from sandbox.agents.known import KNOWN
from sandbox.agents.loading import check_agent_path


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_known_agent_is_where_it_is_said_to_be(name: str) -> None:
    assert KNOWN[name].title
    check_agent_path(name)
