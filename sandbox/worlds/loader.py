"""Reads a world's folder, and those of the worlds it extends; says everything that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.content.document import Document, load_yaml
from sandbox.content.model import validate
from sandbox.content.places import Places
from sandbox.errors import ContentError, Problem, UsageError
from sandbox.systems.operation import Operation, operations_of
from sandbox.systems.store import Store
from sandbox.systems.system import System
from sandbox.worlds.articles import Article, load_articles
from sandbox.worlds.definition import WorldFile, merged
from sandbox.worlds.generate.context import Generator
from sandbox.worlds.registry import generator, system_class
from sandbox.worlds.task import Task
from sandbox.worlds.task_check import Vocabulary, check_task
from sandbox.worlds.world_check import check_world


@dataclass(frozen=True)
class Parts:
    """What makes up a world, checked."""

    definition: WorldFile
    folders: tuple[Path, ...]
    systems: dict[str, type[System]]
    generator: Generator
    tasks: dict[str, Task]
    articles: tuple[Article, ...]
    instructions: str


def operations_by_name(systems: dict[str, type[System]]) -> dict[str, Operation]:
    """The operations of *systems* by tool name, in their order."""
    return {op.name: op for system in systems.values() for op in operations_of(system)}


class Loader:
    """Reads a world and all it extends, and collects what is wrong everywhere."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.problems: list[Problem] = []

    def load(self, name: str, near: Path | None) -> Parts:
        """What makes up the world called *name*; `ContentError` lists every problem in it."""
        documents, files, folders = self._chain(name, near)
        definition = files[-1]
        for own in reversed(files[:-1]):
            definition = merged(definition, own)
        home = folders[0].parent.parent
        systems = self._systems(documents, definition, home)
        tasks = self._tasks(folders)
        try:
            articles = tuple(load_articles(folders))
        except ContentError as error:
            self.problems += error.problems
            articles = ()
        operations = operations_by_name(systems)
        self.problems += check_world(documents, files, definition, operations, articles)
        self._check_tasks(tasks, systems, operations, definition)
        make = self._generator(documents, definition, home)
        instructions = self._instructions(documents, files, folders)
        if self.problems or make is None:
            raise ContentError(_once(self.problems))
        return Parts(
            definition=definition,
            folders=tuple(folders),
            systems=systems,
            generator=make,
            tasks={task_id: tasks[task_id][0] for task_id in sorted(tasks)},
            articles=articles,
            instructions=instructions,
        )

    def _chain(
        self, name: str, near: Path | None
    ) -> tuple[list[Document], list[WorldFile], list[Path]]:
        """The world's own file first, then the one it extends, and so on."""
        documents: list[Document] = []
        files: list[WorldFile] = []
        folders: list[Path] = []
        path = self.places.find("worlds", name, near=near)
        while True:
            document = load_yaml(path, cache=True)
            file = validate(document, WorldFile)
            documents.append(document)
            files.append(file)
            folders.append(path.parent)
            if not file.extends:
                return documents, files, folders
            try:
                path = self._base(file, path, folders)
            except UsageError as error:
                raise ContentError([document.problem(("extends",), str(error))]) from None

    def _base(self, file: WorldFile, path: Path, seen: list[Path]) -> Path:
        base = self.places.find("worlds", file.extends, near=path)
        if base.parent == path.parent:
            # A user's world may have the name of the one it extends: then the next one is meant.
            for folder in self.places.folders("worlds", near=path):
                candidate = folder / file.extends / "world.yaml"
                if candidate.is_file() and candidate.parent not in seen:
                    base = candidate
        if base.parent in seen:
            raise UsageError(f"world {file.id!r} extends itself by way of {file.extends!r}")
        return base

    def _systems(
        self, documents: list[Document], definition: WorldFile, home: Path
    ) -> dict[str, type[System]]:
        found: dict[str, type[System]] = {}
        for name in definition.systems:
            try:
                system = system_class(name, home=home)
            except UsageError as error:
                self._at_item(documents, "systems", name, str(error))
                continue
            found[system.name] = system
        return found

    def _generator(
        self, documents: list[Document], definition: WorldFile, home: Path
    ) -> Generator | None:
        spec = definition.generator
        if spec is None:
            return None  # check_world has said so
        try:
            return generator(spec.type, home=home)
        except UsageError as error:
            document = next(d for d in documents if d.at(("generator",)) is not None)
            self.problems.append(document.problem(("generator", "type"), str(error)))
            return None

    def _tasks(self, folders: list[Path]) -> dict[str, tuple[Task, Document]]:
        found: dict[str, tuple[Task, Document]] = {}
        for folder in folders:
            here: dict[str, Document] = {}
            for path in sorted(folder.glob("tasks/*.yaml")):
                try:
                    document = load_yaml(path, cache=True)
                    task = validate(document, Task)
                except ContentError as error:
                    self.problems += error.problems
                    continue
                if task.id in here:
                    message = f"duplicate task id {task.id!r}: also in {here[task.id].file}"
                    self.problems.append(document.problem(("id",), message))
                here[task.id] = document
                found.setdefault(task.id, (task, document))
        return found

    def _check_tasks(
        self,
        tasks: dict[str, tuple[Task, Document]],
        systems: dict[str, type[System]],
        operations: dict[str, Operation],
        definition: WorldFile,
    ) -> None:
        empty = Store.create(system.ddl for system in systems.values())
        policies = [policy.id for policy in definition.policies]
        words = Vocabulary(operations, systems, policies, empty)
        for task, document in tasks.values():
            self.problems += check_task(task, document, words)
        empty.close()

    def _instructions(
        self, documents: list[Document], files: list[WorldFile], folders: list[Path]
    ) -> str:
        """The nearest definition's text, read from the file that it names."""
        for document, file, folder in zip(documents, files, folders, strict=True):
            text = file.agent.instructions.strip() if file.agent else ""
            if not text:
                continue
            if "\n" in text or not text.endswith((".md", ".txt")):
                return text
            path = folder / text
            if path.is_file():
                return path.read_text(encoding="utf-8").strip()
            message = f"no file {text} next to {document.file}"
            self.problems.append(document.problem(("agent", "instructions"), message))
        return ""

    def _at_item(self, documents: list[Document], key: str, name: str, message: str) -> None:
        for document in documents:
            items = document.data.get(key) or []
            if name in items:
                problem = document.problem((key, items.index(name)), message)
                self.problems.append(problem)
                return


def _once(problems: list[Problem]) -> list[Problem]:
    return sorted(set(problems))
