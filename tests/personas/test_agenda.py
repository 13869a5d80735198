from collections.abc import Callable
from random import Random

import pytest

from sandbox.personas.agenda import CONFUSED_MAX, PUT_OFF_MAX, REPEATS_MAX, UNKNOWN_MAX, Agenda
from sandbox.personas.move import Move
from sandbox.personas.persona import Persona
from sandbox.worlds.task import Fact, TaskUser

Plain = Callable[..., Persona]


def said(agenda: Agenda, message: str, seed: int = 1) -> Move:
    return agenda.answer(message, agenda.read(message), Random(seed))


def many(agenda: Agenda, *messages: str) -> list[Move]:
    return [said(agenda, message) for message in messages]


# --- facts ------------------------------------------------------------------------------------


def test_facts_are_told_when_asked_and_only_then(user: TaskUser, plain: Plain) -> None:
    agenda = Agenda(plain(), user)

    assert said(agenda, "What is your order number?").text == "1042"
    assert list(agenda.revealed) == ["order_number"]


def test_everybody_knows_their_own_name_and_email(user: TaskUser, plain: Plain) -> None:
    move = said(Agenda(plain(), user), "May I have your full name and email address?")

    assert move.text == "Anna Berg, anna@example.com"


def test_a_task_may_word_the_email_in_its_own_way(user: TaskUser, plain: Plain) -> None:
    facts = [Fact(name="login", value="ab@x.org", asked=["email", "email address"])]
    agenda = Agenda(plain(), user.model_copy(update={"facts": facts}))

    assert said(agenda, "What's your email?").text == "ab@x.org"


def test_people_who_are_not_terse_answer_in_sentences(user: TaskUser, plain: Plain) -> None:
    agenda = Agenda(plain(verbosity="normal"), user)

    assert said(agenda, "What is your order number?").text == "It's 1042."
    both = said(agenda, "Please tell me your order number and the reason.")
    assert both.text == "My order number is 1042. It's there twice."


def test_a_wrong_value_is_put_right_and_a_right_one_confirmed(user: TaskUser, plain: Plain) -> None:
    agenda = Agenda(plain(), user)

    assert said(agenda, "Is your order number 7777?").text == "1042"
    assert said(agenda, "Is your order number 1042?").why == "confirms order_number"


def test_nobody_knows_what_the_task_does_not_say(user: TaskUser, plain: Plain) -> None:
    agenda = Agenda(plain(), user)

    moves = many(agenda, *["What is the serial number of it?"] * (UNKNOWN_MAX + 1))

    assert [move.leaves for move in moves] == [None] * UNKNOWN_MAX + ["gave_up"]
    assert "serial number" in agenda.lacking


def test_low_skill_asks_once_what_a_word_means(plain: Plain, user: TaskUser) -> None:
    facts = [Fact(name="code", value="TX-9", asked=["tracking code"]), *user.facts]
    user = user.model_copy(update={"facts": facts})
    question = "What are the tracking code and your order number?"
    moves = [many(Agenda(plain(tech_skill="low"), user), question, question)]
    moves += [[said(Agenda(plain(tech_skill="low"), user), question, seed)] for seed in range(20)]

    puzzled = [m for m in (pair[0] for pair in moves) if "mean" in m.why]
    assert 3 < len(puzzled) < 18
    assert all(
        "1042" in m.text and "tracking code" in m.text and "TX-9" not in m.text for m in puzzled
    )
    assert moves[0][1].text == "TX-9, 1042"


def test_high_skill_knows_the_words(plain: Plain, user: TaskUser) -> None:
    for seed in range(20):
        assert (
            said(Agenda(plain(), user), "What is the order number and the SKU?", seed).text
            == "1042"
        )


# --- results ----------------------------------------------------------------------------------


def test_whoever_has_what_they_wanted_leaves(user: TaskUser, plain: Plain) -> None:
    move = said(Agenda(plain(), user), "I've refunded $49.99 to your card. Anything else?")

    assert (move.leaves, move.why) == ("satisfied", "has what they wanted")


def test_a_proposal_gets_a_yes(user: TaskUser, plain: Plain) -> None:
    move = said(Agenda(plain(), user), "Shall I go ahead and refund $49.99?")

    assert (move.why, move.text.startswith("Yes")) == ("agrees", True)


def test_a_refusal_is_argued_with_in_the_words_of_the_task_and_then_accepted(
    user: TaskUser, plain: Plain
) -> None:
    moves = many(Agenda(plain(pushbacks=2), user), *["I'm sorry, I can't refund this."] * 3)

    assert moves[0].text == "But my statement shows it twice!"
    assert moves[1].text != moves[0].text
    assert [m.why for m in moves] == [
        "pushes back (1 of 2)", "pushes back (2 of 2)", "accepts the refusal",
    ]  # fmt: skip
    assert moves[2].leaves == "refused"


