"""The dashboard of all models: which of them needs somebody."""

from __future__ import annotations

from typing import Final

from barograph.grafana.dashboard import Dashboard, Section, Variable
from barograph.grafana.panel import BAD, GOOD, WARNING, Panel, Query

_ANY_IS_BAD: Final = ((None, GOOD), (1.0, BAD))
_ANY_IS_A_WARNING: Final = ((None, GOOD), (1.0, WARNING))
_OF_ALL: Final = 'project=~"$project",version="all",segment=""'


def _count(title: str, says: str, expression: str, steps: tuple[tuple[float | None, str], ...]) -> Panel:
    queries = (Query(expression=expression),)
    return Panel(title=title, says=says, queries=queries, kind="stat", width=4, height=4, steps=steps)


_NOW: Final = Section(
    title="Now",
    panels=(
        _count("Models", "How many models are watched?", "barograph_models", ((None, GOOD),)),
        _count(
            "Open incidents", "How many causes need somebody?",
            'sum(barograph_incidents{project=~"$project"}) or vector(0)', _ANY_IS_A_WARNING,
        ),
        _count(
            "Critical incidents", "How many of them cannot wait?",
            'sum(barograph_incidents{project=~"$project",severity=~"critical|emergency"}) or vector(0)', _ANY_IS_BAD,
        ),
        _count(
            "Open alerts", "How many series are breached?",
            'sum(barograph_alerts{project=~"$project"}) or vector(0)', _ANY_IS_A_WARNING,
        ),
        _count(
            "Series without an answer", "How much of what is watched cannot be told?",
            'sum(barograph_monitor_series{project=~"$project",status=~"unknown|no_data|error"}) or vector(0)',
            _ANY_IS_A_WARNING,
        ),
        _count(
            "Watchdog", "Does somebody judge the monitors? 1 is yes.", "barograph_watchdog",
            ((None, BAD), (1.0, GOOD)),
        ),
    ),
)  # fmt: skip

_MODELS: Final = Section(
    title="Models",
    panels=(
        Panel(
            title="Performance", says="How good is each model, in its latest complete window with labels?",
            queries=(
                Query(
                    expression="sum by (project, model, metric) "
                    f'(barograph_metric{{metric=~"performance.+",{_OF_ALL}}})'
                ),
            ),
            kind="table", unit="none", width=14, height=10,
        ),
        Panel(
            title="Age of the latest figures", says="Which model has not been heard of?",
            queries=(
                Query(
                    expression="time() - max by (project, model) "
                    f"(barograph_metric_window_end_timestamp_seconds{{{_OF_ALL}}})",
                    legend="{{project}} {{model}}",
                ),
            ),
            unit="s", width=10, height=10,
        ),
        Panel(
            title="Share of inputs that drifted", says="Whose inputs are not what they were? The ten worst.",
            queries=(
                Query(
                    expression=f'topk(10, barograph_metric{{metric="drift.share",{_OF_ALL}}})',
                    legend="{{project}} {{model}}",
                ),
            ),
            unit="percentunit",
        ),
        Panel(
            title="How far past its limit",
            says="Which monitors are nearest to their limit, or past it? 1 is at the limit.",
            queries=(
                Query(
                    expression='topk(10, barograph_monitor_value{project=~"$project"} / ignoring (side) '
                    'barograph_monitor_limit{project=~"$project",side="upper"})',
                    legend="{{model}}: {{monitor}} {{segment}}",
                ),
            ),
            unit="none",
        ),
    ),
)  # fmt: skip

_RAISED: Final = Section(
    title="What was raised",
    panels=(
        Panel(
            title="Open incidents by severity", says="Does it get better?",
            queries=(
                Query(
                    expression='sum by (severity) (barograph_incidents{project=~"$project"})',
                    legend="{{severity}}",
                ),
            ),
        ),
        Panel(
            title="Open alerts by project", says="Where?",
            queries=(
                Query(
                    expression='sum by (project, severity) (barograph_alerts{project=~"$project"})',
                    legend="{{project}} {{severity}}",
                ),
            ),
        ),
    ),
)  # fmt: skip

FLEET: Final = Dashboard(
    uid="barograph-fleet",
    title="Barograph: all models",
    says="Which model needs somebody.",
    variables=(Variable(name="project", series="barograph_metric", several=True),),
    sections=(_NOW, _MODELS, _RAISED),
)
