"""A comparison as the view that pages are rendered from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from barograph import __version__
from barograph.charts.bars import Bars
from barograph.charts.overlay import Overlay
from barograph.metrics.drift.columns import ColumnDrift
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import column_view
from barograph.profile.measures import DEFAULT_THRESHOLD
from barograph.profile.value import Profile
from barograph.report.comparison import HEADLINES, Comparison, Pair
from barograph.report.figures import distribution, metric_over_time, outcome_figures, over_time
from barograph.report.sentences import column_sentence, column_state, state_of, verdict_points
from barograph.report.view import (
    ChangeRow,
    ColumnView,
    CorrelationRow,
    Distance,
    Fact,
    Figure,
    Missing,
    NotProfiled,
    PerformanceRow,
    QualityRow,
    ReportView,
    SegmentRow,
    State,
    Statistic,
)
from barograph.schema.model import Column

_DIRECTIONS: Final = {
    "lower_is_better": "lower is better",
    "higher_is_better": "higher is better",
    "zero_is_best": "0 is best",
}
_STATISTICS: Final = (
    ("mean", "mean"), ("standard_deviation", "standard deviation"), ("median", "median"), ("minimum", "smallest"),
    ("maximum", "largest"), ("distinct_count", "distinct values"), ("null_share", "share of nulls"),
    ("zero_share", "share of zeros"), ("beyond_range_share", "share beyond the reference's range"),
    ("top_share", "share of the most frequent value"),
)  # fmt: skip
_CORRELATIONS_SHOWN: Final = 15
#: A change of a correlation that is worth a mark.
_CORRELATION_MOVED: Final = 0.2
#: Columns told with pictures; a wider table keeps the rest in its tables.
_PICTURED: Final = 200
#: Statistics of a datetime column that are times themselves.
_TIMES: Final = frozenset({"minimum", "maximum"})
_IN_SAMPLE: Final = frozenset({"training", "in-sample"})


def page(comparison: Comparison) -> ReportView:
    """Fill the view of a whole report."""
    reference, current = comparison.reference, comparison.current
    ranked = ranking(comparison)
    pictured = set(ranked[:_PICTURED])
    sides = reference.total(), current.total()
    headlines = HEADLINES.get(reference.schema.task or "", ())
    return ReportView(
        title=current.name or "Report",
        subtitle=_subtitle(reference, current),
        verdict=verdict_points(comparison)[0],
        points=verdict_points(comparison)[1:],
        verdict_state=state_of(comparison),
        facts=_facts(reference, current),
        notes=_notes(comparison),
        changes=tuple(_change(comparison, n, sides, pictured) for n in ranked),
        changes_note=_changes_note(comparison),
        performance=tuple(_performance(p) for p in comparison.performance if _shown(p)),
        performance_note=_performance_note(comparison),
        performance_figures=(*_headline_series(comparison, headlines), *outcome_figures(reference, current)),
        quality=tuple(_quality(comparison, n) for n in comparison.quality),
        quality_note=_table_note(comparison),
        columns=tuple(
            _column(comparison, n, sides)
            for n in comparison.quality
            if n in pictured or n not in comparison.drift
        ),
        correlations=_correlations(comparison),
        segments=_segments(comparison),
        segment_metric=_segment_metric(comparison),
        undefined=tuple(
            Missing(address=a, reason=u.reason, detail=u.detail) for a, u in comparison.undefined
        ),
        not_profiled=tuple(NotProfiled(column=c, reason=r) for c, r in reference.schema.not_profiled.items()),
        footer=(
            f"Barograph {__version__}. Every figure is computed from the two profiles; no row is in this file.",
            f"Reference {reference.hash[:16]}, current {current.hash[:16]}, grid {reference.grid.hash[:16]}.",
        ),
    )


def ranking(comparison: Comparison) -> list[str]:
    """Columns in the order to look at them: detected first, then by how far they moved beyond noise."""

    def weight(name: str) -> tuple[bool, bool, float, float]:
        v = comparison.drift[name].verdict
        return (not v.detected, not v.significant, -v.effect, v.q_value)

    return sorted(comparison.drift, key=weight)


def _subtitle(reference: Profile, current: Profile) -> str:
    against = f"against {_side(reference)}"
    return against if current.name else f"{_side(current)} {against}"


def _side(profile: Profile) -> str:
    return profile.name or profile.origin


def _facts(reference: Profile, current: Profile) -> tuple[Fact, ...]:
    facts = [
        Fact(name="rows", reference=f"{reference.rows:,}", current=f"{current.rows:,}"),
        Fact(name="origin", reference=reference.origin, current=current.origin),
    ]
    if reference.windows or current.windows:
        facts.append(Fact(name="period", reference=_period(reference), current=_period(current)))
    facts.append(
        Fact(name="columns", reference=f"{len(reference.columns):,}", current=f"{len(current.columns):,}")
    )
    return tuple(facts)


def _period(profile: Profile) -> str | None:
    if not profile.windows:
        return None
    first, last = (
        datetime.fromtimestamp(w / 1e6, UTC).date().isoformat()
        for w in (profile.windows[0], profile.windows[-1])
    )
    return f"{first} to {last} ({len(profile.windows)} × {profile.grid.every})"


def _notes(comparison: Comparison) -> tuple[str, ...]:
    notes = []
    if comparison.reference.origin in _IN_SAMPLE and any(
        isinstance(p.reference, Value) for p in comparison.performance
    ):
        notes.append(
            "The reference's performance is in-sample: measured on rows the model was trained on, it flatters. "
            "Compare with a hold-out or out-of-bag reference to see what changed."
        )
    notes += [f"Column {name!r} is missing from the current rows." for name in comparison.current.missing]
    for side, profile in (("reference", comparison.reference), ("current", comparison.current)):
        if profile.extra:
            more = f" and {len(profile.extra) - 8} more" if len(profile.extra) > 8 else ""
            notes.append(f"Not in the schema, so left out ({side}): {', '.join(profile.extra[:8])}{more}.")
    if not comparison.current.rows:
        notes.append("The current rows are empty.")
    return tuple(notes)


def _changes_note(comparison: Comparison) -> str:
    if not comparison.drift:
        return "No column could be compared."
    by_windows = any(d.verdict.basis == "windows" for d in comparison.drift.values())
    against = (
        "what the reference's own windows differ from each other"
        if by_windows
        else "independent draws of as many rows"
    )
    return f"Judged against {against}; false discovery rate 3 % over {len(comparison.drift)} columns."


def _change(
    comparison: Comparison, name: str, sides: tuple[Profile, Profile], pictured: set[str]
) -> ChangeRow:
    drift = comparison.drift[name]
    v = drift.verdict
    picture = _picture(name, sides) if name in pictured else None
    return ChangeRow(
        column=name,
        kind=_kind(comparison, name),
        effect=Value(value=v.effect, n=round(v.n[1]), interval=v.effect_interval),
        size=v.size,
        q_value=v.q_value,
        n_reference=round(v.n[0]),
        n_current=round(v.n[1]),
        state=column_state(drift),
        sentence=column_sentence(drift, comparison.quality[name]),
        picture=picture,
    )


def _picture(name: str, sides: tuple[Profile, Profile]) -> Overlay | Bars | None:
    views = [column_view(s, name) for s in sides]
    if isinstance(views[0], Undefined) or isinstance(views[1], Undefined):
        return None
    return distribution(views[0], views[1])


def _kind(comparison: Comparison, name: str) -> str:
    column = comparison.reference.schema.column(name)
    return column.kind if column.role == "feature" else f"{column.role}, {column.kind}"


def _shown(pair: Pair) -> bool:
    return isinstance(pair.reference, Value) or isinstance(pair.current, Value)


def _performance(pair: Pair) -> PerformanceRow:
    change = pair.change
    verdict = "unknown" if change is None else change.verdict
    states: dict[str, State] = {
        "better": "better",
        "worse": "worse",
        "changed": "changed",
        "unknown": "unknown",
    }
    _, _, arguments = pair.address.partition("(")
    title = pair.spec.title + (f" ({arguments.rstrip(')')})" if arguments else "")
    return PerformanceRow(
        address=pair.address,
        title=title,
        direction=_DIRECTIONS.get(pair.spec.direction, ""),
        unit=_unit(pair.spec.unit),
        reference=pair.reference,
        current=pair.current,
        change=None if change is None else Value(value=change.value, n=0, interval=change.interval),
        state=states.get(verdict, "ok"),
        verdict=verdict,
    )


def _unit(unit: str) -> str:
    """A unit worth printing: that of the label, and a plain share, speak for themselves."""
    return "" if unit.startswith("label") or unit == "share of rows" else unit


def _performance_note(comparison: Comparison) -> str:
    current = comparison.current
    if current.schema.task is None:
        return "No task: the schema names neither a label nor a prediction, so performance is not judged."
    if not comparison.performance:
        return "No label column: performance is not judged. Inputs and predictions are."
    outcome = None if current.outcome is None else current.total().outcome
    if outcome is None or not int(outcome.labelled.sum()):
        return "No labels have come for the current rows yet."
    labelled, judged = int(outcome.labelled[0]), int(outcome.judged[0])
    said = f"On {labelled:,} labelled of {current.rows:,} current rows ({100 * labelled / max(current.rows, 1):.0f} %)."
    if judged < labelled:
        said += f" {labelled - judged:,} of these have no prediction and are left out."
    if current.schema.task == "binary" and current.schema.one("prediction") is None:
        threshold = DEFAULT_THRESHOLD if current.schema.threshold is None else current.schema.threshold
        said += f" There is no prediction column: the decision is score ≥ {threshold:g}."
    return said


def _headline_series(comparison: Comparison, headlines: tuple[str, ...]) -> tuple[Figure, ...]:
    units = {p.address: p.spec for p in comparison.performance}
    figures = []
    for address in headlines[:2]:
        if address not in units:
            continue
        windows = [
            (w.start, w.rows, w.performance[address], w.side == "current")
            for w in comparison.windows
            if address in w.performance
        ]
        spec = units[address]
        series = metric_over_time(spec.title, _unit(spec.unit), windows, comparison.current)
        if series is not None:
            figures.append(Figure(title=f"{spec.title} over time", chart=series))
    return tuple(figures)


def _quality(comparison: Comparison, name: str) -> QualityRow:
    q = comparison.quality[name]
    nulls, new = _two(q, "null_share"), _two(q, "unseen_share")
    missing = name in comparison.current.missing
    notable = "missing from the current rows" if missing else _notable(q)
    is_time = comparison.reference.schema.column(name).kind == "datetime"
    return QualityRow(
        column=name,
        state="unknown" if missing else ("changed" if notable else "ok"),
        null_share=nulls,
        new_share=new if new != (None, None) else _two(q, "beyond_range_share"),
        out_of_range_share=_two(q, "out_of_range_share"),
        distinct=_two(q, "distinct_count"),
        low=(None, None) if is_time else _two(q, "minimum"),
        high=(None, None) if is_time else _two(q, "maximum"),
        notable=notable,
    )


def _notable(quality: Mapping[str, tuple[Result, Result]]) -> str:
    said = []
    for metric, words, least in (
        ("null_share", "nulls", 0.01), ("unseen_share", "values never seen in the reference", 0.0),
        ("beyond_range_share", "values beyond the reference's range", 0.01),
        ("mismatch_share", "values of another type", 0.0), ("nan_share", "NaN", 0.0),
        ("infinite_share", "infinities", 0.0), ("out_of_range_share", "values outside the declared range", 0.0),
    ):  # fmt: skip
        before, now = _two(quality, metric)
        if now is not None and now - (before or 0.0) > least:
            said.append(f"{100 * (before or 0.0):.3g} → {100 * now:.3g} % {words}")
    return "; ".join(said)


def _two(quality: Mapping[str, tuple[Result, Result]], metric: str) -> tuple[float | None, float | None]:
    pair = quality.get(metric)
    if pair is None:
        return (None, None)
    return (_number(pair[0]), _number(pair[1]))


def _number(result: Result) -> float | None:
    return result.value if isinstance(result, Value) else None


def _table_note(comparison: Comparison) -> str:
    duplicates = comparison.table.get("duplicate_share")
    if duplicates is None or not all(isinstance(d, Value) for d in duplicates):
        return ""
    before, now = (_number(d) for d in duplicates)
    return f"Duplicate rows: {100 * (before or 0):.2g} % → {100 * (now or 0):.2g} %."


def _column(comparison: Comparison, name: str, sides: tuple[Profile, Profile]) -> ColumnView:
    quality, drift = comparison.quality[name], comparison.drift.get(name)
    column = comparison.reference.schema.column(name)
    figures = []
    picture = _picture(name, sides)
    if picture is not None:
        figures.append(Figure(title="Distribution", chart=picture))
        series = over_time(comparison.reference, comparison.current, name)
        figures += [] if series is None else [series]
    distances = () if drift is None else _distances(comparison, name, drift)
    about = ", ".join(
        p for p in (column.role, column.unit or "", column.description or "", column.reason) if p
    )
    return ColumnView(
        name=name,
        kind=column.kind,
        state="unknown"
        if drift is None and column.role != "timestamp"
        else ("ok" if drift is None else column_state(drift)),
        sentence="Not compared." if drift is None else column_sentence(drift, quality),
        about=about,
        figures=tuple(figures),
        statistics=tuple(
            Statistic(
                name=title, reference=_told(quality, m, column)[0], current=_told(quality, m, column)[1]
            )
            for m, title in _STATISTICS
            if _two(quality, m) != (None, None) and (m != "top_share" or column.kind == "categorical")
        ),
        distances=distances,
    )


def _told(
    quality: Mapping[str, tuple[Result, Result]], metric: str, column: Column
) -> tuple[float | str | None, float | str | None]:
    """Both sides of a statistic; times as people read them."""
    before, now = _two(quality, metric)
    if column.kind != "datetime" or metric not in _TIMES:
        return before, now
    return _time(before), _time(now)


def _time(micros: float | None) -> str | None:
    return None if micros is None else datetime.fromtimestamp(micros / 1e6, UTC).isoformat(" ", "minutes")


def _distances(comparison: Comparison, name: str, drift: ColumnDrift) -> tuple[Distance, ...]:
    v = drift.verdict
    n = round(v.n[1])
    head = Distance(
        name="effect",
        result=Value(value=v.effect, n=n, interval=v.effect_interval),
        definition="share of rows that moved, less chance",
    )
    p_value = Distance(
        name="q-value",
        result=Value(value=v.q_value, n=n),
        definition=f"p = {v.p_value:.2g}, against {v.basis}",
    )
    rest = tuple(
        Distance(name=m, result=Value(value=x, n=n)) for m, x in comparison.statistics.get(name, {}).items()
    )
    return (head, p_value, *rest)


def _correlations(comparison: Comparison) -> tuple[CorrelationRow, ...]:
    def moved(a: Result | None, b: Result) -> float:
        return abs(a.value - b.value) if isinstance(a, Value) and isinstance(b, Value) else 0.0

    answers = {
        c.name for c in comparison.reference.schema.columns if c.role in ("label", "prediction", "score")
    }
    held = [a for a in comparison.correlations if a.right in answers and a.method != "pearson"]
    held.sort(key=lambda a: -moved(a.reference, a.current))
    return tuple(
        CorrelationRow(
            column=a.left, other=a.right, method=a.method.replace("_", " "), reference=a.reference, current=a.current,
            state="changed" if moved(a.reference, a.current) >= _CORRELATION_MOVED else "ok",
        )
        for a in held[:_CORRELATIONS_SHOWN]
    )  # fmt: skip


def _segment_metric(comparison: Comparison) -> str:
    first = next((s.performance[0] for s in comparison.segments if s.performance), None)
    return "" if first is None else first.spec.title


def _segments(comparison: Comparison) -> tuple[SegmentRow, ...]:
    rows = []
    for s in comparison.segments:
        pair = s.performance[0] if s.performance else None
        worse = pair is not None and pair.change is not None and pair.change.verdict == "worse"
        tested = len(comparison.drift)
        rows.append(
            SegmentRow(
                name=s.name,
                n_reference=s.rows[0] or None,
                n_current=s.rows[1],
                reference=None if pair is None else pair.reference,
                current=None if pair is None else pair.current,
                moved="" if s.drift_share is None else f"{len(s.detected)} of {tested} columns",
                state="worse" if worse else ("changed" if s.detected else "ok"),
            )
        )
    return tuple(rows)
