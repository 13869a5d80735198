"""The kinds of faults, one per file; `AnyFault` is their union by `kind`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.faults.kinds.empty_result import EmptyResult
from sandbox.faults.kinds.latency import Latency
from sandbox.faults.kinds.planted_injection import PlantedInjection
from sandbox.faults.kinds.rate_limit import RateLimit
from sandbox.faults.kinds.schema_drift import SchemaDrift
from sandbox.faults.kinds.server_error import ServerError
from sandbox.faults.kinds.silent_no_op import SilentNoOp
from sandbox.faults.kinds.stale_read import StaleRead
from sandbox.faults.kinds.timeout_after_commit import TimeoutAfterCommit
from sandbox.faults.kinds.timeout_before_commit import TimeoutBeforeCommit
from sandbox.faults.kinds.truncated_result import TruncatedResult

AnyFault = Annotated[
    EmptyResult | Latency | PlantedInjection | RateLimit | SchemaDrift | ServerError | SilentNoOp
    | StaleRead | TimeoutAfterCommit | TimeoutBeforeCommit | TruncatedResult,
    Field(discriminator="kind"),
]  # fmt: skip

__all__ = [
    "AnyFault", "EmptyResult", "Latency", "PlantedInjection", "RateLimit", "SchemaDrift",
    "ServerError", "SilentNoOp", "StaleRead", "TimeoutAfterCommit", "TimeoutBeforeCommit",
    "TruncatedResult",
]  # fmt: skip
