"""Views of reports made of synthetic counts: a binary model in full, and the same with hostile names."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from barograph.charts.bars import Bars
from barograph.charts.calibration import Calibration, CalibrationPoint
from barograph.charts.confusion import Confusion
from barograph.charts.density import Density
from barograph.charts.overlay import Apart, Overlay
from barograph.charts.series import Series
from barograph.metrics.values import Undefined, Value
from barograph.report.figure import Figure
from barograph.report.rows import (
    BiasRow,
    BiasSide,
    ChangeRow,
    ColumnView,
    CorrelationRow,
    Distance,
    Missing,
    NotProfiled,
    PerformanceRow,
    QualityRow,
    SegmentRow,
    Statistic,
)
from barograph.report.view import Fact, ReportView, Section

HOSTILE = (
    "<script>alert('x')</script>",
    '"><img src=x onerror=alert(1)>',
    "🦜 parrots {{ 7*7 }} {% raw %}",
    "ثمن\u202eevil\u202c مرحبا بالعالم",
    "a" * 300,
    "tab\tnewline\nnull\x00bell\x07 lone \ud800",
    "",
)


def overlay(name: str, seed: int, *, shift: float = 0.3, n: int = 5000) -> Overlay:
    rng = np.random.default_rng(seed)
    edges = np.quantile(rng.normal(size=n), np.linspace(0, 1, 257))
    edges[0], edges[-1] = -6, 6
    reference = np.histogram(rng.normal(size=n), edges)[0]
    current = np.histogram(rng.normal(shift, 1, size=n), edges)[0]
    return Overlay(
        name=name,
        lower=tuple(edges[:-1].tolist()),
        upper=tuple(edges[1:].tolist()),
        reference=tuple(reference.tolist()),
        current=tuple(current.tolist()),
        apart=(Apart(name="null", reference=0.02 * n, current=0.31 * n),),
        unit="€",
    )


def bars(name: str, seed: int, *, k: int = 40) -> Bars:
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, k + 1)
    moved = weights * rng.uniform(0.7, 1.4, size=k)
    return Bars(
        name=name,
        categories=tuple(f"category {i}" for i in range(k)),
        reference=tuple(rng.multinomial(5000, weights / weights.sum()).tolist()),
        current=tuple(rng.multinomial(5000, moved / moved.sum()).tolist()),
        apart=(
            Apart(name="null", reference=12, current=40),
            Apart(name="new values", reference=0, current=300),
        ),
    )


def series(name: str, seed: int, *, windows: int = 60) -> Series:
    rng = np.random.default_rng(seed)
    values = rng.normal(10, 0.6, size=windows) + np.maximum(np.arange(windows) - 45, 0) * 0.2
    return Series(
        name=name,
        labels=tuple(f"{1 + i % 30:02d} Jan" for i in range(windows)),
        positions=tuple(i if i < 20 else i + 3 for i in range(windows)),
        values=tuple(None if i == 33 else float(v) for i, v in enumerate(values)),
        rows=tuple(int(n) for n in rng.poisson(240, size=windows)),
        current=tuple(i >= windows // 2 for i in range(windows)),
        intervals=tuple((float(v) - 0.5, float(v) + 0.5) for v in values),
        band=(8.8, 11.2),
        corridor=(9.4, 10.6),
        centre=10.0,
    )


def density(seed: int, *, cells: int = 24) -> Density:
    rng = np.random.default_rng(seed)
    grids = []
    for slope in (1.0, 0.6):
        x = rng.normal(size=1000)
        counts = np.histogram2d(x, slope * x + rng.normal(0, 0.5, 1000), [np.linspace(-3, 3, cells + 1)] * 2)[
            0
        ]
        grids.append(tuple(tuple(column) for column in counts.tolist()))
    return Density(
        x_name="feature",
        y_name="label",
        x_range=(-3, 3),
        y_range=(-3, 3),
        reference=grids[0],
        current=grids[1],
    )


def column(name: str, seed: int) -> ColumnView:
    categorical = seed % 3 == 2
    return ColumnView(
        name=name,
        kind="categorical" if categorical else "numeric",
        state="changed" if seed < 5 else "ok",
        sentence="nulls rose: 2 % → 31 %" if seed < 5 else "no change",
        figures=(
            Figure(title="Distribution", chart=bars(name, seed) if categorical else overlay(name, seed)),
            Figure(title="Over time", chart=series(f"mean of {name}", seed)),
        ),
        statistics=tuple(
            Statistic(name=s, reference=1.25 * i + seed, current=1.31 * i + seed)
            for i, s in enumerate(("mean", "standard deviation", "smallest", "median", "largest", "distinct"))
        ),
        distances=tuple(
            Distance(
                name=d, result=Value(value=0.1234, n=5000, interval=(0.1, 0.15)), definition="one line on it"
            )
            for d in ("Total variation", "PSI", "Jensen–Shannon", "Hellinger", "KS", "Wasserstein")
        ),
    )


def change(name: str, seed: int) -> ChangeRow:
    return ChangeRow(
        column=name,
        kind="categorical" if seed % 3 == 2 else "numeric",
        effect=Value(value=0.31 / (1 + seed), n=5000, interval=(0.28 / (1 + seed), 0.34 / (1 + seed))),
        size="large" if seed < 2 else "small",
        q_value=1e-9 if seed < 5 else 0.4,
        n_reference=5000,
        n_current=4800,
        state="changed" if seed < 5 else "ok",
        sentence="nulls rose: 2 % → 31 %" if seed < 5 else "no change",
        picture=bars(name, seed) if seed % 3 == 2 else overlay(name, seed),
        course=None if seed % 3 == 2 else series(f"mean of {name}", seed),
    )


def bias(name: str, seed: int) -> BiasRow:
    side = BiasSide(groups=(0.35, name, None), apart=Value(value=0.607, n=18, interval=(0.37, 0.85)))
    return BiasRow(
        feature=name, kind="numeric", reference=None if seed == 1 else side, current=side,
        figures=(Figure(title=name, chart=density(seed)),) if seed == 0 else (),
    )  # fmt: skip


def calibration() -> Calibration:
    points = [
        CalibrationPoint(
            score=s, observed=s**1.3, n=int(900 - 700 * s), interval=(s**1.3 - 0.04, s**1.3 + 0.04)
        )
        for s in (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
    ]
    straight = [dataclasses.replace(p, observed=p.score, interval=None) for p in points]
    return Calibration(name="p_yes", reference=tuple(straight), current=tuple(points))


def confusion(side: str, counts: tuple[tuple[int, ...], ...]) -> Confusion:
    return Confusion(side=side, classes=("no", "yes"), counts=counts)


def full(names: tuple[str, ...]) -> ReportView:
    """A report with every part, one column a name."""
    return ReportView(
        title="credit risk v7",
        subtitle="June 2026 against training",
        verdict=f"{min(len(names), 5)} of {len(names)} columns changed, and the model finds fewer defaults.",
        verdict_state="worse",
        points=("Recall 0.81 (0.78–0.84) → 0.70 (0.66–0.74).",),
        facts=(Fact(name="Rows", reference="5,000", current="4,800"),),
        notes=("The reference is in-sample: its errors flatter.",),
        changes=tuple(change(n, i) for i, n in enumerate(names)),
        changes_note="Tested at a false discovery rate of 3 %.",
        performance=(
            PerformanceRow(
                address='performance.recall(class="yes")',
                title="Recall of yes",
                direction="higher is better",
                unit="",
                reference=Value(value=0.81, n=800, interval=(0.78, 0.84)),
                current=Value(value=0.70, n=770, interval=(0.66, 0.74)),
                change=Value(value=-0.11, n=770, interval=(-0.16, -0.06)),
                state="worse",
                verdict="worse",
            ),
            PerformanceRow(
                address="performance.roc_auc",
                title="ROC AUC",
                direction="higher is better",
                unit="",
                reference=Value(value=0.9, n=800),
                current=Undefined(reason="no_scores", detail="no score column in current"),
                change=None,
                state="unknown",
                verdict="unknown",
            ),
        ),
        performance_figures=(
            Figure(title="Confusion", chart=confusion("reference", ((4000, 200), (150, 650)))),
            Figure(title="Confusion", chart=confusion("current", ((3800, 230), (230, 540)))),
            Figure(title="Calibration", chart=calibration()),
        ),
        performance_sections=(
            Section(
                title="The largest errors",
                reading="What tells them apart most is income, n = 18.",
                bias=tuple(bias(n, i) for i, n in enumerate(names)),
                note="Groups by the 5 % and 95 % quantile of the error.",
                is_open=True,
            ),
            Section(title="Errors over time", reading="Not drawn: the rows have no windows of time."),
        ),
        targets=(
            Section(
                title=names[0],
                reading="No change shown.",
                state="ok",
                figures=(Figure(title="Distribution", chart=overlay(names[0], 1)),),
                parts=(
                    Section(
                        title=names[-1], reading="r 0.1 → 0.2", figures=(Figure(title="x", chart=density(2)),)
                    ),
                ),
            ),
        ),
        quality=tuple(
            QualityRow(column=n, state="ok", null_share=(0.02, 0.31), notable="nulls" if i < 3 else "")
            for i, n in enumerate(names)
        ),
        columns=tuple(column(n, i) for i, n in enumerate(names)),
        correlations=(
            CorrelationRow(
                column="income",
                other="label",
                method="spearman",
                reference=Value(value=0.2, n=1000),
                current=Value(value=0.4, n=900),
            ),
        ),
        segments=(
            SegmentRow(
                name="country=DE",
                n_reference=900,
                n_current=800,
                reference=Value(value=0.8, n=100),
                current=Undefined(reason="too_few_rows", detail="12 labels, 30 needed"),
                moved="2 of 20 columns",
                state="unknown",
            ),
        ),
        segment_metric="Recall",
        undefined=(Missing(address="drift.ks", reason="not_applicable", detail="zip is categorical"),),
        not_profiled=(NotProfiled(column="photo", reason="binary values cannot be profiled"),),
        footer=("Barograph 0.1.0",),
    )


@pytest.fixture(scope="session")
def view() -> ReportView:
    return full(tuple(f"column_{i}" for i in range(20)))


@pytest.fixture(scope="session")
def hostile_view() -> ReportView:
    return full(HOSTILE)


@pytest.fixture
def make_view() -> Callable[[tuple[str, ...]], ReportView]:
    return full
