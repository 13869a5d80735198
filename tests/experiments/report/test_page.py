import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from sandbox.experiments.folder import REPORT
from sandbox.experiments.report import write_reports
from sandbox.experiments.report.page import page
from sandbox.experiments.results import Results
from sandbox.sim.realtime import monotonic_s

VOID = {"meta", "input", "wbr", "br", "img", "link"}


class Outline(HTMLParser):
    """Tags, attributes and text of a page; fails on tags that do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        (self.scripts if self._open[-1:] in (["script"], ["style"]) else self.words).append(data)


@pytest.fixture(scope="module")
def html(results: Results) -> str:
    return page(results)


def plain(text: str) -> str:
    return " ".join(" ".join(Outline(text).words).split())


def test_the_page_says_what_was_run_and_how_it_ended(html: str, results: Results) -> None:
    text = plain(html)
    for words in (
        "First look: naive against hardened", "At least one gate does not hold.",
        "retail_support", "sim:standard-2026-11", "2026-11-01", results.digest, "0.1.0",
        "check the harness", "agents.naive:build", "The payment API times out",
    ):  # fmt: skip
        assert words in text, words


def test_the_summary_shows_each_cell_with_its_interval(html: str, results: Results) -> None:
    text = plain(html)
    rate = results.metric("success_rate")["naive", "tool_timeouts"]
    low, high = (f"{100 * rate[end]:.0f}" for end in ("low", "high"))
    assert f"{100 * rate['value']:.0f} % [{low}\N{EN DASH}{high}]" in text


def test_the_worst_conversation_can_be_read_without_scripts(html: str, results: Results) -> None:
    worst = results.worst(1)[0]
    text = plain(html)
    assert worst.sentence in text
    assert f"sandbox replay results/first_look-001 {worst.episode}" in text
    assert "I was charged twice for order #1042" in text
    assert "The worst 40, with the worst of every cell among them" in text


def test_the_page_loads_nothing_and_forbids_everything(html: str) -> None:
    outline = Outline(html)
    assert not {"link", "img", "iframe", "object", "base"} & set(outline.tags)
    links = [value for name, value in outline.attributes if name in ("href", "src", "action")]
    assert links
    assert all(value.startswith("#") for value in links)
    assert "url(" not in html
    assert "@import" not in html
    assert not any(name == "style" or name.startswith("on") for name, _ in outline.attributes)


def test_the_policy_names_the_script_and_the_style_by_their_digests(html: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    stated = policy[1].replace("&#39;", "'")
    assert stated.startswith("default-src 'none'")
    for tag in ("script", "style"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert body is not None
        digest = b64encode(sha256(body[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in stated


def test_the_data_of_the_list_is_json(html: str) -> None:
    data = rows_of(html)
    assert len(data["rows"]) == 400


def rows_of(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="rows">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_anchors_lead_somewhere_and_ids_are_unique(html: str) -> None:
    attributes = Outline(html).attributes
    ids = [value for name, value in attributes if name == "id"]
    assert len(set(ids)) == len(ids)
    targets = {value[1:] for name, value in attributes if name == "href"}
    assert targets <= set(ids)
    # One of the 40 is an invalid conversation, which stands further down in the list.
    assert len([t for t in targets if t.startswith("case-")]) == 39


def test_charts_are_well_formed_and_told_in_words(html: str) -> None:
    charts = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(charts) == 6 + 4 + 4
    for chart in charts:
        root = ET.fromstring(chart)
        assert root.get("role") == "img"
        assert len(root.get("aria-label") or "") > 20
        numbers = [float(v) for e in root.iter() for k, v in e.items() if k in ("x", "width", "cx")]
        assert all(0 <= number <= 560 for number in numbers)


def test_wicked_text_stays_text(hostile: Results, wicked: str) -> None:
    html = page(hostile)
    outline = Outline(html)
    assert "img" not in outline.tags
    assert outline.tags.count("script") == 2
    assert not any(value.startswith("javascript:") for _, value in outline.attributes)
    assert "<script>window" not in html
    assert wicked.partition(" <!--")[0] in "".join(outline.words), "it can be read, as it was said"
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_wicked_text_does_not_break_out_of_the_data(hostile: Results) -> None:
    data = rows_of(page(hostile))
    assert data["rows"][0][3].startswith("<script>window.hacked = 1</script></script><img")


def test_under_traffic_conversations_are_told_apart(traffic: Results) -> None:
    html = page(traffic)
    assert "episodes 10, 300 conversations" in plain(html)
    assert len(rows_of(html)["rows"]) == 300
    assert "--conversation c000" in html


def test_a_report_of_400_conversations_takes_less_than_two_seconds(make: Any) -> None:
    results = make()
    began = monotonic_s()
    write_reports(results)
    assert monotonic_s() - began < 2
    assert (results.path / REPORT).stat().st_size < 2_000_000
    assert (results.path / "junit.xml").read_text().startswith("<?xml")
    assert list(results.path.glob("*.tmp")) == []


def test_one_result_always_makes_the_same_page(results: Results, html: str) -> None:
    assert page(results) == html


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(html: str, scheme: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", html, re.DOTALL)[:2]
    colours: dict[str, str] = {}
    for block in blocks[: 1 if scheme == "light" else 2]:
        colours |= dict(re.findall(r"--([\w-]+): (#\w+)", block))
    pairs = [
        (text, back) for text in ("text", "muted", "accent") for back in ("back", "card", "soft")
    ] + [(name, f"{name}-back") for name in ("good", "bad", "warn", "quiet")]
    pairs += [("text", "user"), ("text", "agent"), ("muted", "user"), ("muted", "agent"),
              ("text", "warn-back"), ("muted", "warn-back")]  # fmt: skip
    for front, back in pairs:
        dark, bright = sorted((luminance(colours[front]), luminance(colours[back])))
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, (scheme, front, back)
    for series in (f"s{n}" for n in range(1, 7)):  # graphics: 3 to 1
        dark, bright = sorted((luminance(colours[series]), luminance(colours["card"])))
        assert (bright + 0.05) / (dark + 0.05) >= 3, (scheme, series)
