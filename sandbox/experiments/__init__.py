"""Experiments: episodes, grading, statistics, the runner, gates and the report."""
