"""popmon's stability metrics and report on the benchmark's rows; runs inside popmon's own environment."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import popmon

import stopwatch

WINDOWS = 20
START = pd.Timestamp("2024-01-01")


def _load(folder: Path, side: str) -> pd.DataFrame:
    frame = pd.read_parquet(folder / f"{side}.parquet")
    frame["ts"] = START + pd.to_timedelta(pd.RangeIndex(len(frame)) * WINDOWS // len(frame), unit="h")
    return frame


def _metrics(folder: Path) -> stopwatch.Work:
    reference, current = _load(folder, "reference"), _load(folder, "current")

    def work() -> object:
        # popmon 1.4.12 takes rows as the reference of a report, but only histograms as that of metrics.
        known = popmon.make_histograms(reference, time_axis="ts", time_width="1h")
        return popmon.df_stability_metrics(
            current, reference=known, reference_type="external", time_axis="ts"
        )

    return work


def _report(folder: Path) -> stopwatch.Work:
    reference, current = _load(folder, "reference"), _load(folder, "current")

    def work() -> object:
        return popmon.df_stability_report(
            current, reference=reference, reference_type="external", time_axis="ts", time_width="1h"
        ).to_html()

    return work


JOBS: stopwatch.Jobs = {"metrics": _metrics, "report": _report}

if __name__ == "__main__":
    stopwatch.main(JOBS, packages=("popmon", "pandas", "numpy", "scipy"))
