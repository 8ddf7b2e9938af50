"""The worker: what was acknowledged becomes profiles, and rows move from the log to the lake."""

from barograph.server.worker.worker import Worker

__all__ = ["Worker"]
