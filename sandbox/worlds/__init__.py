"""Worlds: a company with its systems, population, people, policies and tasks."""
