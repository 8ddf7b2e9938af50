"""Alertmanager is told what fires, again and again, for it forgets what it is not told."""
