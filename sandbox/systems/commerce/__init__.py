"""A fake of a shop's admin: customers, catalogue, orders, shipments, returns, store credit."""

from sandbox.systems.commerce.system import Commerce

__all__ = ["Commerce"]
