"""How an agent says that it is not done yet: by itself, by others, or out of its hands."""

from __future__ import annotations

from sandbox.personas.rules.rule import SAID, rule
from sandbox.personas.rules.words import ACT, ACTED_BY_US, ADV, PEOPLE

_LOOK = (
    r"(?:look|check|see what|review|verify|investigate|try|find|pull|search|begin|take|get|do"
    r"|make|sort|fix|help|confirm)"
)
_BE_ACTED = (
    r"be (?:\w+ly )?(?:refunded|cancelled|processed|replaced|credited|issued|updated|deleted"
    r"|changed|reversed|sent|shipped)"
)

PROMISE = [
    rule(
        "promise", "will shall going about",
        rf"(?:i|we) (?:will|shall|(?:am|are) (?:now )?(?:going|about) to) (?:\w+ly |now |then "
        rf"|also |just |go ahead and |be happy to )*(?:{_LOOK}|{ACT})",
        "I'll refund it right away.",
        kinds=SAID, real=True, unless=r"emails?|confirmation|receipt|gladly help|label|get back",
    ),
    rule(
        "promise", "am are",
        r"(?:i|we) (?:am|are) (?:\w+ly |now |still |just )*(?:looking|checking|working on"
        r"|processing|reviewing|investigating|refunding|cancelling|issuing|searching|trying"
        r"|on it|creating|updating|preparing|verifying)",
        "I'm looking into it.", kinds=SAID, unless=r"forward",
    ),
    rule(
        "promise", "checking looking working processing reviewing searching",
        r"^(?:now |just )?(?:checking|looking|working|processing|reviewing|searching)",
        "Thanks! Checking that now.", kinds=SAID,
    ),
    rule(
        "promise", "let allow",
        rf"(?:let (?:me|us)|allow me to) (?:\w+ly |just |first |now |go ahead and "
        rf"|have a )*(?:{_LOOK}|{ACT})",
        "Let me look into that for you.", kinds=SAID,
    ),
    rule(
        "promise", "moment second minute minutes sec bear hold hang",
        r"(?:one|a|this|just a|a few|couple of) (?:moment|second|minutes?|sec)|bear with (?:me"
        r"|us)|hold on|hang on",
        "One moment, please.", kinds=SAID, unless=r"if you have a|takes?|ago|within|supervisor",
    ),
]  # fmt: skip

UNFINISHED = [
    rule(
        "unfinished", "yet",
        rf"(?:have|has|is|are|was) not (?:\w+ )?(?:been )?(?:\w+ )?(?:{ACTED_BY_US}|done|complete"
        r"|ready|through|finished|gone)(?: \S+){0,5} yet"
        rf"|not yet (?:\w+ )?(?:been )?(?:{ACTED_BY_US}|done|complete|ready|finished)",
        "The refund hasn't been issued yet.", kinds=SAID,
    ),
    rule(
        "unfinished", "not",
        rf"(?:i|we) (?:have|did) (?:still )?not (?:actually )?(?:{ACTED_BY_US}|{ACT})",
        "I haven't cancelled the order.", kinds=SAID,
    ),
    rule(
        "unfinished", "being",
        r"(?:is|are) (?:currently |now |still )?being (?:processed|refunded|cancelled|handled"
        r"|prepared|looked)",
        "Your refund is being processed.", kinds=SAID,
    ),
    rule(
        "unfinished", "approved",
        r"(?:has|have|is|was|been|supervisor|manager) (?:\w+ )?approved",
        "The supervisor has approved the refund.", kinds=SAID, real=True, unless=r"not",
    ),
    rule(
        "unfinished", "will", rf"will (?:now |then |soon |shortly )?{_BE_ACTED}",
        "Your order will be refunded.", kinds=SAID, real=True,
    ),
]  # fmt: skip

