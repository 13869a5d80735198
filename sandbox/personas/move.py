"""What a user does next: words, the reason for them, and whether they stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LeftReason = Literal["satisfied", "refused", "impatient", "gave_up"]
Pause = Literal["normal", "long"]


@dataclass(frozen=True, slots=True)
class Move:
    """One answer of a user."""

    text: str
    why: str
    """For people who read the trace: "pushes back (1 of 2)"."""
    leaves: LeftReason | None = None
    pause: Pause = "normal"
    """Long: they give others time before they ask again."""
