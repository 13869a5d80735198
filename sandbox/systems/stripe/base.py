"""What Stripe's nouns share: finding records, paging lists, new ids, idempotency keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from sandbox.sim.trace import canonical
from sandbox.systems.stripe.errors import key_reused, missing
from sandbox.systems.stripe.model import ListObject
from sandbox.systems.system import Row, System

M = TypeVar("M", bound=BaseModel)
KEY_LIFE_S = 24 * 3600
"""How long an idempotency key is remembered."""


class StripeBase(System):
    """The ground that the mixins (`Customers`, `Charges`, ...) stand on."""

    def _found(self, noun: str, record_id: str, *, param: str = "id") -> Row:
        row = self.db.row(f"SELECT * FROM stripe_{noun}s WHERE id = ?", (record_id,))  # noqa: S608
        if row is None:
            raise missing(noun, record_id, param=param)
        return row

    def _new_id(self, prefix: str, table: str) -> str:
        """An unused id. A row that was undone may leave a gap, so the size alone is no guide."""
        nth = self.db.value(f"SELECT count(*) FROM {table}")  # noqa: S608
        while True:
            record_id = f"{prefix}_{self.seeds.token(24, 'id', table, nth)}"
            taken = self.db.value(f"SELECT 1 FROM {table} WHERE id = ?", (record_id,))  # noqa: S608
            if taken is None:
                return record_id
            nth += 1

    def _list(
        self,
        query: str,
        bindings: Sequence[Any],
        make: Callable[[Row], M],
        *,
        url: str,
        limit: int = 100,
    ) -> ListObject[M]:
        """The newest *limit* rows of *query*, which ends in its last condition.

        Equal times keep a fixed order by the id.
        """
        rows = self.db.rows(
            f"{query} ORDER BY created DESC, id DESC LIMIT ?", (*bindings, limit + 1)
        )
        data = [make(row) for row in rows[:limit]]
        return ListObject(url=url, has_more=len(rows) > limit, data=data)

    def _answered(
        self, endpoint: str, key: str | None, params: Mapping[str, Any], answer: type[M]
    ) -> M | None:
        """The answer that an earlier request with *key* got; None when this one is the first.

        As with Stripe, the same key with other parameters is an error, and a key is forgotten
        after 24 hours. A request that failed leaves no key behind.
        """
        if key is None:
            return None
        row = self.db.row("SELECT * FROM stripe_idempotency_keys WHERE key = ?", (key,))
        if row is None or row["created"] + KEY_LIFE_S <= self.now_unix():
            return None
        if row["endpoint"] != endpoint:
            raise key_reused(key, same_endpoint=row["endpoint"])
        if row["params"] != canonical(params):
            raise key_reused(key, same_endpoint=None)
        return answer.model_validate(json.loads(row["response"]))

    def _remember(
        self, endpoint: str, key: str | None, params: Mapping[str, Any], answer: BaseModel
    ) -> None:
        """Keep *answer* for repetitions; called only where something was written."""
        if key is None:
            return
        self.db.execute("DELETE FROM stripe_idempotency_keys WHERE key = ?", (key,))
        self.db.insert(
            "stripe_idempotency_keys",
            {
                "key": key,
                "created": self.now_unix(),
                "endpoint": endpoint,
                "params": canonical(params),
                "response": canonical(answer.model_dump(mode="json")),
            },
        )
