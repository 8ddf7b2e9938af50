"""Readings, heartbeats, environments, events and lineage as they come over HTTP."""
