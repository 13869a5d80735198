"""Agents: the contract, adapters for frameworks, and reference agents.

A path names a *factory* (`loading.py`), the factory builds an agent from an `Env` (`contract.py`),
and an adapter makes one async call of it, whatever framework it comes from (`adapt.py`).
"""
