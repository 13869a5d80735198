from sandbox.content.suggest import did_you_mean


def test_a_slip_of_the_keys_is_recognised() -> None:
    assert did_you_mean("pateince_min", ["goal", "patience_min"]) == (
        " (did you mean 'patience_min'?)"
    )


def test_nothing_is_suggested_for_something_else_entirely() -> None:
    assert did_you_mean("zebra", ["goal", "patience_min"]) == ""
    assert did_you_mean("zebra", []) == ""


def test_upper_and_lower_case_do_not_hide_a_name() -> None:
    assert did_you_mean("TIMEOUT", ["Timeout", "latency"]) == " (did you mean 'Timeout'?)"


def test_equally_near_names_are_decided_by_the_alphabet_not_by_their_order() -> None:
    assert did_you_mean("nam", ["namb", "nama"]) == did_you_mean("nam", {"nama", "namb"})
