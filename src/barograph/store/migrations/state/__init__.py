"""Revisions of the state database."""
