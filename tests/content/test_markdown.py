from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.content.markdown import load_markdown
from sandbox.content.model import ContentModel
from sandbox.errors import ContentError


class Article(ContentModel):
    title: str
    stale: bool = False


def load(tmp_path: Path, text: str) -> tuple[Article, str]:
    file = tmp_path / "a.md"
    file.write_bytes(text.encode())
    return load_markdown(file, Article)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(ContentError) as caught:
        load(tmp_path, text)
    (problem,) = caught.value.problems
    return f"{problem.line}:{problem.column}: {problem.message}"


def test_front_matter_is_the_model_and_the_rest_is_the_body(tmp_path: Path) -> None:
    text = "---\ntitle: Refunds\n---\n\n# Refunds\n\nWithin 30 days.\n\n---\nend\n"
    article, body = load(tmp_path, text)
    assert article == Article(title="Refunds")
    assert body == "# Refunds\n\nWithin 30 days.\n\n---\nend"


def test_windows_line_ends_are_read_too(tmp_path: Path) -> None:
    article, body = load(tmp_path, "---\r\ntitle: Refunds\r\n---\r\nText\r\n")
    assert (article.title, body) == ("Refunds", "Text")


def test_positions_are_those_of_the_file(tmp_path: Path) -> None:
    assert refusal(tmp_path, "---\ntitle: x\nstael: no\n---\n") == (
        "3:1: unknown key 'stael' (did you mean 'stale'?)"
    )
    assert refusal(tmp_path, "---\ntitle: [\n---\n").startswith("3:1: not YAML")


def test_a_file_without_front_matter_is_told_how_to_begin(tmp_path: Path) -> None:
    assert refusal(tmp_path, "# Refunds\n") == "1:1: expected front matter: a first line `---`"
    assert refusal(tmp_path, "---\ntitle: x\n") == (
        "1:1: the front matter has no closing line `---`"
    )
    assert refusal(tmp_path, "---\n---\nText\n").endswith("the file is empty")


@settings(deadline=None)
@given(st.text(alphabet="-\n\r: atile[é"))
def test_random_text_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    try:
        load(tmp_path_factory.getbasetemp(), text)
    except ContentError as caught:
        assert caught.problems  # noqa: PT017 - most texts are refused, the rest is fine too
