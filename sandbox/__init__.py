"""A wind tunnel for AI agents."""
