"""`Company`: a world come alive for one episode, with its systems, its people and their door."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import simpy
from pydantic import BaseModel

from sandbox.content.references import references, resolve
from sandbox.errors import ToolError, UsageError
from sandbox.sim.clock import Clock
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.surfaces.tools import Describe, Toolbox, toolbox
from sandbox.systems.approvals import Approvals
from sandbox.systems.effects import Ledger
from sandbox.systems.host import Host
from sandbox.systems.store import Store
from sandbox.systems.system import WORLD, System
from sandbox.worlds.cast import entities
from sandbox.worlds.people import SupervisorDesk
from sandbox.worlds.task import Arrangement, Happening, Task
from sandbox.worlds.task_check import USER_FIELDS
from sandbox.worlds.world import World

Scope = dict[str, Any]


class Company:
    """One live world. `Company.open` makes one; its state is the store's."""

    def __init__(
        self, world: World, systems: dict[str, System], host: Host, clock: Clock, trace: Trace
    ) -> None:
        self.world = world
        self.systems = systems
        """The fakes by name."""
        self.host = host
        """The door through which every tool call goes."""
        self.clock = clock
        self.trace = trace
        self.desk: SupervisorDesk | None = None

    @classmethod
    def open(
        cls,
        world: World,
        *,
        store: Store,
        clock: Clock,
        seeds: Seeds,
        points: Points,
        trace: Trace,
        ledger: Ledger,
    ) -> Company:
        """The company of *world* on *store* (made from `world.image`), with its people at work."""
        systems = {
            name: system(store, clock, seeds.child("system", name))
            for name, system in world.systems.items()
        }
        host = Host(
            store, list(systems.values()), clock=clock, seeds=seeds, points=points, trace=trace,
            ledger=ledger,
        )  # fmt: skip
        company = cls(world, systems, host, clock, trace)
        approvals = systems.get("approvals")
        if world.supervisor is not None and isinstance(approvals, Approvals):
            company.desk = SupervisorDesk(
                world.supervisor, approvals, store=store, clock=clock,
                seeds=seeds.child("supervisor"), trace=trace,
            )  # fmt: skip
        return company

    def toolbox(
        self,
        *,
        agent: str = "agent",
        conversation: str = "",
        turn: Callable[[], int] = int,
        describe: Describe | None = None,
        call_sync: Callable[..., Any] | None = None,
    ) -> Toolbox:
        """The tools that this company offers to its agent, called under the agent's principal."""
        return toolbox(
            self.host, self.world.tools, principal=self.world.principal, agent=agent,
            conversation=conversation, turn=turn, describe=describe, call_sync=call_sync, wait=True,
        )  # fmt: skip

    def article(self, slug: str) -> dict[str, Any]:
        """The row of a knowledge article; `UsageError` if there is none."""
        row = self.host.store.row("SELECT * FROM wiki_articles WHERE slug = ?", (slug,))
        if row is None:
            raise UsageError(f"world {self.world.id!r} has no article {slug!r}")
        return row

    # Before a conversation

    def cast(self, task: Task, seeds: Seeds, taken: set[str]) -> Scope:
        """Records for *task*, chosen by the conversation's *seeds* among those not *taken*.

        Their entities are added to *taken*; hand them back with `release` when it is over.
        """
        found: Scope = dict(self.world.casting.draw(task, self.host.store, seeds, taken))
        taken |= entities(found)
        return found

    def release(self, task: Task, scope: Mapping[str, Any], taken: set[str]) -> None:
        """Let other conversations have the records of this one's cast again."""
        taken -= entities({name: scope[name] for name in task.cast if name in scope})

    def arrange(self, task: Task, scope: Mapping[str, Any], *, conversation: str = "") -> Scope:
        """*scope* with the user and what the arrangements gave, after the world has made them."""
        known: Scope = {**scope, "conversation": conversation}
        for arrangement in task.arrange:
            known["user"] = _user(task, known)
            result = self._arrange(task, arrangement, known)
            if arrangement.id:
                known[arrangement.id] = result
        known["user"] = _user(task, known)
        return known

    def _arrange(self, task: Task, arrangement: Arrangement, known: Scope) -> Any:
        args = resolve(dict(arrangement.args), known)
        try:
            return self.host.exogenous(arrangement.tool, args, note=f"before {task.id}")
        except ToolError as error:
            raise UsageError(
                f"task {task.id}: arrangement {arrangement.tool} was refused: {error}"
            ) from error

    # While it goes on

    def schedule(
        self, happenings: Sequence[Happening], scope: Mapping[str, Any], *, conversation: str = ""
    ) -> None:
        """Let the world do *happenings* by itself, each at its time from now."""
        for happening in happenings:
            args = resolve(dict(happening.args), scope)
            self.clock.env.process(self._later(happening, args, conversation))

    def _later(
        self, happening: Happening, args: dict[str, Any], conversation: str
    ) -> Generator[simpy.Event, Any, None]:
        yield self.clock.env.timeout(happening.at_s)
        tool = f"{happening.system}_{happening.method}"
        try:
            self.exogenous(tool, args, note=happening.note)
        except ToolError as error:
            # What an agent did meanwhile may stand against it: a cancelled parcel is not delivered.
            self.trace.emit(
                "exogenous", tool=tool, args=args, note=happening.note,
                conversation=conversation, error=error.to_dict(),
            )  # fmt: skip

    def exogenous(self, tool: str, args: dict[str, Any], *, note: str = "") -> Any:
        """Let the world do *tool*: an operation, or any public method of a fake."""
        if tool in self.host.operations:
            return self.host.exogenous(tool, args, note=note)
        name, _, method = tool.partition("_")
        system = self.systems.get(name)
        if system is None or method.startswith("_") or not hasattr(system, method):
            raise UsageError(f"world {self.world.id!r} has no system with a method {tool}")
        system.principal = WORLD
        with self.host.store.transaction() as step:
            result = getattr(system, method)(**args)
        told = result.model_dump(mode="json") if isinstance(result, BaseModel) else result
        changes = [change.to_dict() for change in step.changes]
        self.trace.emit("exogenous", tool=tool, args=args, note=note, result=told, changes=changes)
        return told


def _user(task: Task, scope: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the task's user that can be resolved from *scope* by now."""
    given = {name: getattr(task.user, name) for name in USER_FIELDS}
    return {
        name: str(resolve(text, scope))
        for name, text in given.items()
        if all(reference.name in scope for reference in references(text))
    }
