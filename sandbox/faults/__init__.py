"""Faults: what can go wrong at an injection point, and when."""
