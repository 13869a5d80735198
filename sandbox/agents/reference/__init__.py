"""Agents that come with the sandbox: two to compare, and those that the task lint needs."""
