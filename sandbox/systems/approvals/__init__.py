"""Approval requests to a human supervisor."""

from sandbox.systems.approvals.system import Approvals

__all__ = ["Approvals"]
