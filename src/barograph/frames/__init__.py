"""Rows of any origin on their way into a profile."""
