"""Personas: synthetic users without an LLM, and when they arrive."""
