"""Foreign text made fit to be shown: what agents and users say may hold anything.

A terminal obeys escape sequences, XML forbids control characters, and a right-to-left override
turns a sentence round. All of them are shown by their number instead.
"""

from __future__ import annotations

import re

# C0 without tab and line feed, DEL and C1; line separators; bidirectional overrides and isolates;
# lone surrogates (half an emoji), which no file can hold; the two that are no characters at all.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    r"""*text* with every character that would act instead of being read as `\x1b` or `\u202e`."""
    return _UNFIT.sub(_number, text.replace("\r\n", "\n"))


def shortened(text: str, characters_max: int) -> str:
    """*text*, or its beginning and a note of how much more there is."""
    more = len(text) - characters_max
    # A note as long as what it replaces would be no gain.
    if more <= 30:
        return text
    return f"{text[:characters_max].rstrip()} … ({more:,} more characters)"


def _number(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
