"""Checks: conditions over metric addresses, their verdicts, and suggestions from a reference."""
