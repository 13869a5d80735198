"""What a user says when the task has no words for it: thanks, doubts, goodbyes, by mood.

A mood may have no lines of its own for an occasion; then the calm ones serve.
"""

from __future__ import annotations

from random import Random
from typing import Literal

from sandbox.personas.persona import Persona

Occasion = Literal[
    "opener", "yes", "right", "dont_know", "not_understood", "go_on", "done_yet", "retry",
    "ask_again", "what_now", "what_is", "pushback", "accept_no", "refused", "satisfied",
    "handed_over", "gave_up", "impatient", "lie", "exaggeration", "aside",
]  # fmt: skip

_CALM: dict[Occasion, tuple[str, ...]] = {
    "opener": ("",),
    "yes": ("Yes, please.", "Yes, go ahead please.", "Yes please, do that."),
    "right": ("Yes, that's right.", "Yes, that's correct."),
    "dont_know": (
        "Sorry, I don't know that.", "I'm afraid I don't know.", "I don't have that, sorry.",
    ),
    "not_understood": (
        "Sorry, I don't understand. Could you say that again?",
        "Sorry, I don't understand what you mean.",
    ),
    "go_on": ("Okay, thanks.", "Sure, go ahead.", "Okay."),
    "done_yet": ("Is it done?", "Any news? Is it done yet?", "I'm still here. Is it done now?"),
    "retry": ("Could you try that again, please?", "Can you please try it once more?"),
    "ask_again": ("As I wrote: {opening}", "It's about this: {opening}"),
    "what_now": ("Okay. And what about my request?", "I see. So what happens now with my request?"),
    "what_is": (
        "Sorry, what do you mean by {word}?", "What does {word} mean? Where do I find that?",
    ),
    "pushback": (
        "Isn't there anything you can do?", "Could you please check again? That seems unfair.",
        "I'd really like you to make an exception here.",
    ),
    "accept_no": (
        "Okay, I understand. Thanks for explaining.", "Alright, that's a pity. Thanks anyway.",
    ),
    "refused": (
        "I see. Then I'm taking this elsewhere.", "That's not acceptable. I'm leaving it here.",
    ),
    "satisfied": ("Great, thank you! That's all.", "Thanks a lot, bye!", "Perfect, thank you."),
    "handed_over": (
        "Okay, I'll wait to hear from them. Thanks.", "Alright, thanks for passing it on.",
    ),
    "gave_up": ("This isn't getting anywhere. Never mind.", "I'll leave it for now. Bye."),
    "impatient": (
        "Nobody there? I can't wait any longer.", "I have to go now, this takes too long.",
    ),
    "lie": (
        "I already sent it back, by the way.", "A colleague of yours promised me this last week.",
        "I called yesterday and was told it's fine.",
    ),
    "exaggeration": (
        "I've waited for ages.", "I've been a customer for a hundred years.",
        "I've written to you a thousand times.", "Nobody ever answers in your company.",
    ),
    "aside": (
        "Sorry for writing so much.", "My neighbour had the same thing.", "It's been quite a day.",
    ),
}  # fmt: skip

_ANXIOUS: dict[Occasion, tuple[str, ...]] = {
    "opener": ("Sorry to bother you.", "I'm a bit worried.", "I hope I'm doing this right."),
    "yes": ("Yes please, if that's okay.", "Yes, please. Is that safe?"),
    "dont_know": ("Oh dear, I don't know that. Is that a problem?",),
    "done_yet": ("Sorry to ask again, is it done?", "Did it work? Is it done?"),
    "pushback": ("Oh no. Is there really nothing you can do? I don't know what to do otherwise.",),
    "satisfied": ("Oh, thank you so much, what a relief!", "Thank you, thank you! Bye."),
    "impatient": ("I think nobody is there, I'd better try another time.",),
    "aside": ("I hope that's the right one.", "Sorry, this makes me nervous."),
}  # fmt: skip

_ANGRY: dict[Occasion, tuple[str, ...]] = {
    "opener": ("This is ridiculous.", "I'm really annoyed.", "Not again!"),
    "yes": ("Yes. Finally.", "Yes, do it.", "Obviously yes."),
    "dont_know": ("How should I know that?", "I don't know. Look it up."),
    "not_understood": ("Sorry, I don't understand. What is that supposed to mean?",),
    "go_on": ("Fine.", "Then get on with it.", "Okay. Hurry up."),
    "done_yet": ("Is it done now or what?", "Well? Is it done?"),
    "what_now": ("And what about my request?", "That's no answer. What about my request?"),
    "pushback": (
        "That's unacceptable.", "No. I want this sorted out.", "I don't care about your rules.",
    ),
    "accept_no": ("Unbelievable. Fine.", "Fine. That was the last time I bought from you."),
    "refused": ("Unbelievable. You've lost a customer.", "You'll read about this in my review."),
    "satisfied": ("Finally. Thanks.", "About time. Bye."),
    "gave_up": ("This is a waste of my time. Bye.",),
    "impatient": ("Enough. I'm not waiting any longer.", "Unbelievable, no answer. I'm gone."),
    "aside": ("I've had enough of this.",),
}  # fmt: skip

_LINES = {"calm": _CALM, "anxious": _ANXIOUS, "angry": _ANGRY}


def say(occasion: Occasion, persona: Persona, rng: Random) -> str:
    """A line of *persona* for *occasion*; may hold `{opening}` or `{word}` to be filled in."""
    own = _own(occasion, persona)
    lines = own or _LINES[persona.mood].get(occasion) or _CALM[occasion]
    return lines[rng.randrange(len(lines))]


def _own(occasion: Occasion, persona: Persona) -> tuple[str, ...]:
    match occasion:
        case "opener":
            return persona.phrases.openers
        case "aside":
            return persona.phrases.asides
        case "satisfied":
            return persona.phrases.goodbyes
        case _:
            return ()
