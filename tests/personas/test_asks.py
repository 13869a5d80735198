from sandbox.personas.asks import Askable, Asked, askable, asked_in
from sandbox.personas.sentences import segments
from sandbox.worlds.task import Fact

ORDER = askable(Fact(name="order", value="#1042", asked=["order number"]))
EMAIL = askable(Fact(name="email", value="anna@example.com", asked=["email", "email address"]))
ADDRESS = askable(Fact(name="address", value="12 Elm Street", asked=["address"]))
FACTS = (ORDER, EMAIL, ADDRESS)


def asked(message: str, *, offer: bool = False, lost: bool = False) -> Asked:
    return asked_in(segments(message)[-1], FACTS, offer=offer, lost=lost)


def test_a_fact_is_known_by_its_wordings_and_its_value() -> None:
    assert Askable("order", (("order", "number"),), "1042") == ORDER


def test_a_short_word_is_not_recognised_as_a_value() -> None:
    assert askable(Fact(name="ok", value="yes", asked=["sure"])).value == ""


def test_facts_are_asked_for_in_the_order_of_the_question() -> None:
    assert asked("What are your email and order number?").facts == ("email", "order")


def test_the_longer_wording_wins() -> None:
    assert asked("What is your email address?").facts == ("email",)
    assert asked("What is your address?").facts == ("address",)


def test_words_may_stand_in_another_order() -> None:
    assert asked("Please tell me the number of your order.").facts == ("order",)


def test_a_purpose_asks_for_nothing() -> None:
    assert asked("Please give me your order number so that I can check the email.").facts == (
        "order",
    )


def test_a_statement_or_a_negated_request_asks_for_nothing() -> None:
    assert asked("I have found your order number.") == Asked()
    assert asked("There is no need to send your order number.") == Asked()
    assert asked("Please check your email.").facts == ()


def test_a_true_value_in_the_question_is_stated_and_a_wrong_one_is_asked() -> None:
    assert asked("Is your order number 1042?").stated == ("order",)
    assert asked("Should I refund order number 9999?", offer=True).facts == ("order",)


def test_an_offer_mentions_what_it_does_not_ask() -> None:
    assert asked("Shall I send it to your address?", offer=True).facts == ()


def test_a_record_that_is_not_found_asks_for_what_identifies_it() -> None:
    assert asked("I can't find that order.", lost=True).facts == ("order",)
    assert asked("Which order is it?").facts == ("order",)


def test_a_question_about_anything_else_is_unknown() -> None:
    assert asked("What is the weather like?") == Asked(unknown=True)
