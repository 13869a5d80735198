"""report.html: one file that needs no network, and no scripts to be read."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from sandbox.experiments.entry import clock
from sandbox.experiments.folder import ResultsFolder
from sandbox.experiments.report.attacks import attack_panels
from sandbox.experiments.report.bars import bar_panels
from sandbox.experiments.report.cases import CASES_MAX, cases
from sandbox.experiments.report.forest import forest_panels
from sandbox.experiments.report.listing import listing
from sandbox.experiments.report.overview import overview
from sandbox.experiments.results import Results
from sandbox.experiments.visible import visible

_HERE = Path(__file__).parent / "template"


def page(results: Results) -> str:
    """The report of *results* as one HTML document."""
    experiment = ResultsFolder.open(results.path).experiment()
    bad = cases(results)
    style, script = _read("page.css"), _read("page.js")
    return _template().render(
        **overview(results, experiment),
        bars=bar_panels(results.summary),
        forest=forest_panels(results.summary),
        attacks=attack_panels(results),
        cases=bad,
        cases_max=CASES_MAX,
        listing=listing(results, {case.key: case.anchor for case in bad}),
        style=Markup(style),  # noqa: S704 - files of our own
        script=Markup(script),  # noqa: S704
        policy=_policy(style, script),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    environment.filters["clock"] = clock
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    return environment.get_template("page.html.j2")


def _shown(value: Any) -> Any:
    """Each value that goes into the page; foreign text cannot act on whoever reads it."""
    return visible(value) if type(value) is str else value


def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """What the page may do: run this script, use this style, nothing else, and load nothing.

    A second line behind the escaping: text that slipped through would still not run.
    """
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
