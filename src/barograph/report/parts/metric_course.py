"""One metric of the task over windows."""

from __future__ import annotations

from barograph.charts.numbers import number
from barograph.charts.series import Series
from barograph.locale.said import word
from barograph.report.comparison import Comparison
from barograph.report.parts.course import course_reading, metric_over_time
from barograph.report.parts.performance import scaled, shown_in


def metric_course(comparison: Comparison, address: str) -> tuple[Series, str] | None:
    """One metric over windows, and a sentence on how often it left the band; None without windows."""
    spec = next((p.spec for p in comparison.performance if p.address == address), None)
    if spec is None:
        return None
    scale, unit = shown_in(spec)
    windows = [
        (w.start, w.rows, scaled(w.performance[address], scale), w.side == "current")
        for w in comparison.windows
        if address in w.performance
    ]
    series = metric_over_time(word(spec.title), unit, windows, comparison.current)
    if series is None:
        return None

    def write(x: float) -> str:
        return f"{number(x)} {unit}" if unit else number(x)

    return series, course_reading(series, write)
