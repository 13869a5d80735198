"""For every test: Hypothesis draws the same examples each time, with no clock on them."""

from __future__ import annotations

from hypothesis import settings

# Derandomized, so that a commit passes or fails as a whole and not by luck; and no deadline, since
# a busy machine is no counterexample. To search for new ones: `pytest --hypothesis-profile=search`.
settings.register_profile("deterministic", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile("deterministic")