def test_some_never_accept_a_no(user: TaskUser, plain: Plain) -> None:
    stubborn = user.model_copy(update={"accepts_no": False})

    move = said(Agenda(plain(pushbacks=0), stubborn), "I can't refund this.")

    assert (move.leaves, move.why) == ("refused", "does not accept the refusal")


def test_what_is_offered_instead_is_taken_once_arguing_is_over(
    user: TaskUser, plain: Plain
) -> None:
    offer = "I can't refund it, but I can offer you store credit. Would you like that?"

    moves = many(Agenda(plain(pushbacks=1), user), offer, offer)

    assert [m.leaves for m in moves] == [None, None]
    assert moves[1].why == "takes what is offered instead"


def test_an_explanation_is_questioned_once(user: TaskUser, plain: Plain) -> None:
    news = "The second line is a reservation that your bank drops by itself."

    moves = many(Agenda(plain(), user), news, news)

    assert [m.leaves for m in moves] == [None, "satisfied"]


def test_whoever_only_wants_to_know_is_content_with_news(user: TaskUser, plain: Plain) -> None:
    asking = user.model_copy(update={"opening": "Where is my parcel?", "goal": "Know where it is."})

    move = said(Agenda(plain(), asking), "It is at the depot in Leeds and arrives on Friday.")

    assert (move.leaves, move.why) == ("satisfied", "has the answer")


def test_whoever_is_handed_over_waits_elsewhere(user: TaskUser, plain: Plain) -> None:
    move = said(Agenda(plain(), user), "A specialist will contact you by email tomorrow.")

    assert (move.leaves, move.why) == ("satisfied", "is told that others take over")


def test_a_goodbye_before_the_deed_is_no_end(user: TaskUser, plain: Plain) -> None:
    agenda = Agenda(plain(), user)

    assert said(agenda, "Is there anything else I can help with?").leaves is None
    said(agenda, "I've refunded it. Shall I send you a receipt?")
    assert agenda.settled
    assert said(agenda, "Have a nice day!").leaves == "satisfied"


# --- patience with words ----------------------------------------------------------------------


def test_whoever_is_told_to_wait_asks_later_whether_it_is_done(
    user: TaskUser, plain: Plain
) -> None:
    move = said(Agenda(plain(), user), "I've asked a supervisor to approve it, please wait.")

    assert (move.pause, move.leaves) == ("long", None)
    assert "?" in move.text


def test_a_promise_lets_the_agent_go_on_at_once(user: TaskUser, plain: Plain) -> None:
    assert said(Agenda(plain(), user), "Let me check that.").pause == "normal"


@pytest.mark.parametrize(
    "message", ["Let me check that.", "Please wait.", "Something went wrong.", "Have a nice day!"]
)
def test_nobody_is_put_off_for_ever(message: str, user: TaskUser, plain: Plain) -> None:
    moves = many(Agenda(plain(), user), *[message] * (PUT_OFF_MAX + 1))

    assert [m.leaves for m in moves] == [None] * PUT_OFF_MAX + ["gave_up"]


def test_progress_makes_patient_again(user: TaskUser, plain: Plain) -> None:
    agenda = Agenda(plain(), user)
    many(agenda, *["Let me check that."] * PUT_OFF_MAX)
    said(agenda, "What is your order number?")

    assert said(agenda, "Let me check that.").leaves is None


def test_rubbish_is_borne_for_a_while(user: TaskUser, plain: Plain) -> None:
    agenda = Agenda(plain(), user)

    moves = many(agenda, *['{"ok": true}'] * (CONFUSED_MAX + 1))

    assert moves[0].text.startswith("Sorry, I don't understand")
    assert [m.leaves for m in moves] == [None] * CONFUSED_MAX + ["gave_up"]
    assert agenda.lacking == ""  # the agent's fault, not ours


def test_the_matter_is_told_again_and_then_in_more_detail(user: TaskUser, plain: Plain) -> None:
    agenda = Agenda(plain(), user)

    moves = many(agenda, *["How can I help you?"] * (REPEATS_MAX + 1))

    assert user.opening in moves[0].text
    assert moves[1].why == "tells more: order_number"
    assert moves[-1].leaves == "gave_up"


def test_whose_record_is_not_found_says_who_they_are(user: TaskUser, plain: Plain) -> None:
    move = said(Agenda(plain(), user), "I could not verify your account.")

    assert move.text == "My name is Anna Berg. My email is anna@example.com."
