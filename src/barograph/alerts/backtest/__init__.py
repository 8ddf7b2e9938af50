"""Monitors tried on a profile with windows: when they would have fired."""
