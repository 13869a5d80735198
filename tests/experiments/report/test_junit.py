from xml.etree import ElementTree as ET

import pytest

from sandbox.experiments.report.junit import junit
from sandbox.experiments.results import Results


@pytest.fixture(scope="module")
def root(results: Results) -> ET.Element:
    return ET.fromstring(junit(results))


def test_each_cell_is_a_suite_and_each_conversation_a_case(root: ET.Element) -> None:
    suites = root.findall("testsuite")
    assert {s.get("name") for s in suites} >= {"naive/no_fault", "hardened/tool_timeouts"}
    assert len(suites) == 10
    assert all(len(s.findall("testcase")) == 40 for s in suites)
    assert root.get("name") == "first_look"


def test_the_counts_agree_with_the_cases(root: ET.Element) -> None:
    for element in [root, *root.findall("testsuite")]:
        assert element.get("tests") == str(len(list(element.iter("testcase"))))
        assert element.get("failures") == str(len(list(element.iter("failure"))))
        assert element.get("errors") == str(len(list(element.iter("error"))))
    assert root.get("errors") == "2"


def test_a_failure_says_what_happened_and_how_to_replay_it(
    root: ET.Element, results: Results
) -> None:
    worst = results.worst(1)[0]
    case = next(c for c in root.iter("testcase") if (c.get("name") or "").startswith(worst.episode))
    failure = case.find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == (worst.sentence, "harmful")
    assert failure.text == (
        f"{worst.sentence}\nreplay: sandbox replay results/first_look-001 {worst.episode}"
    )


def test_what_passed_has_no_children_and_what_is_invalid_is_an_error(root: ET.Element) -> None:
    cases = {c.get("name", "").split()[0]: c for c in root.iter("testcase")}
    assert list(cases["naive-no_fault-0001/c1"]) == []
    assert [e.get("type") for e in cases["naive-schema_drift-0013/c1"]] == ["invalid"]


def test_the_digest_stands_in_every_suite(root: ET.Element, results: Results) -> None:
    for suite in root.findall("testsuite"):
        properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
        assert properties["digest"] == results.digest
        assert properties["seed"] == "7"


def test_names_are_unique(root: ET.Element) -> None:
    names = [c.get("name") for c in root.iter("testcase")]
    assert len(set(names)) == len(names)


def test_wicked_text_leaves_the_file_well_formed(hostile: Results) -> None:
    text = junit(hostile)
    assert "\x1b" not in text
    assert "\x00" not in text
    messages = [f.get("message", "") for f in ET.fromstring(text).iter("failure")]
    assert messages
    assert all(m.startswith("<script>window.hacked") for m in messages)
