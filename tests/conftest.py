"""For every test: Hypothesis draws the same examples each time, and Ctrl-C can be pressed."""

from __future__ import annotations

import signal

from hypothesis import settings

# Derandomized, so that a commit passes or fails as a whole and not by luck; and no deadline, since
# a busy machine is no counterexample. To search for new ones: `pytest --hypothesis-profile=search`.
settings.register_profile("deterministic", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile("deterministic")

# A shell that starts a command in the background lets it ignore Ctrl-C, and so do its children. The
# tests press it, here and in processes of their own.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
