import io

from rich.console import Console

from sandbox.experiments.entry import Entry, Part, Tag
from sandbox.experiments.timeline_text import CHARACTERS_MAX, render_text

CALL = Entry(
    66.0, "call", "agent", "shop_get(id=1)",
    (Part("result", "r" * 2000), Part("changed rows", [1], bulky=True)),
    (Tag("timeout", "bad"),), 30.0, 2, "c1",
)  # fmt: skip


def rendered(*entries: Entry, width: int = 80, full: bool = False, terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system="standard",
                      _environ={}) if terminal else Console(file=out, width=width)  # fmt: skip
    render_text(entries, console, full=full)
    return out.getvalue()


def test_an_entry_has_its_time_who_and_what() -> None:
    text = rendered(Entry(66.0, "user", "user", "Where is my parcel?"))
    assert text.rstrip() == "01:06  user  Where is my parcel?"


def test_calls_have_their_step_their_duration_and_their_tags() -> None:
    assert "2. shop_get(id=1)  30.0 s  [timeout]" in rendered(CALL)


def test_long_values_are_cut_with_a_note_and_bulky_ones_left_out() -> None:
    text = rendered(CALL)
    assert text.count("r") < CHARACTERS_MAX + 100
    assert "more characters)" in text
    assert "changed rows" not in text
    assert text.rstrip().endswith("--full shows everything.")


def test_full_shows_everything() -> None:
    text = rendered(CALL, full=True)
    assert text.count("r" * 40) >= 2000 // 80
    assert "changed rows: [1]" in text
    assert "more characters" not in text
    assert "--full" not in text


def test_long_lines_wrap_within_the_width() -> None:
    text = rendered(CALL, Entry(1, "user", "user", "word " * 100), width=60, full=True)
    assert max(len(line) for line in text.splitlines()) <= 60


def test_several_conversations_are_told_apart() -> None:
    one = Entry(0, "user", "user", "a", conversation="c1")
    two = Entry(0, "user", "user", "b", conversation="c2")
    assert [line.split()[1] for line in rendered(one, two).splitlines()] == ["c1", "c2"]


def test_there_is_colour_on_a_terminal_only_and_no_markup_is_obeyed() -> None:
    entry = Entry(0, "user", "user", "[red]not markup[/red]")
    assert "[red]not markup[/red]" in rendered(entry)
    assert "\x1b[" not in rendered(entry)
    assert "\x1b[" in rendered(entry, terminal=True)
