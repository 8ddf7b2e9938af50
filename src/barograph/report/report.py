"""The report: one comparison, shown in a notebook, saved as a file, read as values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barograph.errors import DataError, GridMismatch
from barograph.metrics.values import Result, Value
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison, compare_cells, quality_address
from barograph.report.dated import dated_of
from barograph.report.document import document
from barograph.report.html import render_fragment, render_page
from barograph.report.languages import known_language
from barograph.report.page import page
from barograph.report.pair import Pair
from barograph.report.sentences import verdict_sentence
from barograph.report.why import Grounds, Why, why_of

if TYPE_CHECKING:
    import polars as pl

    from barograph.checks.check import Check, Severity
    from barograph.checks.collection import Checks
    from barograph.checks.results import CheckResults
    from barograph.explain.since.dated import DatedChange
    from barograph.report.explained import Explained


# Without slots, so that what takes longest, dates and the explanation, is worked out once and only when it is shown.
@dataclass(frozen=True)
class Report:
    """A comparison of two profiles, ready to be shown.

    Attributes
    ----------
    comparison : all figures as values.
    grounds : what the change is explained with; None where it is not to be explained.
    language : what its page is written in; values and JSON are English.
    """

    comparison: Comparison
    grounds: Grounds | None = None
    language: str = "en"

    def __repr__(self) -> str:
        """The verdict; `save` and a notebook show the whole."""
        return f"<Report {self.verdict}>"

    @property
    def verdict(self) -> str:
        """The verdict in one sentence."""
        return verdict_sentence(self.comparison, self._dated)

    @cached_property
    def _dated(self) -> tuple[DatedChange, ...]:
        return dated_of(self.comparison)

    @property
    def explanation(self) -> Explained | None:
        """Why the task's metric changed; None where no change is shown, or none can be explained."""
        return None if self._why is None else self._why.explanation

    @cached_property
    def _why(self) -> Why | None:
        return None if self.grounds is None else why_of(self.comparison, self.grounds)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values; see docs/reference/report.schema.json. All numbers are finite."""
        return document(self.comparison, self.explanation, self._dated)

    def to_json(self) -> str:
        """The report as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_frame(self) -> pl.DataFrame:
        """One row per figure: address, side, value, n, lower and upper end of its interval."""
        import polars as pl

        rows = [
            *_drift_rows(self.comparison),
            *_quality_rows(self.comparison),
            *_pair_rows(self.comparison.performance),
            *_pair_rows((*self.comparison.custom.metrics, *self.comparison.custom.rules)),
        ]
        types = {
            "address": pl.String, "side": pl.String, "value": pl.Float64, "n": pl.Int64, "lower": pl.Float64,
            "upper": pl.Float64, "undefined": pl.String,
        }  # fmt: skip
        return pl.DataFrame(rows, schema=types, orient="row")

    def check(self, *checks: str | Check | Checks, fail_on: Severity = "warning") -> CheckResults:
        """Judge conditions such as ``"performance.mae <= 1.1 * reference"``; see `run_checks`."""
        from barograph.checks.run import run_checks

        return run_checks(self.comparison.reference, self.comparison.current, checks, fail_on=fail_on)

    def to_html(self) -> str:
        """One self-contained page that opens offline."""
        return render_page(page(self.comparison, self._why, self._dated), self.language)

    def save(self, path: str | Path) -> Path:
        """Write the report as ``.html`` or ``.json``; the ending of the name decides."""
        path = Path(path)
        if path.suffix.lower() in (".html", ".htm"):
            text = self.to_html()
        elif path.suffix.lower() == ".json":
            text = self.to_json()
        else:
            raise DataError(
                f"cannot save a report as {path.name!r}: name a file that ends in .html or .json."
            )
        path.write_text(text, encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        return render_fragment(page(self.comparison, self._why, self._dated), self.language)


_Row = tuple[str, str, float | None, int | None, float | None, float | None, str | None]


def compare_profiles(
    reference: Profile, current: Profile, *, grounds: Grounds | None = None, language: str = "en"
) -> Report:
    """Compare two profiles on one grid; see `barograph.compare`."""
    held_out = None if grounds is None else grounds.held_out
    if held_out is not None and held_out.grid.hash != reference.grid.hash:
        raise GridMismatch(
            f"held_out is on another grid ({held_out.grid.hash[:12]}) than the reference ({reference.grid.hash[:12]}). "
            "Profile the held-out rows with like=reference."
        )
    return Report(compare_cells(reference, current), grounds, known_language(language))


def _row(address: str, side: str, result: Result) -> _Row:
    if not isinstance(result, Value):
        return (address, side, None, None, None, None, result.reason)
    low, high = result.interval or (None, None)
    return (address, side, result.value, result.n, low, high, None)


def _drift_rows(comparison: Comparison) -> list[_Row]:
    rows = []
    for name, drift in comparison.drift.items():
        v, n = drift.verdict, round(drift.verdict.n[1])
        where = f"(column={json.dumps(name, ensure_ascii=False)})"
        effect = Value(value=v.effect, n=n, interval=v.effect_interval)
        rows.append(_row(f"drift.effect{where}", "current", effect))
        rows.append(_row(f"drift.p_value{where}", "current", Value(value=v.p_value, n=n)))
        for statistic, value in comparison.statistics.get(name, {}).items():
            rows.append(_row(f"drift.{statistic}{where}", "current", Value(value=value, n=n)))
    return rows


def _quality_rows(comparison: Comparison) -> list[_Row]:
    rows = []
    for name, metrics in comparison.quality.items():
        for metric, pair in metrics.items():
            address = quality_address(metric, name)
            rows += [_row(address, side, r) for side, r in zip(("reference", "current"), pair, strict=True)]
    return rows


def _pair_rows(pairs: Iterable[Pair]) -> list[_Row]:
    rows = []
    for pair in pairs:
        rows += [_row(pair.address, "reference", pair.reference), _row(pair.address, "current", pair.current)]
        if pair.change is not None:
            difference = Value(value=pair.change.value, n=0, interval=pair.change.interval)
            rows.append(_row(pair.address, "change", difference))
    return rows
