"""Data quality: what one window's rows say about their columns, one small file per idea."""

from __future__ import annotations

from barograph.metrics.quality import (
    distinct,
    duplicates,
    extremes,
    facts,
    mean,
    quantile,
    rules,
    table,
    top_share,
    unfit,
    unseen,
)
from barograph.metrics.spec import MetricSpec

#: Every quality metric, in the order of the reference page.
METRICS: tuple[MetricSpec, ...] = (
    *table.METRICS,
    *duplicates.METRICS,
    *unfit.METRICS,
    *facts.METRICS,
    *rules.METRICS,
    *unseen.METRICS,
    *distinct.METRICS,
    *top_share.METRICS,
    *mean.METRICS,
    *extremes.METRICS,
    *quantile.METRICS,
)
