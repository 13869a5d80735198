import io

from rich.console import Console

from sandbox.cli.columns import print_rows, print_text

ROWS = [("short", "one word"), ("rather_long_name", "a text of several words, too long for it")]


def printed(width: int, *, terminal: bool = True) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=width, force_terminal=terminal, color_system=None), out


def test_texts_stand_in_one_column_and_are_wrapped_beneath_themselves() -> None:
    console, out = printed(48)
    print_rows(console, "things", ROWS)
    assert out.getvalue() == (
        "things\n"
        "  short             one word\n"
        "  rather_long_name  a text of several words, too\n"
        "                    long for it\n"
    )


def test_in_a_pipe_a_row_is_one_line() -> None:
    console, out = printed(48, terminal=False)
    print_rows(console, "things", ROWS)
    assert out.getvalue().splitlines()[2].endswith("a text of several words, too long for it")


def test_no_line_ends_in_spaces() -> None:
    console, out = printed(48)
    print_rows(console, "things", [("bare", ""), *ROWS])
    assert "  bare\n" in out.getvalue()


def test_a_terminal_is_not_given_what_it_would_obey() -> None:
    console, out = printed(80)
    print_rows(console, "things", [("name\x1b[2J", "title\x1b[2J"), ("[bold]", "[/bold]")])
    assert "\x1b" not in out.getvalue()
    assert "name\\x1b[2J  title\\x1b[2J" in out.getvalue()
    assert "  [bold]" in out.getvalue()


def test_a_text_is_wrapped_after_its_indent() -> None:
    console, out = printed(30)
    print_text(console, "six words that need two lines", indent="    ")
    assert out.getvalue() == "    six words that need two\n    lines\n"


def test_where_hardly_a_column_is_left_nothing_is_wrapped() -> None:
    console, out = printed(16)
    print_text(console, "six words that need two lines")
    assert out.getvalue() == "six words that need two lines\n"
