import csv
import io
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.content.model import ContentModel
from sandbox.content.table import load_table
from sandbox.errors import ContentError


class Product(ContentModel):
    sku: str
    price_cents: int
    grade: Literal["a", "b"] = "a"
    note: str | None = None


def load(folder: Path, text: str) -> list[Product]:
    file = folder / "p.csv"
    file.write_bytes(text.encode())
    return load_table(file, Product)


def refusal(folder: Path, text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(folder, text)
    return [f"{p.line}:{p.column}: {p.message}" for p in caught.value.problems]


def test_each_row_is_a_model_and_an_empty_cell_a_default(tmp_path: Path) -> None:
    text = 'sku,price_cents,note\nMUG,1250,\n\n"A ""B"", C" , 7 ,"two\nlines"\n'.replace(
        '" ,', '",'
    )
    assert load(tmp_path, text) == [
        Product(sku="MUG", price_cents=1250),
        Product(sku='A "B", C', price_cents=7, note="two\nlines"),
    ]


def test_windows_line_ends_and_a_missing_last_one_change_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "sku,price_cents\r\nMUG,1\r\nCUP,2") == [
        Product(sku="MUG", price_cents=1),
        Product(sku="CUP", price_cents=2),
    ]


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    assert load(tmp_path, "sku,price_cents\n") == []


def test_every_wrong_cell_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = 'sku,price_cents,grade\n"two\nlines",x,a\nMUG,1\nCUP,2,c\n,3,a\n'
    assert refusal(tmp_path, text) == [
        "3:8: expected a whole number, got 'x'",
        "4:1: 2 cells in a table of 3 columns",
        "5:7: expected 'a' or 'b', got 'c'",
        "6:1: missing key 'sku'",
    ]


def test_every_wrong_column_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path, "sku,prize_cents,sku\nMUG,1,2\n") == [
        "1:1: missing column 'price_cents'",
        "1:5: unknown column 'prize_cents' (did you mean 'price_cents'?)",
        "1:17: duplicate column 'sku'",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1: the file is empty: the first line names the fields"),
        ("\n\n", "1:1: the file is empty: the first line names the fields"),
        ('sku,price_cents\nMUG,"1\n', '2:5: a quoted cell is not closed by "'),
        ('sku,price_cents\n"M"UG,1\n',
         '2:1: text after the closing " of a cell (write "" for a quote inside)'),
    ],
)  # fmt: skip
def test_text_that_is_no_table_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assert refusal(tmp_path, text) == [told]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda text: text == text.strip()
)


@settings(deadline=None)
@given(st.lists(st.tuples(cells, st.integers())))
def test_what_pythons_own_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]]
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("sku", "price_cents"), *rows])
    read = load(tmp_path_factory.getbasetemp(), out.getvalue())
    assert [(product.sku, product.price_cents) for product in read] == rows


@settings(deadline=None)
@given(st.text(alphabet='sku,"\n\r 1é'))
def test_random_text_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    for header in ("", "sku,price_cents\n"):
        try:
            load(tmp_path_factory.getbasetemp(), header + text)
        except ContentError as caught:
            assert caught.problems  # noqa: PT017 - most texts are refused, the rest is fine too
