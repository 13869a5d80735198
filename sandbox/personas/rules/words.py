"""Groups of words that several rules share, as pieces of patterns."""

from __future__ import annotations

ADV = (
    r"(?:(?:\w+ly|now|just|also|then|since|today|again|therefore|gone ahead and|been able to"
    r"|managed to|and) )*"
)
"""Words that may stand inside "I have ... refunded"; never a "not"."""

PEOPLE = (
    r"(?:supervisor|manager|team|colleague|specialist|department|lead|finance|billing|agent|human"
    r"|warehouse|carrier|courier|expert|representative|support|security|officer|someone|somebody"
    r"|staff)s?"
)

US = (
    r"(?:i|we|he|she|they|(?:our|my|the) (?:\w+ )?"
    r"(?:team|colleague|supervisor|manager|specialist|department|system|warehouse))"
)

ACTED = (
    r"(?:refunded|reimbursed|cancelled|exchanged|credited|reversed|waived|updated|changed|corrected"
    r"|amended|removed|deleted|erased|anonymi[sz]ed|closed|merged|combined|consolidated|unlocked"
    r"|reset|re-?shipped|resent|re-?ordered|booked|arranged|scheduled|applied|activated|deactivated"
    r"|stopped|suspended|paused|unsubscribed|completed|finali[sz]ed|resolved|fixed|sorted|settled"
    r"|issued|processed|replaced|initiated|adjusted|matched|blocked|secured|registered|restored"
    r"|redirected|rerouted|ended|terminated|price-matched|actioned)"
)
"""What customers want done. "Shipped" and "returned" are missing: of an old order they are news."""

ACTED_BY_US = (
    rf"(?:{ACTED}|sent|shipped|dispatched|placed|created|generated|made|added|started|set up|put"
    r"|ordered|prepared|emailed|returned|given|granted|opened)"
)

ACT = (
    r"(?:refund|reimburse|cancel|exchange|credit|reverse|waive|update|change|correct|amend|remove"
    r"|delete|erase|close|merge|unlock|reset|reship|resend|reorder|book|arrange|schedule|apply"
    r"|activate|stop|suspend|pause|process|issue|replace|initiate|adjust|match|redirect|reroute"
    r"|send|ship|place|create|set up|start|put|give|make|offer|proceed|go ahead|do (?:this|that|it|so)"
    r"|handle|return)"
)

PAPER = (
    r"(?:notes?|tickets?|cases?|quer(?:y|ies)|enquiry|inquiry|claim"
    r"|(?:refund|approval|cancellation|your|the|a|an|this) request)"
)
"""The agent's own paperwork: "I've updated your ticket" solves nothing."""

TO_PEOPLE = rf"(?:to|with|by) (?:a|an|our|my|the|their) (?:\w+ )?{PEOPLE}"
