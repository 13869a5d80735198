"""What customers say of themselves: email addresses and order numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ORDER = re.compile(r"(?<![\w@.$-])#?(\d{4,7})(?![\w@-]|\.\d)")
_FAULT = re.compile(
    r"\b(?:broke|broken|crack(?:ed|s)?|damaged?|defect(?:ive)?|dented|faulty|leak(?:s|ing|ed)?"
    r"|shattered|torn)\b",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\bmissing\b|\b(?:in|not )complete\b|\bsupposed to be in\b"
    r"|\b(?:isn't|is not|wasn't|was not) in (?:it|there|(?:the|my) (?:parcel|box|package))\b",
    re.IGNORECASE,
)


class Stated:
    """The identifiers that stand in the customer's own messages.

    They are claims: a record is the customer's only where one of its identifiers was stated. What
    tickets, notes and articles say is never read here: anybody can have written that.
    """

    def __init__(self) -> None:
        self.emails: set[str] = set()
        self.orders: set[str] = set()
        """Order numbers, digits only."""
        self._texts: list[str] = []

    def read(self, texts: Sequence[str]) -> None:
        """Take in the customer's messages, of which earlier calls have seen the first ones."""
        for text in texts[len(self._texts) :]:
            self.emails.update(email.casefold() for email in _EMAIL.findall(text))
            self.orders.update(_ORDER.findall(_EMAIL.sub(" ", text)))
        self._texts = list(texts)

    @property
    def tells_of_fault(self) -> bool:
        """Whether they say that something was wrong with what they got."""
        return any(_FAULT.search(text) for text in self._texts)

    @property
    def tells_of_missing(self) -> bool:
        """Whether they say that part of a parcel was not in it."""
        return any(_MISSING.search(text) for text in self._texts)

    def mentions(self, value: object) -> bool:
        """Whether *value* stands somewhere in their messages, punctuation and spaces aside."""
        return _folded(str(value)) in _folded(" ".join(self._texts))

    def said(self, text: object) -> bool:
        """Whether *text* is a message of theirs, word for word."""
        return text in self._texts

    @property
    def messages(self) -> int:
        """How many messages they have sent."""
        return len(self._texts)

    def has_email(self, email: object) -> bool:
        """Whether *email* was stated."""
        return isinstance(email, str) and email.casefold() in self.emails

    def has_order(self, name: object) -> bool:
        """Whether the order called *name* (#10234) was stated."""
        return str(name).removeprefix("#") in self.orders


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum() or c == "@")
