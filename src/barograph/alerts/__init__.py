"""Alerts: from verdicts to states, incidents and what people are told."""
