"""The report in a real browser: it works, and wicked text in it does nothing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from sandbox.experiments.report import write_reports
from sandbox.experiments.results import Results

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.browser


@dataclass
class Shown:
    """A page in the browser, and what it did besides."""

    page: Any
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    missing = "" if CHROMIUM.exists() else str(CHROMIUM)
    if find_spec("playwright") is None:
        missing = "package playwright"
    if missing and os.environ.get("SANDBOX_REQUIRE_BROWSER") == "1":
        pytest.fail(f"SANDBOX_REQUIRE_BROWSER=1, but there is no {missing}")
    if missing:
        pytest.skip(f"no {missing}")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - skipped without it

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def show(browser: Any) -> Iterator[Any]:
    contexts = []

    def run(results: Results, *, scripts: bool = True) -> Shown:
        write_reports(results)
        context = browser.new_context(java_script_enabled=scripts)
        contexts.append(context)
        shown = Shown(context.new_page())
        shown.page.on("console", lambda message: shown.errors.append(message.text))
        shown.page.on("pageerror", lambda error: shown.errors.append(str(error)))
        shown.page.on("dialog", lambda dialog: shown.errors.append(dialog.message))
        shown.page.on("request", lambda request: shown.requests.append(request.url))
        shown.page.goto(results.report.as_uri())
        return shown

    yield run
    for context in contexts:
        context.close()


def count(shown: Shown) -> str:
    return str(shown.page.locator("#count").inner_text())


def test_filters_narrow_the_list_and_clear_brings_it_back(show: Any, results: Results) -> None:
    shown = show(results)
    page = shown.page
    rows = page.locator("#list tbody tr")
    assert rows.count() == 100
    page.locator('select[data-facet="0"]').select_option(label="naive")
    page.locator('select[data-facet="1"]').select_option(label="tool_timeouts")
    assert rows.count() == 40
    assert count(shown) == "40 of 400 conversations"
    page.locator('select[data-facet="2"]').select_option(label="harmful")
    harmful = sum(
        u.outcome == "harmful" for u in results.conversations if u.cell == "naive/tool_timeouts"
    )
    assert rows.count() == harmful
    page.locator("#search").fill("lost_parcel naive-tool")
    assert 0 < rows.count() < harmful
    page.locator("#search").fill("nothing has this")
    assert rows.count() == 0
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("document.querySelectorAll('#list tbody tr').length === 100")
    page.get_by_role("button", name="Show more").click()
    assert rows.count() == 300
    assert shown.errors == []
    assert len(shown.requests) == 1, shown.requests


def test_columns_sort_down_up_and_back(show: Any, results: Results) -> None:
    page = show(results).page
    cost = page.locator("#list th", has_text="cost")
    first = page.locator("#list tbody tr").first
    worst = first.inner_text()
    cost.get_by_role("button").click()
    assert cost.get_attribute("aria-sort") == "descending"
    dearest = max(u.cost_usd for u in results.conversations)
    assert f"${dearest:.3f}" in first.inner_text()
    cost.get_by_role("button").click()
    assert cost.get_attribute("aria-sort") == "ascending"
    cost.get_by_role("button").click()
    assert cost.get_attribute("aria-sort") is None
    assert first.inner_text() == worst


def test_a_row_opens_its_timeline(show: Any, results: Results) -> None:
    page = show(results).page
    case = page.locator("#case-1")
    assert not case.locator(".timeline").is_visible()
    page.locator("#list tbody tr").first.get_by_role("link").click()
    case.locator(".timeline").wait_for(state="visible")
    assert case.get_by_text("I was charged twice").first.is_visible()
    call = case.locator(".kind-call details").first
    assert not call.locator("pre").first.is_visible()
    call.locator("summary").click()
    assert "ord_1042" in call.locator("pre").first.inner_text()


def test_a_link_with_an_anchor_opens_that_timeline(show: Any, results: Results) -> None:
    page = show(results).page
    page.goto(results.report.as_uri() + "#case-3")
    page.reload()
    assert page.locator("#case-3").get_attribute("open") is not None


def test_commands_are_copied(show: Any, results: Results) -> None:
    shown = show(results)
    shown.page.evaluate(
        "() => { window.copied = ''; "
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }; }"
    )
    shown.page.locator("#case-1 > summary").click()
    button = shown.page.locator("#case-1 .copy button").first
    button.click()
    shown.page.wait_for_function("window.copied !== ''")
    worst = results.worst(1)[0]
    expected = f"sandbox replay results/first_look-001 {worst.episode}"
    assert shown.page.evaluate("window.copied") == expected
    assert button.inner_text() == "copied"


def test_wicked_text_does_nothing(show: Any, hostile: Results) -> None:
    shown = show(hostile)
    page = shown.page
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.locator("#search").fill("script")
    assert page.locator("#list tbody tr").count() > 0
    page.locator('select[data-facet="3"]').select_option(index=1)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert shown.errors == []
    assert len(shown.requests) == 1, shown.requests


def test_an_injected_script_would_be_refused(show: Any, results: Results) -> None:
    shown = show(results)
    shown.page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        "document.body.append(s)"
    )
    assert shown.page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in error for error in shown.errors)


def test_everything_can_be_read_without_scripts(show: Any, results: Results) -> None:
    page = show(results, scripts=False).page
    assert page.locator("#summary table").first.is_visible()
    assert page.locator("#list tbody tr").count() == 100
    assert not page.locator("#filter").is_visible()
    assert not page.locator(".copy button").first.is_visible()
    page.locator("#case-1 > summary").click()
    assert page.locator("#case-1 .timeline").is_visible()


def test_a_narrow_window_scrolls_tables_and_not_the_page(show: Any, results: Results) -> None:
    page = show(results).page
    page.set_viewport_size({"width": 390, "height": 800})
    page.evaluate("document.querySelectorAll('.case').forEach((d) => { d.open = true; })")
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0
