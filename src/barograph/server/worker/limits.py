"""How much the worker takes on at a time, and when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When the worker does what.

    Attributes
    ----------
    chunk_rows : rows applied in one transaction.
    move_rows, move_seconds : rows of a model that wait in the log, and the age of the oldest, from which they move.
    lease_seconds : after which another worker may take a model over.
    rollup_days : age in days from which windows are kept by day.
    retention_days : days after which rows leave the lake unless the model says otherwise; None: never.
    audited_days : days counted again each night, of all models.
    retry_seconds : before a job that failed is tried again.
    """

    chunk_rows: int = 50_000
    move_rows: int = 50_000
    move_seconds: float = 900.0
    lease_seconds: float = 60.0
    rollup_days: int = 30
    retention_days: int | None = None
    audited_days: int = 20
    retry_seconds: float = 10.0
