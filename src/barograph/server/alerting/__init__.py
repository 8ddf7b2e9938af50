"""Monitors at work: figures of windows that are due are judged, become alerts and incidents, and what is to be told."""
