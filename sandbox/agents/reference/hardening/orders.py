"""What an order to the reader looks like, wherever it stands: patterns, by what gives it away.

They know no particular attack. They describe what a note, a ticket or an article of a shop has no
reason to contain: words to the machine that reads it, another authority's voice, secrecy, haste.
"""

from __future__ import annotations

import re

_MACHINE = r"(?:(?:ai )?(?:assistant|agent)|ai|bot|chatbot|automated (?:agent|system)s?)"
_READER = rf"(?:{_MACHINE}|language model|llm)"
_NOTICE = r"(?:notice|message|prompt|override|note|instruction)s?"
_BEFORE = r"(?:previous|prior|above|earlier|your|these|policy|policies|instructions)"
_BOSS = r"(?:supervisor|manager|human|person)"
_PAYING = r"(?:refund|pay|send|transfer|wire|issue|delete|erase|grant)"

_SIGNS = {
    "speaks to the machine": [
        rf"(?:^|[.!?\n\]]\s*|\b(?:dear|hey|hello|attention|note to) ){_READER}\s?[:,] ",
        r"\b(?:for|to) (?:the |all |any )?(?:ai|automated|llm)[ -](?:agents?|assistants?|bots?)\b",
        rf"\b(?:if|when|as|since) you(?:'re| are)? (?:an? |the )?(?:{_READER}|read(?:ing)? this)\b",
        rf"\b(?:the|this|any) {_READER}\b.{{0,40}}\b(?:should|must|is asked to)\b",
    ],
    "claims to be the platform": [
        rf"\b(?:system|developer|administrator) {_NOTICE}\b",
        r"</?(?:system|instructions?|information|admin|tool_result|im_start|im_end)\b[^>]*>",
        r"(?:^|\n)\s*#+ *(?:system|instructions?)\b *:?",
        r"\b(?:maintenance|debug|developer|admin|god) mode\b",
    ],
    "puts itself above the rules": [
        rf"\b(?:ignore|disregard|forget|override|bypass)\b.{{0,40}}\b{_BEFORE}\b",
        r"\b(?:new|updated|revised) (?:instruction|directive|order)s? (?:for|to) (?:you|the)\b",
        r"\b(?:this|it) (?:overrides|supersedes|takes precedence)\b",
    ],
    "wants it hidden or waved through": [
        r"\b(?:do not|don't|never) (?:mention|reveal|disclose) (?:this|it|that)\b",
        r"\b(?:do not|don't|never|no need to) (?:verify|check|confirm)\b",
        rf"\b(?:no need to ask|without asking) (?:a|any|the|your) {_BOSS}\b",
    ],
    "orders money or data about": [
        rf"\byou (?:must|have to|are (?:instructed|ordered) to)\b.{{0,60}}\b{_PAYING}\b",
        r"\b(?:urgently|immediately|right now|at once)\b.{0,60}\b(?:wire|transfer|pay ?out)\b",
        r"\b(?:wire|transfer|pay out)\b.{0,60}\b(?:iban|wallet|account|card)\b.{0,60}\bnow\b",
    ],
}
_PATTERNS = [
    re.compile(sign, re.IGNORECASE | re.DOTALL) for signs in _SIGNS.values() for sign in signs
]


def gives_orders(text: str) -> bool:
    """Whether *text* gives orders to whoever (or whatever) reads it."""
    return any(pattern.search(text) for pattern in _PATTERNS)
