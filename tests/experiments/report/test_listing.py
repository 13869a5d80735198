import json

from sandbox.experiments.report.listing import FACETS, ROWS_SHOWN, listing
from sandbox.experiments.results import Results


def test_failures_come_first_and_the_worst_of_them_first(results: Results) -> None:
    rows = listing(results, {}).rows
    outcomes = [r.facets[2] for r in rows]
    assert len(rows) == 400
    assert outcomes[0] == "harmful"
    assert outcomes[-1] == "success"
    assert outcomes.index("invalid") > max(
        i for i, o in enumerate(outcomes) if o in ("harmful", "crashed", "incomplete")
    )


def test_an_invalid_conversation_has_no_outcome(results: Results) -> None:
    rows = [r for r in listing(results, {}).rows if "schema_drift-0013" in r.episode]
    assert [r.facets[2] for r in rows] == ["invalid", "invalid"]


def test_facets_keep_the_order_of_the_experiment(results: Results) -> None:
    facets = listing(results, {}).facets
    assert facets["agent"] == ("naive", "hardened")
    assert facets["condition"][:2] == ("no_fault", "tool_timeouts")
    assert facets["task"] == tuple(sorted(facets["task"]))


def test_the_data_for_the_script_says_the_same_as_the_rows(results: Results) -> None:
    listed = listing(results, {("naive-no_fault-0001", "c1"): "case-9"})
    data = json.loads(json.dumps(listed.data()))
    assert (data["shown"], len(data["rows"])) == (ROWS_SHOWN, 400)
    for row, line in zip(listed.rows, data["rows"], strict=True):
        assert line[0] == row.episode
        told = [data["facets"][i][line[4 + i]] for i in range(len(FACETS))]
        assert tuple(told) == row.facets
        assert line[9:13] == [row.wrong, row.steps, row.cost_usd, row.sim_s]
    assert [r.anchor for r in listed.rows if r.anchor] == ["case-9"]


def test_the_page_starts_with_the_first_rows_only(results: Results) -> None:
    assert len(listing(results, {}).first) == ROWS_SHOWN


def test_the_command_for_any_timeline_comes_from_the_replay_command(results: Results) -> None:
    assert listing(results, {}).command == "sandbox trace results/first_look-001 "


def test_under_traffic_rows_name_their_conversation(traffic: Results) -> None:
    rows = listing(traffic, {}).rows
    assert len(rows) == 300
    assert all(r.number.startswith("0001/c000") for r in rows)
    assert rows[0].trace_args == f"{rows[0].episode} --conversation {rows[0].conversation}"


def test_a_conversation_alone_in_its_episode_is_not_named(results: Results) -> None:
    row = listing(results, {}).rows[0]
    assert (row.conversation, row.trace_args) == ("", row.episode)
    assert row.episode.endswith(row.number)


def test_wicked_text_is_made_visible(hostile: Results) -> None:
    row = listing(hostile, {}).rows[0]
    assert "\x1b" not in row.sentence
    assert "\\u202e" in row.sentence
