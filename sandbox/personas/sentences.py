"""Free text cut into short pieces of plain lower-case words that rules can read.

A message becomes segments: statements, questions and requests. Contractions are written out, marks
of emphasis dropped, and "e-mail", "id" or "#" said in one way, so that a rule needs one wording.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

CHARS_MAX = 6_000
"""What a person reads of one message; an agent that sends a book is not read to the end."""

Kind = Literal["statement", "question", "request"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a message with one purpose, in plain words separated by single spaces."""

    text: str
    kind: Kind

    @property
    def words(self) -> list[str]:
        """The words in order, punctuation marks included."""
        return self.text.split()


def segments(message: str) -> list[Segment]:
    """The statements, questions and requests of *message*, in reading order."""
    found: list[Segment] = []
    # Runs of spaces first: several of them in one pattern take cubic time on a page of blank lines.
    prose = _SPACES.sub(_one, message[:CHARS_MAX])
    prose = _BULLET.sub(", ", _LIST.sub(": ", prose))
    for sentence in _sentences(prose):
        text = normalise(sentence)
        if text:
            found.extend(_cut(text, asks=sentence.rstrip("\"')]*_ ").endswith("?")))
    return found


def normalise(text: str) -> str:
    """*text* as plain words: lower case, contractions written out, one word for synonyms."""
    folded = text.lower().translate(_PLAIN)
    words = [_SAME.get(w, w) for token in _TOKEN.findall(folded) for w in _expand(token)]
    text = _ITS_BEEN.sub(r"\1 has been", " ".join(words))
    return _ORDER_NO.sub(r"\1 number", text)


def word_set(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


# --- words ------------------------------------------------------------------------------------

_PLAIN = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": ";", "\u2014": ";"}
    | dict.fromkeys("*`~", " ")
)
_LETTER = r"a-z0-9\u00c0-\u024f"
_TOKEN = re.compile(rf"[$€£]?[{_LETTER}](?:(?:[{_LETTER}'@.+/_-]|,(?=\d))*[{_LETTER}])?|[#,;:()]")
_ITS_BEEN = re.compile(r"\b(it|that|there) is been\b")
_ORDER_NO = re.compile(r"\b(order|tracking|customer|ticket|account|invoice|phone) no\b")

_SAME: dict[str, str] = {
    "e-mail": "email", "mail": "email", "emails": "email", "id": "number", "ids": "number",
    "#": "number", "ref": "number", "reference": "number", "no.": "number", "nr": "number",
    "zip": "postcode", "zipcode": "postcode", "telephone": "phone", "mobile": "phone",
    "cell": "phone", "parcel": "package", "ok": "okay", "alright": "okay", "pls": "please",
    "plz": "please", "canceled": "cancelled", "canceling": "cancelling", "re-sent": "resent",
    "kindly": "please", "apologise": "apologize", "apologies": "apologize",
}  # fmt: skip
"""Words that mean the same when somebody asks for something."""

_WHOLE: dict[str, tuple[str, ...]] = {
    "can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"),
    "shan't": ("shall", "not"), "let's": ("let", "us"), "i'm": ("i", "am"),
    "wanna": ("want", "to"), "gonna": ("going", "to"), "dont": ("do", "not"),
    "cant": ("can", "not"), "ive": ("i", "have"), "im": ("i", "am"), "y'all": ("you",),
}  # fmt: skip
_IS = word_set("it that what there here where who how everything he she this all when which")
_ENDINGS = (("n't", "not"), ("'ve", "have"), ("'ll", "will"), ("'re", "are"), ("'d", "would"))


def _expand(token: str) -> tuple[str, ...]:
    if "'" not in token and token not in _WHOLE:
        return (token,)
    if token in _WHOLE:
        return _WHOLE[token]
    for ending, word in _ENDINGS:
        if token.endswith(ending):
            return token[: -len(ending)], word
    if token.endswith("'s"):
        # "it's" is "it is"; "the order's number" is about the order.
        return (token[:-2], "is") if token[:-2] in _IS else (token[:-2],)
    return (token.strip("'"),)


# --- sentences --------------------------------------------------------------------------------

_SPACES = re.compile(r"\s{2,}")
_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]*_]*\s+|\n+")
# "Please send me:" and the lines below it are one sentence.
_LIST = re.compile(r":[\s*_]*\n\s*(?:[-*•]\s+|\d+[.)]\s+)?")
_BULLET = re.compile(r"\s*\n\s*(?:[-*•]|\d+[.)])\s+")
_ABBREVIATION = re.compile(r"(?:\b(?:no|mr|mrs|ms|dr|st|approx|vs|nr)|e\.g|i\.e)\.$", re.IGNORECASE)


def _one(spaces: re.Match[str]) -> str:
    return "\n" if "\n" in spaces[0] else " "


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    held = ""
    for piece in _SENTENCE.split(text):
        held = f"{held} {piece}" if held else piece
        if not _ABBREVIATION.search(held[-8:]):
            found.append(held)
            held = ""
    return [*found, held] if held else found


# --- segments ---------------------------------------------------------------------------------

_CLAUSE = re.compile(r" ?[,;:()] ?")
_LINK = r"(?:(?:and|but|so|or|also|then|otherwise|thanks|first|next|now|well|sure|okay|hi|hello) )*"
_QUESTION_START = re.compile(
    rf"{_LINK}(?:can|could|would|will|do|does|did|is|are|was|were|have|has|had|shall|should|may"
    r"|might|what|which|who|whose|where|when|why|how|whether|any"
    r"|(?:in|on|to|for|under|at|from) (?:which|what|whom)) "
)
_NEED = r"(?:i|we) (?:will |would |do |just |only |also |still )*(?:need|require)"
_REQUEST_START = re.compile(
    rf"{_LINK}(?:please|what is|what are|which|let (?:me|us) know|tell me|give me|send me|provide"
    rf"|share|reply|answer|type|enter|specify|confirm|verify|{_NEED}"
    r"|if you (?:can|could|would|have)|could you|can you|would you"
    r"|to (?:proceed|continue|help|get)) "
)


def _cut(text: str, *, asks: bool) -> list[Segment]:
    # Clauses that follow an opening of a question or request belong to it: "could you tell me your
    # name, email and postcode?" is one question; "I refunded it, anything else?" is two segments.
    kind: Kind = "statement"
    parts: list[tuple[str, Kind]] = []
    for clause in filter(None, _CLAUSE.split(text)):
        if kind == "statement":
            kind = _kind(f"{clause} ", asks=asks)
        if parts and parts[-1][1] == kind:
            parts[-1] = (f"{parts[-1][0]} , {clause}", kind)
        else:
            parts.append((clause, kind))
    if len(parts) > 1 and parts[-1][0] == "please":
        parts[-2:] = [(f"{parts[-2][0]} please", "request")]
    if asks and parts and parts[-1][1] != "question":
        # Nothing opened the question: its last clause asks ("your name?"), or all of it did.
        parts = _last_clause_asks(parts)
    return [Segment(part, kind) for part, kind in parts]


def _kind(clause: str, *, asks: bool) -> Kind:
    if asks and _QUESTION_START.match(clause):
        return "question"
    if _REQUEST_START.match(clause):
        return "request"
    return "statement"


def _last_clause_asks(parts: list[tuple[str, Kind]]) -> list[tuple[str, Kind]]:
    text, kind = parts[-1]
    if kind == "request":
        return [*parts[:-1], (text, "question")]
    head, comma, last = text.rpartition(" , ")
    return [*parts[:-1], *([(head, kind)] if comma else []), (last, "question")]
