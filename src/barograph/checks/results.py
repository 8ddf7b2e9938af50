"""The verdicts of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from barograph.charts.numbers import number
from barograph.checks.check import SEVERITIES, STATUSES, Severity, Status
from barograph.checks.result import CheckResult
from barograph.checks.sentence import figure_text
from barograph.metrics.values import Value

_ORDER: Final[dict[Status, int]] = {"fail": 0, "unknown": 1, "pass": 2}
_MOST_SHOWN: Final = 30
_HEAD: Final = ("", "severity", "check", "value", "limit")


@dataclass(frozen=True, slots=True)
class CheckResults:
    """The verdicts on all checks of a run; true where it passed.

    Attributes
    ----------
    results : one for each metric, in the order of the checks.
    fail_on : the mildest severity whose checks fail the run.

    Examples
    --------
    >>> CheckResults(()).passed, CheckResults(()).exit_code
    (True, 0)
    """

    results: tuple[CheckResult, ...]
    fail_on: Severity = "warning"

    def __iter__(self) -> Iterator[CheckResult]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __bool__(self) -> bool:
        # Without it `assert report.check(…)` would hold for every run that has a result.
        return self.passed

    def __getitem__(self, index: int) -> CheckResult:
        return self.results[index]

    @property
    def passed(self) -> bool:
        """Whether every check that counts passed; an unknown one has not."""
        return not any(self.fails_run(r) for r in self.results)

    @property
    def exit_code(self) -> int:
        """0 where the run passed, else 1."""
        return 0 if self.passed else 1

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The results that are `fail`."""
        return tuple(r for r in self.results if r.status == "fail")

    @property
    def unknown(self) -> tuple[CheckResult, ...]:
        """The results that are `unknown`."""
        return tuple(r for r in self.results if r.status == "unknown")

    @property
    def summary(self) -> str:
        """The run in one sentence."""
        counts = Counter(r.status for r in self.results)
        told = {"fail": "failed", "unknown": "unknown", "pass": "passed"}
        parts = [f"{counts[s]:,} {told[s]}" for s in _ORDER if counts[s]]
        beside = "" if self.passed else "; the run failed"
        return f"{', '.join(parts) or 'nothing was checked'}{beside}."

    def fails_run(self, result: CheckResult) -> bool:
        """Whether a result is one that the run fails by."""
        severe = SEVERITIES.index(result.check.severity) >= SEVERITIES.index(self.fail_on)
        return severe and result.status != "pass"

    @property
    def ranked(self) -> tuple[CheckResult, ...]:
        """Failures first, then what is unknown, the most severe first."""
        return tuple(
            sorted(self.results, key=lambda r: (_ORDER[r.status], -SEVERITIES.index(r.check.severity)))
        )

    @property
    def shown(self) -> tuple[CheckResult, ...]:
        """The ranked results; of more than 30 only those that did not pass."""
        if len(self.results) <= _MOST_SHOWN:
            return self.ranked
        return tuple(r for r in self.ranked if r.status != "pass")

    def to_dict(self) -> dict[str, Any]:
        """The verdicts as plain values; all numbers are finite."""
        return {
            "passed": self.passed,
            "exit_code": self.exit_code,
            "fail_on": self.fail_on,
            "summary": self.summary,
            "counts": {status: sum(r.status == status for r in self.results) for status in STATUSES},
            "checks": [_plain(r) for r in self.results],
        }

    def to_junit(self) -> str:
        """The verdicts as JUnit XML, which CI systems show."""
        from barograph.checks.junit import junit

        return junit(self)

    def __repr__(self) -> str:
        """The run in one sentence; printing it and a notebook show the table."""
        return f"<CheckResults {self.summary}>"

    def __str__(self) -> str:
        rows = [_HEAD, *map(cells, self.shown)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
        told = [f"{r.status}: {r.sentence}" for r in self.ranked if r.status != "pass"]
        table = ["", *lines] if self.shown else []
        return "\n".join([self.summary, *table, *(["", *told] if told else [])])

    def _repr_html_(self) -> str:
        def row(texts: tuple[str, ...], tag: str, title: str = "") -> str:
            inside = "".join(f"<{tag} style='text-align:left'>{escape(t)}</{tag}>" for t in texts)
            return f"<tr title='{escape(title, quote=True)}'>{inside}</tr>"

        body = "".join(row(cells(r), "td", r.sentence) for r in self.ranked)
        return (
            f"<p>{escape(self.summary)}</p>"
            f"<table><thead>{row(_HEAD, 'th')}</thead><tbody>{body}</tbody></table>"
        )


def cells(result: CheckResult) -> tuple[str, ...]:
    """What a table shows of a result: status, severity, check, value, limit."""
    status = {"pass": "✓ pass", "fail": "✗ fail", "unknown": "? unknown"}[result.status]
    named = f"{result.check.name}: {result.condition}" if result.check.name else result.condition
    figure = figure_text(result.current, result.limits)
    return status, result.check.severity, named, figure, limits_of(result)


def limits_of(result: CheckResult) -> str:
    """The limits of a result as text: ``≤ 12.6``, ``≥ 0.8``, ``3.7…4.5``."""
    lower, upper = result.limits
    parsed = result.check.parsed
    if lower is not None and upper is not None:
        return number(lower) if lower == upper else f"{number(lower)}…{number(upper)}"
    if upper is not None:
        return f"{'<' if parsed.upper and parsed.upper.strict else '≤'} {number(upper)}"
    return (
        f"{'>' if parsed.lower and parsed.lower.strict else '≥'} {number(lower)}"
        if lower is not None
        else "–"
    )


def _plain(result: CheckResult) -> dict[str, Any]:
    undefined, (lower, upper) = result.undefined, result.limits
    return {
        "check": result.check.condition,
        "condition": result.condition,
        "address": str(result.address),
        "name": result.check.name,
        "status": result.status,
        "severity": result.check.severity,
        "value": result.value,
        "n": result.n,
        "interval": None if result.interval is None else list(result.interval),
        "reference": result.reference.value if isinstance(result.reference, Value) else None,
        "lower": lower,
        "upper": upper,
        "note": result.note,
        "undefined": None if undefined is None else {"reason": undefined.reason, "detail": undefined.detail},
        "sentence": result.sentence,
        "reason": result.check.reason,
    }
