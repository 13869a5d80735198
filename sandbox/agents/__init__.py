"""Agents: the contract, adapters for frameworks, and reference agents."""
