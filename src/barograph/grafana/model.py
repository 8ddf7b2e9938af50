"""The dashboard of one model: its figures, what watches them, and by which limits."""

from __future__ import annotations

from typing import Final

from barograph.grafana.dashboard import Dashboard, Section, Variable
from barograph.grafana.panel import Panel, Query

_THIS: Final = 'project="$project",model="$model",version=~"$version",segment=~"$segment"'
#: Metrics between 0 and 1, of which more is better.
_SHARES: Final = "accuracy|recall|precision|f1|roc_auc|subset_accuracy|ndcg|map|mrr"
_ERRORS: Final = "mae|rmse|me"
_LEGEND: Final = "{{metric}} {{version}} {{segment}}"


def _figures(title: str, says: str, metrics: str, unit: str = "none") -> Panel:
    query = Query(expression=f'barograph_metric{{metric=~"{metrics}",{_THIS}}}', legend=_LEGEND)
    return Panel(title=title, says=says, queries=(query,), unit=unit)


_PERFORMANCE: Final = Section(
    title="Performance",
    panels=(
        _figures("Decisions", "How often is it right?", f"performance.({_SHARES})", "percentunit"),
        _figures("Errors", "How far off is it, in the label's unit?", f"performance.({_ERRORS})"),
        _figures(
            "Scores", "Are its scores what they say?", "performance.(log_loss|calibration_error|mape|r2|hamming_loss)"
        ),
        Panel(
            title="Rows behind each figure", says="How much does a figure rest on?",
            queries=(Query(expression=f"barograph_metric_rows{{{_THIS}}}", legend=_LEGEND),),
        ),
    ),
)  # fmt: skip

_INPUTS: Final = Section(
    title="Inputs",
    panels=(
        _figures("Inputs that drifted", "What share of inputs is not what it was?", "drift.share", "percentunit"),
        Panel(
            title="Age of the figures", says="How long ago did the latest complete window end?",
            queries=(
                Query(
                    expression=f"time() - barograph_metric_window_end_timestamp_seconds{{{_THIS}}}", legend=_LEGEND
                ),
            ),
            unit="s",
        ),
    ),
)  # fmt: skip

_WATCHED: Final = Section(
    title="What is watched",
    panels=(
        Panel(
            title="Values and limits", says="What did the monitors see, and where is their limit?",
            queries=(
                Query(
                    expression=f'barograph_monitor_value{{{_THIS},monitor=~"$monitor"}}',
                    legend="{{monitor}} {{segment}}",
                ),
                Query(
                    expression=f'barograph_monitor_limit{{{_THIS},monitor=~"$monitor"}}',
                    legend="{{monitor}} {{segment}}: {{side}} limit",
                ),
            ),
            unit="none", width=24, height=10,
        ),
        Panel(
            title="Windows judged last", says="Is every monitor up to date?",
            queries=(
                Query(
                    expression="time() - barograph_monitor_window_end_timestamp_seconds"
                    f'{{{_THIS},monitor=~"$monitor"}}',
                    legend="{{monitor}} {{segment}}",
                ),
            ),
            unit="s", width=24,
        ),
    ),
)  # fmt: skip

MODEL: Final = Dashboard(
    uid="barograph-model",
    title="Barograph: one model",
    says="A model's figures, and what watches them.",
    variables=(
        Variable(name="project", series="barograph_metric"),
        Variable(name="model", series='barograph_metric{project="$project"}'),
        Variable(
            name="version", series='barograph_metric{project="$project",model="$model"}', several=True
        ),
        Variable(
            name="segment", series='barograph_metric{project="$project",model="$model"}', several=True
        ),
        Variable(
            name="monitor", series='barograph_monitor_value{project="$project",model="$model"}', several=True
        ),
    ),
    sections=(_PERFORMANCE, _INPUTS, _WATCHED),
)  # fmt: skip