WAITING = [
    rule(
        "waiting",
        "asked contacted escalated forwarded submitted requested passed sent raised referred put"
        " reached consulted handed filed opened asking contacting escalating forwarding",
        rf"(?:i|we) (?:have |am |are )?{ADV}(?:asked|contacted|escalated|forwarded|submitted"
        rf"|requested|passed|sent|raised|referred|put|reached out|consulted|handed|filed"
        rf"|opened|asking|contacting|escalating|forwarding)\b.* (?:{PEOPLE}|approval|review"
        rf"|requests?|permission|authori[sz]ation|enquiry|inquiry|investigation|trace|claim)",
        "I have asked a supervisor to approve this.", kinds=SAID, unless=r"email confirmation",
    ),
    rule(
        "waiting", "escalated escalating", r"escalat(?:ed|ing) (?:this|your|it|the|that)",
        "I've escalated this.", kinds=SAID, real=True,
    ),
    rule(
        "waiting", "need needs requires require awaiting waiting pending subject",
        r"(?:needs?|requires?|awaiting|waiting (?:for|on)|pending|subject to)\b.* (?:approval"
        r"|approve|supervisor|supervisors|manager|managers|review|authori[sz]ation|sign-?off"
        r"|decision|permission|carrier|courier|warehouse)",
        "This amount needs a supervisor's"
        " approval.", kinds=SAID, unless=r"not need|not require|no"
        r"|drops? off|a pending",
    ),
    rule(
        "waiting", "supervisor manager team lead",
        r"(?:supervisor|manager|team|lead) (?:has|have|needs?|still has|must) (?:to )?(?:sign"
        r"|approve|review|decide|check|confirm|authori[sz]e)",
        "My manager has to sign this off first.", kinds=SAID,
    ),
    rule(
        "waiting", "wait hold bear patient",
        r"(?:could|can|would|will) you (?:please )?(?:wait|hold|bear|be patient)",
        "Could you hold on for a bit?",
    ),
    rule(
        "waiting", "review pending queue reviewed",
        r"(?:is|are|still) (?:currently |still |now )?(?:under review|pending|in (?:the "
        r"|a )?queue)|being reviewed",
        "Your request is under review.", kinds=SAID,
    ),
    rule(
        "waiting", "wait hold patience patient stay",
        r"please (?:wait|hold|stay|be patient)|thank you for your patience"
        r"|ask (?:for )?your patience",
        "Please wait.", kinds=SAID,
    ),
    rule(
        "waiting", "know update keep back",
        r"(?:i|we) will (?:let you know|update you|keep you (?:posted|updated|informed)"
        r"|get back to you|come back to you|be back)",
        "I will get back to you as soon as I know more.", kinds=SAID,
    ),
]  # fmt: skip

_REACH = (
    r"(?:contact|call|email|reach out|be in touch|get (?:back|in touch)|follow up|reply"
    r"|respond|write|review|take|assist|help|look|handle)"
)

HANDOFF = [
    rule(
        "handoff",
        "contact call email reach be get follow reply respond write take assist help look"
        " handle review",
        rf"(?:{PEOPLE}|they|he|she|(?<!and )we)(?: \S+){{0,6}} (?:will|(?:is"
        rf"|are) going to) (?:\w+ )?{_REACH}(?! me)",
        "A specialist will contact you by email.", kinds=SAID,
        unless=r"we will (?:look|review|take|help|assist|handle|\w+ly)",
    ),
    rule(
        "handoff", "hear", r"you (?:will|should) hear (?:back )?from",
        "You'll hear from our billing team tomorrow.", kinds=SAID,
    ),
    rule(
        "handoff", "back touch update know",
        r"will (?:get back to you|be in touch|let you know|update you"
        r"|come back to you)\b.*(?:by email|within|tomorrow|in \S+ (?:hours|days))",
        "I will get back to you by email within two days.", kinds=SAID,
    ),
    rule(
        "handoff", "transferred transferring handed handing connecting connected passed passing"
        " transfer",
        rf"(?:transferr(?:ed|ing)|transfer|hand(?:ed|ing)|connect(?:ed|ing)|pass(?:ed"
        rf"|ing)) (?:you|this|your|the|it)\b.* to (?:\S+ ){{0,4}}{PEOPLE}",
        "I'm handing this over to our security team.", kinds=SAID, unless=r"approv\w+",
    ),
    rule(
        "handoff", "ticket case",
        r"have (?:\w+ )?(?:opened|created|raised|logged|filed) (?:a|an) (?:\w+ ){0,3}(?:ticket"
        r"|case)",
        "I've opened a support ticket for this.", kinds=SAID,
    ),
]  # fmt: skip
