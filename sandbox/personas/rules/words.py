"""Groups of words that several rules share, as pieces of patterns."""

from __future__ import annotations

ADV = (
    r"(?:(?:\w+ly|now|just|also|then|since|today|again|therefore|gone ahead and|been able to"
    r"|managed to|and) )*"
)
"""Words that may stand inside "I have ... refunded"; never a "not"."""

PEOPLE = (
    r"(?:supervisor|manager|team|colleague|specialist|department|lead|finance|billing|agent"
    r"|human|warehouse|carrier|courier|expert|representative|support|security|officer|someone"
    r"|somebody|staff)s?"
)

US = (
    r"(?:i|we|he|she|they|(?:our|my|the) (?:\w+ )?(?:team|colleague|supervisor|manager"
    r"|specialist|department|system|warehouse))"
)

ACTED = (
    r"(?:refunded|reimbursed|cancelled|exchanged|credited|reversed|waived|updated|changed"
    r"|corrected|amended|removed|deleted|erased|anonymi[sz]ed|closed|merged|combined"
    r"|consolidated|unlocked|reset|re-?shipped|resent|re-?ordered|booked|arranged|scheduled"
    r"|applied|activated|deactivated|stopped|suspended|paused|unsubscribed|completed"
    r"|finali[sz]ed|resolved|fixed|sorted|settled|issued|processed|replaced|initiated|adjusted"
    r"|matched|blocked|secured|registered|restored|redirected|rerouted|saved|ended|terminated"
    r"|price-matched|actioned)"
)
"""What customers want done. "Shipped" and "returned" are missing: of an old order they are news."""

ACTED_BY_US = (
    rf"(?:{ACTED}|sent|shipped|dispatched|placed|created|generated|made|added|started|set up"
    rf"|put|ordered|prepared|emailed|returned|given|granted|opened)"
)

ACT = (
    r"(?:refund|reimburse|cancel|exchange|credit|reverse|waive|update|change|correct|amend"
    r"|remove|delete|erase|close|merge|unlock|reset|reship|resend|reorder|book|arrange"
    r"|schedule|apply|activate|stop|suspend|pause|process|issue|replace|initiate|adjust|match"
    r"|redirect|reroute|send|ship|place|create|set up|start|put|give|make|offer|proceed"
    r"|go ahead|do (?:this|that|it|so)|handle|return)"
)

PAPER = (
    r"(?:notes?|tickets?|cases?|quer(?:y|ies)|enquiry|inquiry|claim|(?:refund|approval"
    r"|cancellation|your|the|a|an|this) request)"
)
"""The agent's own paperwork: "I've updated your ticket" solves nothing."""

TO_PEOPLE = rf"(?:to|with|by) (?:a|an|our|my|the|their) (?:\w+ )?{PEOPLE}"
