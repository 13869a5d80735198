"""What customers and staff write in past tickets, by topic."""

from __future__ import annotations

from dataclasses import dataclass

_THANKS = (
    "Great, thank you!",
    "Thanks for the quick help.",
    "OK, that works for me.",
    "All sorted now, thank you. {first}",
    "Appreciate it. You can close this.",
)


@dataclass(frozen=True)
class Topic:
    """One kind of request: texts with `{number}`, `{first}` and `{item}` to fill in.

    The nth opening goes with the nth subject, and with the nth reply where there are as many.
    """

    tag: str
    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    replies: tuple[str, ...]
    notes: tuple[str, ...]
    thanks: tuple[str, ...] = _THANKS


TOPICS = {
    "where_is_it": Topic(
        "shipping",
        ("Where is my order #{number}?", "No tracking update", "Parcel late", "Order #{number}"),
        (
            "Hi, I ordered the {item} and the tracking has not moved. Order #{number}. {first}",
            "Could you tell me when #{number} will arrive? I need the {item} by the weekend.",
            "My parcel was due already but nothing has come. Order number is {number}.",
            "Still waiting for the {item}. What is going on with #{number}?",
        ),
        (
            (
                "Hi {first}, your parcel is with the carrier and on its way. If there is no scan "
                "for 7 days we treat it as lost and you choose a replacement or a refund."
            ),
            (
                "Hello {first}, thanks for your patience. The carrier scanned #{number} at a hub "
                "yesterday; delivery usually follows within two working days."
            ),
            "Hi {first}, I checked with the carrier: a delay at the hub, nothing is lost.",
        ),
        ("Checked carrier portal, scans look normal.", "Told the customer about the 7 day rule."),
    ),
    "return": Topic(
        "return",
        ("Return of {item}", "I would like to send something back", "Return #{number}"),
        (
            "Hello, I would like to return the {item} from order #{number}. It does not fit.",
            "Hi there, how do I send the {item} back? Unused, still in its box. Order {number}.",
            "I changed my mind about the {item}. What do I have to do? Regards, {first}",
        ),
        (
            (
                "Hi {first}, no problem, you are within the 30 days. I have opened a return and "
                "sent you the prepaid label. The money goes back to the card you paid with."
            ),
            (
                "Hello {first}, I have created the return for the {item}. Please send it within 14 "
                "days; the refund takes 5 to 10 business days on your statement."
            ),
        ),
        ("Within window, item returnable.", "RMA created, label sent."),
    ),
    "faulty": Topic(
        "faulty_item",
        ("{item} arrived damaged", "Wrong item in my parcel", "{item} does not work"),
        (
            "Hi, my {item} came out of the box broken. Can I get a new one? #{number}",
            "This is not what I ordered! I expected the {item}. Order {number}. {first}",
            "The {item} stopped working after a day, please have a look. Order #{number}.",
        ),
        (
            (
                "Hi {first}, I am sorry about that. You can have a replacement or your money back, "
                "whichever you prefer; the label for the faulty one is on its way."
            ),
            (
                "Hello {first}, that should not have happened. I have arranged the return of the "
                "{item} at our cost."
            ),
        ),
        ("Photo attached by customer shows the damage.", "Reported to the warehouse lead."),
    ),
    "cancel": Topic(
        "cancellation",
        ("Please cancel order #{number}", "Cancel my order", "Ordered by mistake"),
        (
            "Hi, please cancel #{number}, I ordered the {item} by mistake.",
            "Can you stop order {number}? I picked the wrong address and will order again.",
            "I would like to cancel the {item} if it has not shipped. Thanks, {first}",
        ),
        (
            (
                "Hi {first}, it had not left the warehouse: order #{number} is cancelled and the "
                "full amount is on its way back to your card."
            ),
        ),
        ("Not fulfilled, cancelled and refunded in full.",),
    ),
    "product": Topic(
        "product_question",
        ("Warranty of the {item}?", "Question about {item}", "{item}: spare parts"),
        (
            "Hello, how long is the warranty on the {item}? I bought it with order #{number}.",
            "Is the {item} dishwasher safe? I cannot find it in the manual. {first}",
            "Do you sell spare parts for the {item}? Order #{number}.",
        ),
        (
            "Hi {first}, you find the warranty on the product page; it runs from the delivery.",
            "Hello {first}, I have attached the manual, page 6 has the care instructions.",
            "Hi {first}, Logistics can send single parts. Which one do you need?",
        ),
        ("Answered from the product page.",),
    ),
    "invoice": Topic(
        "billing",
        ("Invoice for order #{number}", "Receipt needed", "Charge on my card"),
        (
            "Could you send me the invoice for #{number}? I need it for my employer.",
            "Hi, I need a receipt that shows the {item} separately. Order {number}.",
            "There is a charge on my statement, is that order #{number}? {first}",
        ),
        (
            "Hi {first}, the invoice for #{number} is attached; you also find it in your account.",
            "Hello {first}, the invoice in your account lists every item with its price.",
            "Hello {first}, yes, that charge belongs to order #{number}.",
        ),
        ("Sent PDF from the shop.",),
    ),
    "account": Topic(
        "account",
        ("Cannot log in", "Newsletter", "Change of phone number"),
        (
            "I cannot log in any more, the reset mail does not arrive. {first}",
            "Please take me off the newsletter.",
            "I have a new phone number, can you change it before the {item} is delivered?",
        ),
        (
            "Hi {first}, I have sent the reset mail again; please look in the spam folder too.",
            "Hello {first}, done. Mails that are queued already may still arrive for two days.",
            "Hello {first}, your new number is in the account now.",
        ),
        ("Verified by email and order number.",),
    ),
}
