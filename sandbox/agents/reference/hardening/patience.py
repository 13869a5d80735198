"""`Patience`: how often and how long a conversation may wait for systems that do not answer."""

from __future__ import annotations

import asyncio


class Patience:
    """A budget of waiting, for the whole conversation.

    Each wait is twice as long as the one before, or as long as the system asks for. There is no
    jitter: one conversation makes one call at a time. Where a thousand workers retry at once, add
    some, or they come back all together.
    """

    attempts_max = 4
    """Repetitions of one call."""

    def __init__(
        self, *, first_s: float = 2.0, longest_s: float = 120.0, total_s: float = 900.0
    ) -> None:
        self.first_s = first_s
        self.longest_s = longest_s
        self.left_s = total_s
        """What is left of the budget."""

    async def wait(self, attempt: int, asked_s: float | None = None) -> bool:
        """Wait before repetition number *attempt*, from 0; False, at once, if that is too long.

        *asked_s* is what the system's `Retry-After` says: coming back earlier is of no use and
        makes its trouble worse.
        """
        pause_s = max(self.first_s * 2**attempt, asked_s or 0.0)
        if pause_s > self.longest_s or pause_s > self.left_s:
            return False
        self.left_s -= pause_s
        await asyncio.sleep(pause_s)
        return True
