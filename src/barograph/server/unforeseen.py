"""What nobody foresaw, as it is caught where one job's failure must not end the others."""

from __future__ import annotations

from typing import Final

import polars as pl

#: A panic of Polars is no `Exception`; what ends a process (exit, interrupt) is in neither.
UNFORESEEN: Final = (Exception, pl.exceptions.PanicException)
