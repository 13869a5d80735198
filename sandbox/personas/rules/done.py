"""How an agent says that the wish is carried out."""

from __future__ import annotations

from sandbox.personas.rules.rule import SAID, rule
from sandbox.personas.rules.words import ACTED, ACTED_BY_US, ADV, PAPER, PEOPLE, TO_PEOPLE, US

_MERGED = r"(?:merged|combined)"
_NEW = r"(?:replacement|new|label|credit|refund|return|voucher|gift|exchange)"
_MONEY = r"(?:refund|credit|money|amount|replacement|funds|payment|label|usd|\$\S+)"

DONE = [
    rule(
        "done", "have has", rf"{US} (?:have|has) {ADV}{ACTED_BY_US}",
        "I've now refunded $49.99 to your card.",
        kinds=SAID, real=True,
        unless=rf"^(?!.* {_MERGED}).*{PAPER}|{TO_PEOPLE}",
    ),
    rule(
        "done", "i we",
        rf"(?:i|we) (?:went ahead and )?{ADV}(?:{ACTED}|sent|shipped|placed|created"
        rf"|set up) (?:the|your|a|an|it|this|that|them|both|all|you|order|\$)",
        "Good news: I cancelled your order just now.",
        kinds=SAID, real=True, unless=rf"{PAPER}|{TO_PEOPLE}",
    ),
    rule(
        "done", "been", rf"(?:has|have|had) {ADV}(?:already )?been {ADV}{ACTED}",
        "Your subscription has been cancelled.",
        kinds=SAID, real=True, unless=rf"{PAPER}(?!.* {_MERGED})",
    ),
    rule(
        "done", "been",
        rf"{_NEW}\b.* (?:has|have) (?:already )?been (?:\w+ly )?(?:sent|shipped|dispatched"
        rf"|placed|created|generated|made|added|ordered|emailed|set up|started|opened)",
        "A replacement has been shipped to you.",
        kinds=SAID, real=True, unless=r"requests?",
    ),
    rule(
        "done", "was were",
        rf"(?:was|were) {ADV}(?:already )?(?:refunded|reimbursed|cancelled|credited|replaced"
        rf"|deleted|erased|reversed|merged|updated|waived|issued)",
        "The duplicate charge was refunded on March 2.",
        kinds=SAID, real=True, unless=PAPER,
    ),
    rule(
        "done", "is are",
        rf"(?:is|are) (?:now|already|successfully|fully) (?:\w+ly |been )?(?:{ACTED}|complete"
        rf"|done|active|in place|set)",
        "Your account is now deleted.",
        kinds=SAID, real=True, unless=PAPER,
    ),
    rule(
        "done", "done set sorted resolved taken through successful complete confirmed",
        r"all (?:is )?(?:done|set|sorted|taken care of)|(?:is|are) (?:all )?(?:done|complete"
        r"|sorted|resolved|taken care of)|went through|was successful|(?:refund|cancellation"
        r"|replacement|return|change|update)(?: \S+){0,5} is (?:confirmed|complete|done)",
        "It's all taken care of.",
        kinds=SAID, real=True, unless=r"not|no longer|never|what|how",
    ),
    rule(
        "done", "refunded cancelled replaced done",
        r"(?:^|, )(?:refunded|cancelled|replaced|done)(?! (?:items|orders|products|within|only"
        r"|if))",
        "Done! The card gets it in 5 days.",
        kinds=SAID,
    ),
    rule(
        "done", "refund cancellation order return replacement subscription account",
        rf"^(?:full |your |the )*(?:refund|cancellation|order|return|replacement|subscription"
        rf"|account)(?: \S+){{0,4}} (?:{ACTED}|sent|created)$",
        "Refund issued.",
        kinds=SAID, real=True, unless=r"not|never|be|being",
    ),
    rule(
        "done", "receive see get have",
        r"you (?:will|should|can expect to) (?:\w+ )?(?:receive|see|get|have) .*(?:refund"
        r"|money|amount|credit|replacement|funds|back|label|\$\S+)",
        "You will receive the money within 5 business days.",
        kinds=SAID, real=True, unless=rf"reply|response|answer|call|hear|decision|code|{PEOPLE}"
        rf"|not",
    ),
    rule(
        "done", "go goes going",
        r"(?:go|goes|is going|are going|will go) back (?:to|on|onto) (?:the|your)",
        "The $49.99 go back to your card.",
        kinds=SAID, real=True, unless=r"not",
    ),
    rule(
        "done", "way appear arrive back",
        rf"{_MONEY}(?: \S+){{0,6}} (?:(?:is|are) on (?:its|the|their) way|(?:will"
        rf"|should) (?:appear|arrive|show up|be back|be in your|be on your|reach you))",
        "Your replacement is on its way.",
        kinds=SAID, real=True, unless=r"not",
    ),
]  # fmt: skip
