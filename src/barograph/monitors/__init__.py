"""Monitors: what is watched, and the verdict on one window."""
