"""What is new in a conversation: agents send all of it with each call, and it only grows."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.llm.messages import Message


class History:
    """Follows the context of one agent from call to call, at a cost that does not grow with it."""

    def __init__(self) -> None:
        self._count = 0
        self._first: Message | None = None
        self._last: Message | None = None
        self.continued = False
        """Whether the context of the latest call was the one before plus something at its end."""

    def advance(self, messages: Sequence[Message]) -> int:
        """The index in *messages* from which they are new; remembers them for the next call.

        Where an agent drops or rewrites earlier messages (a sliding window), everything after the
        latest message known from before counts as new.
        """
        start = self._start(messages)
        self._count = len(messages)
        if messages:
            self._first, self._last = messages[0], messages[-1]
        return start

    def _start(self, messages: Sequence[Message]) -> int:
        count = self._count
        # Two comparisons stand for the whole prefix: comparing all of it would make a long
        # conversation quadratic.
        self.continued = len(messages) >= count and (
            count == 0
            or (_same(messages[count - 1], self._last) and _same(messages[0], self._first))
        )
        if self.continued:
            return count
        for index in range(len(messages) - 1, -1, -1):
            if messages[index] == self._last:
                return index + 1
        return 0


def _same(message: Message, known: Message | None) -> bool:
    return message is known or message == known
