"""How an agent says no, that something broke, or that it finds nothing."""

from __future__ import annotations

from sandbox.personas.rules.rule import ANY, SAID, rule
from sandbox.personas.rules.words import PAPER

_FIND = r"(?:find|locate|see|look up|identify|match|pull up|trace)"
_NO_REFUSAL = (
    rf"(?:not|unable) (?:be able to |able to |to |seem to |yet |currently )*(?:{_FIND}|access"
    rf"|verify|reach|wait|say|tell|guarantee|promise|confirm|load|open|retrieve|be (?:undone"
    rf"|reversed|reverted))|without (?:your|the|an?|knowing|first) |until (?:you|i have"
    rf"|i know)|unless you|before (?:you|i (?:have|know))|right now|at the moment|temporarily"
    rf"|not hesitate|not worry|technical|something went wrong|if (?:you|this|that|it"
    rf"|the) \S+ not|system|timed? ?out"
)
_GONE = r"(?:passed|closed|expired|ended|elapsed|lapsed|is over|run out)"

REFUSED = [
    rule(
        "refused", "can could may will would unable not",
        r"(?:i|we) (?:\w+ly )?(?:(?:can|could|may|will|would) (?:\w+ly )?not|(?:am"
        r"|are) (?:\w+ly )?(?:not (?:\w+ly )?(?:able|allowed|permitted|authori[sz]ed"
        r"|in a position)|unable) to) \w+",
        "I'm not able to refund this.", kinds=SAID, real=True,
        unless=_NO_REFUSAL + r"|will not (?:need|charge|be charging|have to|take long)",
    ),
    rule(
        "refused", "can could unable",
        r"(?:^|, |so |but |unfortunately |sorry )(?:can|could) not (?:be )?(?:refund|cancel"
        r"|change|process|offer|do|help|approve|return)\w*",
        "Sorry, can't do that.", kinds=SAID, unless=_NO_REFUSAL,
    ),
    rule(
        "refused", "be",
        r"(?:can|could|will|may) (?:\w+ )?(?:not|no longer) (?:\w+ly )?be (?:able to \w+"
        r"|refunded|cancelled|returned|changed|processed|exchanged|accepted|approved|done"
        r"|granted|waived|combined|merged|shared|made|matched|honou?red|replaced|stopped"
        r"|issued)",
        "Sale items can't be returned.", kinds=SAID, unless=_NO_REFUSAL,
    ),
    rule(
        "refused", "not",
        r"(?:is|are|was|were) (?:\w+ly )?not (?:\w+ly )?(?:possible|eligible|allowed|permitted"
        r"|refundable|covered|something (?:i|we)|available|returnable|an option|authori[sz]ed"
        r"|entitled|valid)",
        "This order is not eligible for a refund.", kinds=SAID, real=True,
        unless=_NO_REFUSAL,
    ),
    rule(
        "refused", "not",
        r"(?:do|does|did) not (?:\w+ly )?(?:qualify|allow|permit|cover|offer|accept|meet"
        r"|let (?:me|us)|make exceptions|price[- ]match|refund|provide|support)",
        "Your order does not qualify.", kinds=SAID, real=True, unless=_NO_REFUSAL,
    ),
    rule(
        "refused", "longer",
        r"no longer (?:\w+ly )?(?:eligible|possible|returnable|refundable|covered|able)",
        "It is no longer possible to cancel.", kinds=SAID,
    ),
    rule(
        "refused", "decline declined denied rejected refuse reject refused",
        r"(?:must|have to|need to|will) (?:\w+ly )?(?:decline|refuse|reject)|(?:(?:has"
        r"|have) been|was|were|is|are) (?:\w+ly )?(?:declined|denied|rejected|refused"
        r"|turned down)|(?:supervisor|manager|team|they|he|she|we|i)(?: has"
        r"| have)? (?:declined|denied|rejected|refused)",
        "The supervisor has declined the refund.", kinds=SAID, real=True,
        unless=r"payment|card (?:has been|was)",
    ),
    rule(
        "refused", "no declined",
        r"(?:says?|said|answer is|answer stays|have to say|must say) no(?! (?:longer|problem))"
        r"|(?:stays|remains) (?:declined|refused|closed)",
        "My supervisor said no.", kinds=SAID,
    ),
    rule(
        "refused", "outside past beyond",
        r"(?:outside|past|beyond)(?: \S+){0,6} (?:window|period|policy|days|deadline|scope"
        r"|limit)",
        "It is outside the return window.", kinds=SAID,
    ),
    rule(
        "refused", "late", r"too late (?:to|for)",
        "It's too late to cancel.", kinds=SAID, unless=r"not too",
    ),
    rule(
        "refused", "passed closed expired ended elapsed lapsed over out",
        rf"(?:window|warranty|period|deadline|guarantee)\b(?: \S+){{0,6}} {_GONE}",
        "The warranty has already expired.", kinds=SAID, unless=r"not",
    ),
    rule(
        "refused", "against non-refundable nonrefundable",
        r"against (?:our |the |company )?(?:policy|rules)|non-?refundable",
        "That would be against our policy.", kinds=SAID,
    ),
    rule(
        "refused", "unfortunately afraid regret sadly sorry",
        r"unfortunately|(?:am|are) afraid|regret|sadly|sorry but",
        "Unfortunately, our policy gives you only 30 days.", points=0.5, kinds=SAID,
    ),
    rule(
        "refused", "policy rules terms", r"policy|rules|terms",
        "Unfortunately, the policy is clear.", points=0.5, kinds=SAID,
    ),
    rule(
        "refused", "only",
        r"only (?:\S+ ){0,5}(?:within|to the original|for|if|when|up to|\d+|gives?)",
        "Unfortunately we refund only within 30 days.", points=0.5, kinds=SAID,
    ),
    rule(
        "refused", "no", r"no (?:exceptions?|refunds?|way (?:to|for|of)|option to|possibility)",
        "There are no exceptions.", kinds=SAID, unless=r"no refunds? (?:has|have|was|were|yet"
        r"|so far|on)",
    ),
]  # fmt: skip

