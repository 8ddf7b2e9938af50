"""Revisions of the log."""
