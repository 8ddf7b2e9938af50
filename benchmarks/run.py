"""Barograph beside its peers, alternately, in one run, every job in a fresh process.

python benchmarks/run.py [--rows 1000000] [--peers evidently,nannyml] [--only drift] [--repeat 3]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal

import data
import fresh
import results
from peers import environments

Job = tuple[str, str]
Measured = dict[Job, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One job of ours beside one of another tool.

    Attributes
    ----------
    target : ratio aimed at, or None; `kind` says whether it is theirs / ours, at least, in CPU
        seconds, or ours / theirs, at most, in wall seconds.
    """

    title: str
    ours: str
    theirs: Job
    target: float | None = None
    kind: Literal["cpu_at_least", "wall_at_most"] = "cpu_at_least"
    note: str = ""


COMPARISONS = (
    Comparison(
        title="drift, 20 columns: DataDriftPreset",
        ours="drift",
        theirs=("evidently", "drift"),
        target=40,
        note="60 is aimed at",
    ),
    Comparison(title="the same from Polars frames", ours="drift_polars", theirs=("evidently", "drift")),
    Comparison(title="the same: DataSummaryPreset", ours="drift", theirs=("evidently", "summary")),
    Comparison(
        title="performance of (y, ŷ): RegressionPreset on the whole frame",
        ours="performance",
        theirs=("evidently", "regression_whole_frame"),
        target=100,
    ),
    Comparison(
        title="performance of (y, ŷ): RegressionPreset on these two columns",
        ours="performance",
        theirs=("evidently", "regression"),
    ),
    Comparison(
        title="performance of (y, ŷ, score): ClassificationPreset",
        ours="classification",
        theirs=("evidently", "classification"),
    ),
    Comparison(
        title="everything, with cross tables: both presets in one report",
        ours="everything",
        theirs=("evidently", "everything"),
        target=60,
    ),
    Comparison(
        title="drift in 20 windows: UnivariateDriftCalculator",
        ours="windows",
        theirs=("nannyml", "windows"),
        target=8,
    ),
    Comparison(
        title="from Parquet, profile both and compare: polars.read_parquet of both",
        ours="parquet",
        theirs=("polars", "read_parquet"),
        target=4,
        kind="wall_at_most",
    ),
    Comparison(
        title="drift, 20 columns: whylogs, log of both and calculate_drift_scores",
        ours="drift",
        theirs=("whylogs", "drift"),
    ),
    Comparison(
        title="drift, 20 columns: alibi-detect TabularDrift, arrays coded and imputed before",
        ours="drift",
        theirs=("alibi-detect", "drift"),
    ),
    Comparison(
        title="the same drift, coding and imputing timed",
        ours="drift",
        theirs=("alibi-detect", "drift_from_frames"),
    ),
    Comparison(
        title="drift, 20 columns: deepchecks FeatureDrift without display",
        ours="drift",
        theirs=("deepchecks", "drift"),
    ),
    Comparison(
        title="drift in 20 windows: popmon df_stability_metrics",
        ours="windows",
        theirs=("popmon", "metrics"),
    ),
    Comparison(
        title="drift in 20 windows: popmon df_stability_report with its page (ours: figures, no page)",
        ours="windows",
        theirs=("popmon", "report"),
    ),
)
#: Timed for the table of the peers alone; Barograph has no counterpart here.
PEER_ONLY: tuple[Job, ...] = (("nannyml", "estimate"),)
MODULES = {
    "barograph": "barograph_jobs",
    "polars": "barograph_jobs",
    "evidently": "peers.run_evidently",
    "nannyml": "peers.run_nannyml",
    "whylogs": "peers.run_whylogs",
    "alibi-detect": "peers.run_alibi_detect",
    "popmon": "peers.run_popmon",
    "deepchecks": "peers.run_deepchecks",
}
#: Peers of the section "Beside the peers"; a run with others writes a section of its own.
USUAL = ("evidently", "nannyml")


def python_of(tool: str) -> Path:
    """Interpreter that has the tool."""
    return environments.python_of(tool) if tool in environments.PEERS else Path(sys.executable)


def measure(jobs: Sequence[Job], folder: Path, *, repeat: int) -> Measured:
    """Run all jobs one after the other, `repeat` times over, so that a busy minute hits all of them."""
    pythons = {tool: python_of(tool) for tool in sorted({tool for tool, _ in jobs})}
    measured: Measured = {job: [] for job in jobs}
    for _ in range(repeat):
        for tool, name in jobs:
            line = fresh.run_job(pythons[tool], MODULES[tool], name, str(folder))
            print(json.dumps({"tool": tool, **line}), file=sys.stderr, flush=True)
            measured[tool, name].append(line)
    return measured


def ratios(comparison: Comparison, measured: Measured) -> list[float]:
    """One ratio per repetition, the better the larger for `cpu_at_least`, the smaller for `wall_at_most`."""
    pairs = zip(measured["barograph", comparison.ours], measured[comparison.theirs], strict=True)
    if comparison.kind == "wall_at_most":
        return [ours["wall_seconds"] / theirs["wall_seconds"] for ours, theirs in pairs]
    return [theirs["cpu_seconds"] / ours["cpu_seconds"] for ours, theirs in pairs]


