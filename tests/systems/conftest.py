"""A bank with two accounts, and a host that serves it in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import BaseModel, Field

from sandbox.errors import Conflict, NotFound
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.effects import Ledger
from sandbox.systems.host import Host
from sandbox.systems.operation import Latency, Poll, read, write
from sandbox.systems.store import Store
from sandbox.systems.system import Principal, System

TELLER = Principal("teller", frozenset({"bank:*"}))
ONE_SECOND = Latency(1.0, 1.0)


class Account(BaseModel):
    """An account."""

    id: str
    owner: str
    balance: int


class Bank(System):
    """Accounts and deposits; also operations that break the rules of the house."""

    name: ClassVar[str] = "bank"
    ddl: ClassVar[str] = """
        CREATE TABLE bank_accounts (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, balance INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE bank_deposits (
            id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, amount INTEGER NOT NULL,
            made_at TEXT NOT NULL, made_by TEXT NOT NULL, key TEXT UNIQUE
        ) STRICT;
    """

    @read("bank:accounts:read", latency=ONE_SECOND, poll=Poll(interval_s_min=60, polls_max=3))
    def get_account(self, account_id: str) -> Account:
        """Look up an account."""
        row = self.db.row("SELECT * FROM bank_accounts WHERE id = ?", (account_id,))
        if row is None:
            raise NotFound(f"no account {account_id}", body={"fault": "NO_ACCOUNT"})
        return Account(**row)

    @write(
        "bank:deposits:write", effect="deposit", target="id", key_args=("amount",),
        latency=ONE_SECOND, idempotency_arg="key",
    )  # fmt: skip
    def deposit(
        self,
        account_id: Annotated[str, Field(description="Like `a1`.")],
        amount: Annotated[int, Field(gt=0)],
        key: str | None = None,
    ) -> Account:
        """Put money into an account.

        The same key does it once.
        """
        account = self.get_account(account_id)
        if key and self.db.row("SELECT 1 FROM bank_deposits WHERE key = ?", (key,)):
            return account
        if account.balance + amount > 1000:
            raise Conflict(f"{account_id} is full")
        self.db.insert("bank_deposits", {
            "id": self.next_number("bank_deposits"), "account_id": account_id, "amount": amount,
            "made_at": self.now(), "made_by": self.principal.name, "key": key,
        })  # fmt: skip
        self.db.update("bank_accounts", {"id": account_id}, {"balance": account.balance + amount})
        return self.get_account(account_id)

    @write("bank:deposits:write", effect="crash", target="account_id", latency=ONE_SECOND)
    def crash(self, account_id: str) -> Account:
        """Write, then fail in a way that no vendor does."""
        self.db.update("bank_accounts", {"id": account_id}, {"balance": 0})
        raise ZeroDivisionError("by nought")

    @read("bank:accounts:read", latency=ONE_SECOND)
    def peek(self, account_id: str) -> Account:
        """Change what it should only read."""
        self.db.update("bank_accounts", {"id": account_id}, {"balance": 1})
        return self.get_account(account_id)


class Office:
    """A host with everything around it."""

    def __init__(self, *, seed: int = 1) -> None:
        self.store = Store.create([Bank.ddl])
        self.store.insert_many(
            "bank_accounts", ("id", "owner", "balance"), [("a1", "Ada", 100), ("b1", "Bob", 50)]
        )
        self.store.reset_point()
        seeds = Seeds(seed)
        self.kernel = Kernel(seeds)
        self.clock = self.kernel.clock
        self.points = Points()
        self.trace = Trace(lambda: self.clock.now)
        self.ledger = Ledger()
        self.bank = Bank(self.store, self.clock, seeds)
        self.host = Host(
            self.store, [self.bank], clock=self.clock, seeds=seeds, points=self.points,
            trace=self.trace, ledger=self.ledger,
        )  # fmt: skip

    def run(self, main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """The result of *main* in virtual time."""
        return self.kernel.run(main())

    def call(self, tool: str, principal: Principal = TELLER, **args: Any) -> Any:
        """The result of one call, by itself."""
        return self.kernel.run(self.host.call(tool, args, principal=principal))

    async def acall(self, tool: str, **args: Any) -> Any:
        """The same from a coroutine."""
        return await self.host.call(tool, args, principal=TELLER)

    def balance(self, account_id: str) -> int:
        """What the store says."""
        balance = self.store.value("SELECT balance FROM bank_accounts WHERE id = ?", (account_id,))
        assert isinstance(balance, int)
        return balance

    def types(self) -> list[str]:
        """The types of the trace's events."""
        return [event["type"] for event in self.trace.events]


@pytest.fixture
def office() -> Iterator[Office]:
    """A host that serves a bank."""
    made = Office()
    yield made
    made.store.close()
