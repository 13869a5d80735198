"""junit.xml: what a CI server shows of a run; a suite per cell, a test case per conversation."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from sandbox.experiments.records import ConversationResult
from sandbox.experiments.results import Results
from sandbox.experiments.visible import visible

_PROPERTIES = (
    "spec",
    "title",
    "seed",
    "model",
    "prices_as_of",
    "sandbox_version",
    "verdict",
    "digest",
)


def junit(results: Results) -> str:
    """The results as JUnit XML: a failure is a graded one, an error is an invalid conversation.

    Times are virtual seconds, so that the file of one seed is always the same.
    """
    replay = {e.id: e.replay for e in results.episodes}
    suites: dict[str, list[ConversationResult]] = {c["id"]: [] for c in results.summary["cells"]}
    for unit in results.conversations:
        suites.setdefault(unit.cell, []).append(unit)
    root = ET.Element("testsuites", _counts(results.conversations))
    root.set("name", _attribute(str(results.summary["spec"])))
    for cell, units in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": _attribute(cell), **_counts(units)})
        _add_properties(suite, results)
        for unit in units:
            _add_case(suite, unit, replay.get(unit.episode, ""))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _counts(units: Iterable[ConversationResult]) -> dict[str, str]:
    listed = list(units)
    return {
        "tests": str(len(listed)),
        "failures": str(sum(u.verdict == "fail" for u in listed)),
        "errors": str(sum(u.verdict == "invalid" for u in listed)),
        "skipped": "0",
        "time": f"{sum(u.sim_s for u in listed):.3f}",
    }


def _add_properties(suite: ET.Element, results: Results) -> None:
    properties = ET.SubElement(suite, "properties")
    for name in _PROPERTIES:
        value = _attribute(str(results.summary[name]))
        ET.SubElement(properties, "property", {"name": name, "value": value})


def _add_case(suite: ET.Element, unit: ConversationResult, replay: str) -> None:
    name = f"{unit.episode}/{unit.id.rpartition('/')[2]} {unit.task} ({unit.persona})"
    case = ET.SubElement(suite, "testcase", {
        "classname": _attribute(unit.cell.replace("/", ".")), "name": _attribute(name),
        "time": f"{unit.sim_s:.3f}",
    })  # fmt: skip
    if unit.verdict == "pass":
        return
    tag, type_ = ("error", "invalid") if unit.verdict == "invalid" else ("failure", unit.outcome)
    message = {"message": _attribute(unit.sentence), "type": type_}
    found = ET.SubElement(case, tag, message)
    found.text = visible(f"{unit.sentence}\nreplay: {replay}")


def _attribute(text: str) -> str:
    return visible(text).replace("\n", " ")
