"""Populations: who a company's customers are and what happened before the first conversation."""
