"""A fake Zendesk Support: users, tickets, comments, groups and search."""

from sandbox.systems.zendesk.system import Zendesk

__all__ = ["Zendesk"]
