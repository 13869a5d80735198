from sandbox.personas.rules.rule import ASKED, SAID, rule

REFUNDED = rule(
    "done", "refunded", r"i refunded", "I refunded you.", kinds=SAID, real=True, unless=r"notes?"
)


def test_a_rule_finds_whole_words_only() -> None:
    assert REFUNDED.applies("then i refunded it", "statement")
    assert not REFUNDED.applies("then i refundedit", "statement")
    assert not REFUNDED.applies("hi refunded it", "statement")


def test_a_rule_counts_only_in_its_kinds_of_segment() -> None:
    asked = rule("confirm", "okay", r"okay", "Okay?", kinds=ASKED)

    assert asked.applies("okay", "question")
    assert not asked.applies("okay", "statement")


def test_a_condition_before_the_words_takes_a_deed_back() -> None:
    assert not REFUNDED.applies("once i refunded you it is over", "statement")
    assert REFUNDED.applies("as soon as i saw it , i refunded you", "statement")


def test_other_words_in_the_segment_take_a_rule_back() -> None:
    assert not REFUNDED.applies("i refunded the notes", "statement")
    assert REFUNDED.applies("i refunded the notebook", "statement")