def comparison_row(comparison: Comparison, measured: Measured) -> list[object]:
    """A row of the table: figures of both sides, ratio of the medians, its spread, target."""
    ours, theirs = measured["barograph", comparison.ours], measured[comparison.theirs]
    wall = comparison.kind == "wall_at_most"
    unit = "wall_seconds" if wall else "cpu_seconds"
    our_time, their_time = (median(line[unit] for line in lines) for lines in (ours, theirs))
    ratio = our_time / their_time if wall else their_time / our_time
    spread = ratios(comparison, measured)
    return [
        comparison.title,
        f"{our_time:.3g} {'wall' if wall else 'CPU'}",
        f"{their_time:.3g}",
        f"**{ratio:.3g}** ({min(spread):.3g} to {max(spread):.3g})",
        _target(comparison, ratio),
        f"{_peak_mb(ours)} / {_peak_mb(theirs)}",
    ]


def peer_table(measured: Measured) -> str:
    """What the other tools need by themselves."""
    rows = [
        [tool, job, _median(lines, "cpu_seconds"), _median(lines, "wall_seconds"), _peak_mb(lines)]
        for (tool, job), lines in measured.items()
        if tool != "barograph"
    ]
    return results.table(["tool", "job", "CPU s", "wall s", "peak MB"], rows)


def chosen(peers: Sequence[str], titles: str) -> list[Comparison]:
    """Comparisons with one of the peers, or with Polars, whose title holds the text."""
    tools = {*peers, "polars"}
    return [c for c in COMPARISONS if c.theirs[0] in tools and titles.lower() in c.title.lower()]


def beside(peers: Sequence[str]) -> str:
    """The peers as the heading of a section has them."""
    return "the peers" if tuple(peers) == USUAL else " and ".join(peers)


def section(comparisons: Sequence[Comparison], measured: Measured, *, heading: str, about: str) -> str:
    """The part of RESULTS.md this run writes; `about` is what is said under its heading."""
    parts = [f"## {heading}", about]
    if comparisons:
        header = ["work: other tool", "Barograph s", "other s", "ratio (spread)", "target", "peak MB"]
        parts.append(results.table(header, [comparison_row(c, measured) for c in comparisons]))
    parts.append(peer_table(measured))
    return "\n\n".join(parts)


def versions_of(measured: Measured) -> dict[str, str]:
    """Version of each tool, and of what it computes with."""
    versions: dict[str, str] = {}
    for (tool, _), lines in measured.items():
        own = lines[0]["versions"]
        name = "barograph" if tool == "polars" else tool
        versions |= {(key if key == name else f"{key} ({name})"): value for key, value in own.items()}
    return versions


def planned(comparisons: Sequence[Comparison], *, peers: Sequence[str], peers_only: bool) -> list[Job]:
    """Jobs to run, each once a repetition, ours directly before what it is compared with."""
    jobs: list[Job] = []
    for comparison in comparisons:
        if not peers_only:
            jobs.append(("barograph", comparison.ours))
        if comparison.theirs[0] in peers or not peers_only:
            jobs.append(comparison.theirs)
    return list(dict.fromkeys([*jobs, *(job for job in PEER_ONLY if job[0] in peers)]))


def options() -> argparse.Namespace:
    """The command line."""
    parser = results.parser(__doc__, repeat=3)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows on each side")
    parser.add_argument("--peers", default=",".join(USUAL), help="comma separated; '' for none")
    parser.add_argument("--only", default="", help="only comparisons whose title holds this text")
    parser.add_argument("--note", default="", help="what to say of the run under its heading")
    parser.add_argument("--peers-only", action="store_true", help="time the peers without Barograph")
    return parser.parse_args()


def main() -> None:
    """Measure, print and keep."""
    chose = options()
    peers = [name for name in chose.peers.split(",") if name]
    comparisons = chosen(peers, chose.only)
    jobs = planned(comparisons, peers=peers, peers_only=chose.peers_only)
    measured = measure(jobs, data.pair(chose.rows), repeat=chose.repeat)
    shown = [] if chose.peers_only else comparisons
    about = f"{results.machine(versions_of(measured), date=chose.date)} {chose.note}".rstrip()
    heading = f"Beside {beside(peers)}, 2 × {chose.rows:,} rows"
    text = section(shown, measured, heading=heading, about=about)
    name = "peers" if tuple(peers) == USUAL else f"peers {' '.join(peers)}"
    results.keep(f"{name} {chose.rows}", text, dry=chose.dry)


def _target(comparison: Comparison, ratio: float) -> str:
    if comparison.target is None:
        return ""
    wall = comparison.kind == "wall_at_most"
    met = ratio <= comparison.target if wall else ratio >= comparison.target
    note = f" ({comparison.note})" if comparison.note else ""
    return results.verdict(f"{'≤' if wall else '≥'} {comparison.target:g}{note}", met=met)


def _median(lines: Sequence[dict[str, Any]], key: str) -> float:
    return float(median(line[key] for line in lines))


def _peak_mb(lines: Sequence[dict[str, Any]]) -> str:
    return f"{_median(lines, 'peak_bytes') / 1e6:,.0f}"


if __name__ == "__main__":
    main()
