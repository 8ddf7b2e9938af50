"""Checks that a reference suggests, each with its reason."""
