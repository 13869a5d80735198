"""Fake enterprise systems: the store, operations, effects, and one package per system."""
