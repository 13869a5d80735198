"""The commands and their options; each calls one function of its own module."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from sandbox import __version__
from sandbox.errors import ContentError, SandboxError, UsageError

app = typer.Typer(
    name="sandbox",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A wind tunnel for AI agents: fake systems, users and faults in virtual time.",
    epilog="Start with:  sandbox run hello",
)
CLOSED_PIPE = 128 + 13
"""Nobody reads on, as in `sandbox trace ... | head`: ends as a program that SIGPIPE ends."""
_MACHINE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
    errno.EMFILE, errno.ENFILE, errno.ENOMEM,
}  # fmt: skip
"""What is the machine's state, like a full disk, and no bug of ours."""


def invoke(argv: list[str]) -> int:
    """Run the command in *argv*; its exit code."""
    _open_streams()
    try:
        # Typer gives back what the command returns; 0 after --help, 130 after Ctrl-C.
        return int(app(argv, standalone_mode=False, prog_name="sandbox"))
    except TyperException as error:  # a wrong option or argument, told with the usage line
        error.show()  # type: ignore[attr-defined]
        return 2
    except ContentError as error:  # bare, so that an editor finds file:line:column
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except UsageError as error:
        _complain(str(error))
        return 2
    except SystemExit:  # typer's way out where a pipe is closed
        return CLOSED_PIPE
    except OSError as error:
        if error.errno not in _MACHINE:
            return _bug(error)
        _complain(f"{error.strerror}{f': {error.filename}' if error.filename else ''}")
        return 2
    except Exception as error:  # the last net: our bug, told in one line
        return _bug(error)


def _open_streams() -> None:
    """Let words go nowhere where the caller has closed the stream (`>&-`, a service)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - till the end
            setattr(sys, name, nowhere)


def _complain(text: str) -> None:
    first, *more = text.splitlines() or [""]
    print(f"error: {first}", *more, sep="\n", file=sys.stderr)  # noqa: T201


def _bug(error: Exception) -> int:
    kind = "" if isinstance(error, SandboxError) else f"{type(error).__name__}: "
    first = (str(error).strip().splitlines() or [""])[-1]
    with tempfile.NamedTemporaryFile(
        "w", prefix="sandbox-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(error, file=file)
    _complain(f"a bug of the sandbox: {kind}{first}\n  details for a report: {file.name}")
    return 70


def _version(show: bool) -> None:
    if show:
        print(f"sandbox {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    del version


Spec = Annotated[str, typer.Argument(help="Experiment by name, or its YAML file.")]
Folder = Annotated[Path, typer.Argument(help="A results folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, nothing else.")]


@app.command(epilog="Example:  sandbox run first_look --episodes 8 --out /tmp/look")
def run(
    spec: Spec,
    out: Annotated[
        Path | None, typer.Option(help="New results folder [default: results/SPEC-001, ...].")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed than the spec's.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Worker processes [default: one per core].")
    ] = None,
    episodes: Annotated[int | None, typer.Option(min=1, help="Episodes per cell.")] = None,
    task: Annotated[str | None, typer.Option(help="Only this task.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the results in --out.")
    ] = False,
    json: Json = False,
) -> int:
    """Run an experiment: agents x conditions, graded, with a report.

    Exit code 0: gates pass, 1: gates fail, 2: bad input, 3: too many invalid episodes,
    130: interrupted.
    """
    from sandbox.cli.running import run_command  # noqa: PLC0415

    return run_command(
        spec, out=out, seed=seed, jobs=jobs, episodes=episodes, task=task, resume=resume,
        as_json=json,
    )  # fmt: skip


@app.command(epilog="Example:  sandbox replay results/first_look-001 naive-tool_timeouts-0003")
def replay(
    folder: Folder,
    episode: Annotated[str | None, typer.Argument(help="Episode id.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every episode.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes for --all.")] = None,
) -> int:
    """Run episodes again: identical, or the first event that differs.

    Exit code 1 where one differs.
    """
    from sandbox.cli.replaying import replay_command  # noqa: PLC0415

    return replay_command(folder, episode, all_=all_, jobs=jobs)


@app.command(epilog="Example:  sandbox trace results/first_look-001 naive-tool_timeouts-0003")
def trace(
    folder: Folder,
    episode: Annotated[str, typer.Argument(help="Episode id.")],
    conversation: Annotated[
        str | None, typer.Option(help="Only this conversation (under traffic): c00012.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Show long texts whole.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the raw events.")] = False,
) -> int:
    """Show an episode: messages, calls, faults, effects, verdict."""
    from sandbox.cli.tracing import trace_command  # noqa: PLC0415

    return trace_command(folder, episode, conversation=conversation, full=full, as_json=json)


@app.command(epilog="Example:  sandbox compare results/first_look-001 results/first_look-002")
def compare(
    a: Annotated[Path, typer.Argument(help="A results folder: before.")],
    b: Annotated[Path, typer.Argument(help="A results folder: after.")],
    json: Json = False,
) -> int:
    """Hold two runs against each other, conversation by conversation.

    Paired differences per cell, and what ended otherwise. Exit code 1 where a difference is worse
    with its whole interval.
    """
    from sandbox.cli.comparing import compare_command  # noqa: PLC0415

    return compare_command(a, b, as_json=json)


@app.command(name="list", epilog="Example:  sandbox list personas")
def list_(
    kind: Annotated[
        str | None, typer.Argument(help="worlds, personas, faults, experiments or agents.")
    ] = None,
    json: Json = False,
) -> int:
    """List what there is to use, the sandbox's own and yours."""
    from sandbox.cli.listing import list_command  # noqa: PLC0415

    return list_command(kind, as_json=json)


@app.command(epilog="Example:  sandbox show retail_support     or     sandbox show --schema task")
def show(
    name: Annotated[
        str | None,
        typer.Argument(
            help="World, task, tool, persona, fault plan, kind of fault, agent or experiment."
        ),
    ] = None,
    schema: Annotated[
        bool,
        typer.Option(
            "--schema",
            help="JSON Schema of NAME: experiment, persona, faults, task or world; alone: of all.",
        ),
    ] = False,
    lint: Annotated[
        bool, typer.Option("--lint", help="Lint a world's tasks with the four lint agents.")
    ] = False,
) -> int:
    """Show one thing in full, or the JSON Schema of its kind."""
    from sandbox.cli.showing import show_command  # noqa: PLC0415

    return show_command(name, schema=schema, lint=lint)


@app.command(epilog="Example:  sandbox init my-agents && cd my-agents && sandbox run my_experiment")
def init(
    folder: Annotated[Path, typer.Argument(help="New folder.")],
    agent: Annotated[
        str, typer.Option(help="Kind of agent to start from: plain or langgraph.")
    ] = "plain",
) -> int:
    """Write a small project that runs at once.

    It holds an agent, a task and a policy for the shop, a fault plan and an experiment.
    """
    from sandbox.cli.starting import init_command  # noqa: PLC0415

    return init_command(folder, agent=agent)


@app.command(epilog="Example:  sandbox doctor --agent my_agent.py:build")
def doctor(
    agent: Annotated[
        str | None, typer.Option(help="Run this agent twice in fresh processes and compare.")
    ] = None,
    world: Annotated[str, typer.Option(help="World for --agent.")] = "retail_support",
    json: Json = False,
) -> int:
    """Check this machine; say what an agent finds simulated or refused."""
    from sandbox.cli.checking import doctor_command  # noqa: PLC0415

    return doctor_command(agent=agent, world=world, as_json=json)
