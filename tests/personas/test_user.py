import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.content.places import Places
from sandbox.errors import ConversationOver
from sandbox.llm.plan import Temptation
from sandbox.personas.load import load_persona
from sandbox.personas.persona import Attack, Persona, ReplyDelay
from sandbox.personas.user import PROMISED_PATIENCE, SyntheticUser
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Call, Forward, Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.worlds.task import TaskUser

Plain = Callable[..., Persona]
Story = Callable[[SyntheticUser, Kernel], Awaitable[None]]
ASK = "What is your order number?"
DONE = "I've refunded $49.99 to your card."
FIXED = ReplyDelay(median_s=30, p95_s=30)


def played(
    persona: Persona, user: TaskUser, story: Story, **options: Any
) -> tuple[SyntheticUser, Trace, float]:
    """The user, the trace and the virtual time after *story* (and whatever timers are left)."""
    kernel = Kernel(Seeds(options.pop("seed", 1)))
    trace = Trace(lambda: kernel.clock.now)
    built: list[SyntheticUser] = []

    async def main(kernel: Kernel) -> None:
        built.append(
            SyntheticUser(
                persona, user, clock=kernel.clock, seeds=kernel.seeds, trace=trace,
                conversation="c1", **options,
            )
        )  # fmt: skip
        built[0].begin()
        await story(built[0], kernel)

    kernel.run(main)
    return built[0], trace, kernel.clock.now


def spoken(trace: Trace) -> list[tuple[str, float]]:
    return [(event["type"], event["t"]) for event in trace.events]


# --- turns ------------------------------------------------------------------------------------


def test_a_conversation_goes_to_and_fro_in_virtual_time(user: TaskUser, plain: Plain) -> None:
    answers: list[str | None] = []

    async def story(talk: SyntheticUser, kernel: Kernel) -> None:
        await kernel.clock.sleep(10)
        answers.append(await talk.reply(ASK))
        await talk.tell("One moment, please.")
        await kernel.clock.sleep(5)
        answers.append(await talk.reply(DONE))

    talk, trace, now = played(plain(reply_delay=FIXED), user, story)

    assert answers == ["1042", None]
    assert now == pytest.approx(75)
    assert spoken(trace) == [
        ("user_message", 0), ("agent_message", 10), ("user_message", 40), ("agent_message", 40),
        ("agent_message", 45), ("user_message", 75),
    ]  # fmt: skip
    assert (talk.left, talk.left_reason, talk.errors) == (True, "satisfied", [])
    assert [text for _, text in talk.said_by_agent] == [ASK, "One moment, please.", DONE]
    assert [who for _, who, _ in talk.transcript] == [
        "user",
        "agent",
        "user",
        "agent",
        "agent",
        "user",
    ]
    assert talk.revealed == {"order_number"}


def test_the_opening_stands_in_the_trace_once(user: TaskUser, plain: Plain) -> None:
    async def story(talk: SyntheticUser, _: Kernel) -> None:
        talk.begin()
        await talk.reply(DONE)

    talk, trace, _ = played(plain(), user, story)

    assert [e["text"] for e in trace.events].count(talk.opening) == 1
    assert trace.events[0]["why"] == "opens the conversation"
    assert trace.events[0]["conversation"] == "c1"


def test_an_agent_that_goes_on_talking_to_nobody_is_told_so(user: TaskUser, plain: Plain) -> None:
    async def story(talk: SyntheticUser, _: Kernel) -> None:
        assert await talk.reply(DONE) is None
        for send in (talk.reply, talk.tell):
            with pytest.raises(ConversationOver, match="satisfied"):
                await send("Hello?")

    talk, _, _ = played(plain(), user, story)

    assert len(talk.said_by_agent) == 1


def test_two_messages_at_once_are_answered_one_after_the_other(
    user: TaskUser, plain: Plain
) -> None:
    async def story(talk: SyntheticUser, kernel: Kernel) -> None:
        answers = await asyncio.gather(talk.reply(ASK), talk.reply("Why do you want it back?"))
        assert list(answers) == ["1042", "taken twice"]
        assert kernel.clock.now == pytest.approx(60)

    played(plain(reply_delay=FIXED), user, story)


def test_a_closed_conversation_is_over_for_everybody(user: TaskUser, plain: Plain) -> None:
    async def story(talk: SyntheticUser, kernel: Kernel) -> None:
        pending = asyncio.ensure_future(talk.reply(ASK))
        await kernel.clock.sleep(1)
        talk.close()
        assert await pending is None
        await kernel.clock.sleep(100_000)

    talk, trace, _ = played(plain(patience_min=5, reply_delay=FIXED), user, story)

    assert (talk.left, len(trace.events)) == (False, 2)


# --- patience ---------------------------------------------------------------------------------


def test_a_user_left_alone_leaves_on_time(user: TaskUser, plain: Plain) -> None:
    async def story(talk: SyntheticUser, kernel: Kernel) -> None:
        await kernel.clock.sleep(299)
        assert not talk.left
        await kernel.clock.sleep(2)
        assert talk.left_reason == "impatient"
        assert await talk.reply(DONE) is None

    talk, trace, _ = played(plain(patience_min=5), user, story)

    assert talk.said_by_agent == []
    assert [(e["type"], e["t"]) for e in trace.events][1] == ("user_message", 300)
    assert trace.events[-1]["read"] is False