TROUBLE = [
    rule(
        "trouble",
        "wrong technical error errors issue issues problem problems trouble difficulties",
        r"something went wrong|(?:ran into|encountered|experiencing|hit|got|returned|threw|gave"
        r"|there (?:is|was"
        r"|has been)|having) (?:\w+ ){0,3}(?:technical |system )?(?:issues?|problems?|errors?"
        r"|trouble|difficult\w+)|technical (?:issue|problem|error|difficult\w+)\w*|(?:system"
        r"|service|tool) is (?:\w+ly )?(?:down|unavailable|not responding)",
        "I'm sorry, something went wrong.", kinds=SAID,
        unless=r"with your (?:order|package|item|product|purchase)|for the (?:issue|problem"
        r"|trouble)|you (?:are|were)|sorry (?:that|to hear)|if there (?:is|are)",
    ),
    rule(
        "trouble", "down unavailable responding",
        r"(?:system|service|tool|page)s?(?: \S+){0,3} (?:is|are) (?:\w+ly )?(?:down"
        r"|unavailable|not responding)",
        "Our payment system is currently down.", kinds=SAID,
    ),
    rule(
        "trouble", "try again later", r"try (?:this |it )?again (?:later|in|soon)",
        "Please try again later.", kinds=ANY, unless=r"i will|we will|let me",
    ),
    rule(
        "trouble", "now moment temporarily currently",
        r"(?:not|unable)\b.* (?:right now|at the moment|temporarily)",
        "I can't process that at the moment.", kinds=SAID, unless=rf"not need|{PAPER}",
    ),
    rule(
        "trouble", "timed failed fail",
        r"timed out|(?:has |have )?failed|(?:did|does) not (?:work|go through|respond)",
        "The refund call timed out.", kinds=SAID, real=True,
    ),
    rule(
        "trouble", "not unable",
        r"(?:could|can) not (?:be able to )?(?:complete|load|open|retrieve|reach|access"
        r"|finish)|(?:unable|not able) to (?:complete|load|open|retrieve|reach|access|finish)",
        "I was unable to complete your request.", kinds=SAID, real=True,
    ),
]  # fmt: skip

LOST = [
    rule(
        "lost", "not unable no",
        rf"(?:(?:can|could|did|do|was|were|am|are) not|unable to|not able to) (?:be able to "
        rf"|able to |seem to |yet |immediately )*{_FIND}",
        "I can't find your order.", kinds=SAID, real=True, unless=r"if you|you can not",
    ),
    rule(
        "lost", "no",
        r"no (?:matching )?(?:order|account|record|customer|result|match)s?\b.*(?:found|under"
        r"|with|for|in)",
        "There is no order under that number.", kinds=SAID,
    ),
    rule(
        "lost", "nothing", r"nothing (?:under|matching|with (?:that|this|these|those))",
        "There is nothing under that name.", kinds=SAID,
    ),
    rule(
        "lost", "verify",
        r"(?:(?:can|could) not|unable to|not able to) verify (?:your|you|the|this|that)",
        "I could not verify your account.", kinds=SAID, real=True,
    ),
]  # fmt: skip
