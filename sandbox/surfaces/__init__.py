"""Surfaces: the ways to reach a system."""