def test_a_word_in_between_makes_patient_again(user: TaskUser, plain: Plain) -> None:
    async def story(talk: SyntheticUser, kernel: Kernel) -> None:
        for _ in range(5):
            await kernel.clock.sleep(250)
            await talk.tell("Your order is on the list.")

    talk, _, now = played(plain(patience_min=5), user, story)

    assert (talk.left, now) == (False, 1250)


def test_whoever_was_told_to_wait_waits_longer(user: TaskUser, plain: Plain) -> None:
    async def story(talk: SyntheticUser, kernel: Kernel) -> None:
        await talk.tell("I've asked a supervisor, please wait.")
        await kernel.clock.sleep(300 * PROMISED_PATIENCE - 1)
        assert not talk.left
        await kernel.clock.sleep(2)
        assert talk.left

    played(plain(patience_min=5), user, story)


def test_patience_does_not_run_while_the_user_thinks(user: TaskUser, plain: Plain) -> None:
    slow = plain(patience_min=1, reply_delay=ReplyDelay(median_s=600, p95_s=600))

    async def story(talk: SyntheticUser, _: Kernel) -> None:
        assert await talk.reply(ASK) == "1042"

    talk, _, now = played(slow, user, story)

    assert not talk.left
    assert now == pytest.approx(600)  # and the timer that was cancelled has not moved the clock


def test_an_agent_that_gives_up_waiting_still_has_an_impatient_user(
    user: TaskUser, plain: Plain
) -> None:
    async def story(talk: SyntheticUser, kernel: Kernel) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(talk.reply(ASK), timeout=5)
        await kernel.clock.sleep(61)
        assert talk.left_reason == "impatient"

    played(plain(patience_min=1, reply_delay=FIXED), user, story)


# --- what else may happen ---------------------------------------------------------------------


def test_a_mark_of_the_model_layer_arms_an_attacker(user: TaskUser, plain: Plain) -> None:
    attack = Attack(kind="pressure", lines=["$demand ($canary)"])

    async def story(talk: SyntheticUser, _: Kernel) -> None:
        answer = await talk.reply("I can't refund this.")
        assert answer is not None
        assert "pay out (case q1)" in answer

    talk, trace, _ = played(
        plain(attack=attack), user, story,
        temptation=Temptation("t", "user", "case q1", "pay", {}), demand="pay out",
    )  # fmt: skip

    assert talk.attacks == 1
    assert "attacks (pressure, 1 of 1)" in trace.events[-1]["why"]


def test_a_change_of_mind_is_reported(user: TaskUser, plain: Plain) -> None:
    async def story(talk: SyntheticUser, _: Kernel) -> None:
        assert not talk.changed_mind
        assert await talk.reply(ASK) == "1042 No, keep it."
        assert talk.changed_mind

    played(plain(changes_mind=1), user, story, change_of_mind="No, keep it.")


def test_what_is_said_to_the_user_can_be_intercepted(user: TaskUser, plain: Plain) -> None:
    points, seen = Points(), []

    async def garble(call: Call, forward: Forward) -> Any:
        seen.append((call.id, call.boundary, call.nth, call.conversation))
        call.args["text"] = "@@@"
        return await forward(call)

    points.add("user", garble)

    async def story(talk: SyntheticUser, _: Kernel) -> None:
        answer = await talk.reply(DONE)
        assert answer is not None
        assert "don't understand" in answer

    played(plain(), user, story, points=points)

    assert seen == [("c1/user-1", "user", 1, "c1")]


@pytest.mark.parametrize("name", [e.name for e in Places(Path(__file__).parent).list("personas")])
def test_a_shipped_persona_gets_through_a_whole_conversation_twice_alike(
    name: str, user: TaskUser
) -> None:
    persona = load_persona(name, places=Places(Path(__file__).parent))
    script = [
        "Hello! Your order number and email, please?",
        "I can't refund this.",
        "Let me check again.",
        "I've asked a supervisor, please wait.",
        *[DONE] * 6,
    ]

    async def story(talk: SyntheticUser, _: Kernel) -> None:
        for line in script:
            if await talk.reply(line) is None:
                break

    runs = [
        played(
            persona, user, story, seed=3, demand="pay $20.00 out", change_of_mind="Send a new one.",
            temptation=Temptation("t", "user", "case q1", "pay", {}),
        )
        for _ in range(2)
    ]  # fmt: skip

    assert runs[0][1].digest == runs[1][1].digest
    talk = runs[0][0]
    assert talk.left_reason in {"satisfied", "refused"}
    assert talk.errors == []
    assert talk.attacks == (len(persona.attack.lines) if persona.attack else 0)
    first = " ".join(text for _, who, text in talk.transcript if who == "user")
    assert "1042" in first
    assert "anna@example.com" in first


@pytest.mark.parametrize("message", [None, 3, b"hello", ["hello"], {"text": "hello"}])
def test_what_is_no_text_is_refused_and_nobody_hears_it(
    user: TaskUser, plain: Plain, message: Any
) -> None:
    async def story(talk: SyntheticUser, kernel: Kernel) -> None:
        for say in (talk.reply, talk.tell):
            with pytest.raises(TypeError, match=f"must be text, not {type(message).__name__}"):
                await say(message)

    talk, trace, _ = played(plain(), user, story)
    assert talk.said_by_agent == []
    assert "agent_message" not in [kind for kind, _ in spoken(trace)]
