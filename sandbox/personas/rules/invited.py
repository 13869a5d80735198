"""How an agent gives the user the floor: for a yes, for their story, for a goodbye."""

from __future__ import annotations

from sandbox.personas.rules.rule import ANY, ASKED, SAID, rule
from sandbox.personas.rules.words import ACT

_PLAN = (
    r"(?:refund|cancellation|cancelling|return|replacement|exchange|change|order|address|charge"
    r"|update)"
)

CONFIRM = [
    rule(
        "confirm", "shall should may can could",
        rf"(?:shall|should|may|can|could) (?:i|we) (?:\w+ly |now |then |just |please "
        rf"|also )*(?:{ACT}|continue|do|have|use|confirm)",
        "Shall I go ahead with the refund?", kinds=ASKED,
        unless=r"may i have|can i have|how (?:can|may|should)|what (?:can|should)|which|when"
        r"|where",
    ),
    rule(
        "confirm", "would do want prefer",
        r"(?:would you like|do you want|would you prefer|would you want|did you want"
        r"|are you happy for|do you wish|would it help)",
        "Would you like me to cancel it?", kinds=ASKED,
        unless=r"(?:what|which|how|when|where|who|why) (?:\w+ )?(?:would|do|did)|or",
    ),
    rule(
        "confirm",
        "okay fine correct right good work works happy sure acceptable agree sound sounds",
        r"(?:is|are|would|does) (?:that|this|it|the \w+|all of this|you"
        r"|everything)(?: \S+){0,5} (?:okay|fine|correct|right|good|work|happy|sure|acceptable"
        r"|agree)|sounds? good|do you agree|correct$|right$|okay$",
        "Is that correct?", kinds=ASKED,
        unless=r"working|what|which|how|if (?:that|this|it) is",
    ),
    rule(
        "confirm", "confirm confirmation",
        rf"(?:please |you |to |do you |your )confirm(?:ation)?(?: (?:that|this|it|if|whether"
        rf"|the {_PLAN}|you (?:want|would|are|agree|have|wish)|so|before|and|by|to proceed)|$)",
        "Please confirm that you want this cancelled.", kinds=ANY,
        unless=r"(?:send|receive|get) (?:\w+ )?confirmation|(?:i|we) can confirm",
    ),
    rule(
        "confirm", "sound", r"(?:does|how does) (?:that|this|it) (?:all )?sound",
        "How does that sound?", kinds=ASKED,
    ),
    rule(
        "confirm", "yes", r"(?:say|reply|answer|respond|type|write)(?: with)?(?: me)? \"?yes",
        "Reply yes to continue.", kinds=ANY,
    ),
    rule(
        "confirm", "ahead proceed continue do",
        r"(?:want|want me|okay|ready|like|me|wish) to (?:go ahead|proceed|continue|do this)"
        r"|^(?:and |so )?(?:go ahead|proceed)",
        "Ready to proceed?", kinds=ASKED,
    ),
    rule(
        "confirm", "can could happy able",
        rf"(?:i|we) (?:can|could|(?:would|will) be happy to|(?:am|are) able to|(?:am"
        rf"|are) happy to) (?:\w+ly |now |also |still |instead |certainly )*{ACT}",
        "I can refund $49.99 to your card.", kinds=SAID, real=False,
        unless=r"not|only|until|once you|if you (?:give|send|share|tell)|as soon as|after you"
        r"|so (?:that )?(?:i|we) can",
    ),
]  # fmt: skip

OPEN = [
    rule(
        "open", "help assist do",
        r"(?:how|what) (?:can|may|could|should) (?:i|we) (?:\w+ )?(?:help|assist|do)",
        "How can I help you today?",
    ),
    rule(
        "open", "seems brings", r"what (?:seems to be|brings you)",
        "What seems to be the problem?", kinds=ASKED,
    ),
    rule(
        "open",
        "details information about more happened describe explain elaborate specify clarify",
        r"(?:more|further|additional|some|any) (?:details?|information|context|about|on)"
        r"|what (?:exactly )?(?:happened|is wrong|went wrong)|(?:describe|explain|elaborate"
        r"|clarify)\b|tell me (?:more|about)|(?:what|which) (?:issue|problem)",
        "Could you tell me more about the problem?", kinds=ASKED, unless=r"let me (?:explain"
        r"|clarify)|if you have any",
    ),
    rule(
        "open", "what like need looking want",
        r"what (?:would you like|do you need|do you want|are you looking|is your (?:question"
        r"|request|issue|concern|problem))",
        "What would you like me to do?", kinds=ASKED,
    ),
]  # fmt: skip

FAREWELL = [
    rule(
        "farewell", "else further more",
        r"(?:anything|something) (?:else|more|further)|further (?:questions|assistance|help)"
        r"|more (?:questions|i can)|any (?:other|more|further) questions",
        "Is there anything else I can do for you?",
    ),
    rule(
        "farewell", "help sense answer solve",
        r"(?:does|did|has) (?:that|this|it) (?:all )?(?:help|make sense|answer|solve)",
        "Does that answer your question?", kinds=ASKED,
    ),
    rule(
        "farewell", "nice great good lovely wonderful enjoy",
        r"(?:have a|enjoy) (?:\w+ )?(?:nice|great|good|lovely|wonderful|your day|day|weekend"
        r"|evening)|(?:nice|great|good|lovely|wonderful) (?:rest of|day|weekend|evening)",
        "Have a lovely day!",
    ),
    rule("farewell", "bye goodbye care", r"good ?bye|bye|take care(?! of)", "Goodbye!"),
    rule(
        "farewell", "welcome glad pleasure happy",
        r"you are (?:very |most )?welcome|glad (?:i|we|to have) \S+ ?(?:help|assist)?\w*"
        r"|my pleasure|happy to help any|happy to have helped",
        "You're very welcome!", kinds=SAID,
    ),
    rule(
        "farewell", "contacting reaching shopping choosing",
        r"thank(?:s| you) for (?:contacting|reaching out|shopping|choosing|being)",
        "Thank you for shopping with us.", kinds=SAID, points=0.5,
    ),
]  # fmt: skip
