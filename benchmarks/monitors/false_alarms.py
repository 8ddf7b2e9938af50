"""False incidents of models whose rows do not change, with the product's defaults and others'; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/false_alarms.py [--models 100] [--only "1d 200"] [--dry]

Each model has 30 features, a reference of 28 days (56 of windows of a day) and 90 days that are watched. The product's
side is its own code: rows, profiles, suggested monitors untouched, the back-test, alerts placed into incidents; every
alert of a monitor that may page counts as a page, though its impact would be worked out first. A peer's incident is a
run of windows with an alert of any column, which favours those that never stop.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from zlib import crc32

import numpy as np
import polars as pl
import siblings  # noqa: F401
from numpy.typing import NDArray
from scipy.stats import chi2

import results
from monitors.restated import episodes, scored
from monitors.watched import incidents, paging, profiled, tried
from monitors.worlds import FEATURES, World, frame, worlds

TOOLS = ("Evidently", "NannyML", "PSI > 0.1", "PSI > 0.2")
#: Days of a quarter over those watched.
QUARTER = 91.3125 / 90.0
TARGET = 120.0
#: Models of hours that are tried with windows of an hour and by the others too, which takes thrice as long.
HOURLY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """False incidents of one model in 90 days.

    Attributes
    ----------
    ours : that page; hourly: of the same monitors with windows as long as the rows' own; None: not tried.
    causes : monitors of their first alerts.
    peers : incidents by tool; windows: share of windows in alert.
    """

    ours: int
    hourly: int | None
    causes: Counter[str] = field(default_factory=Counter)
    peers: dict[str, int] = field(default_factory=dict)
    windows: dict[str, float] = field(default_factory=dict)


def model(seed: int, *, world: World) -> Counted:
    """One model of a world."""
    rng = np.random.default_rng([seed, crc32(f"{world.every} {world.rows} {world.name}".encode())])
    rows = frame(world, rng)
    profiles = profiled(rows, every=world.every)
    pages = paging(incidents(*tried(*profiles)))
    hourly = None
    is_tried = world.every == "1d" or seed < HOURLY
    if world.every != "1d" and is_tried:
        hourly = len(paging(incidents(*tried(*profiles, window=world.every))))
    any_column = _others(rows) if is_tried else {}
    return Counted(
        ours=len(pages), hourly=hourly,
        causes=Counter(one.monitors[0] for one in pages),
        peers={name: episodes(alerts) for name, alerts in any_column.items()},
        windows={name: float(alerts.mean()) for name, alerts in any_column.items()},
    )  # fmt: skip


def _others(rows: pl.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """By tool whether each window is in alert, of any column; of Evidently also of half of them."""
    fired = scored(rows, FEATURES).drifted()
    half = fired["Evidently"].mean(axis=0) >= 0.5
    return {name: drifted.any(axis=0) for name, drifted in fired.items()} | {"Evidently, half": half}


def row(world: World, found: list[Counted]) -> tuple[float, list[object]]:
    """At most so many false incidents in 100 model-quarters, with 95 %, and the line of the table that says so."""
    scale = 100.0 * QUARTER / len(found)
    ours = sum(one.ours for one in found) * scale
    hourly = [one.hourly for one in found if one.hourly is not None]
    # Garwood's limit of a Poisson rate, one-sided.
    most = float(chi2.ppf(0.95, 2.0 * (sum(one.ours for one in found) + 1))) / 2.0 * scale
    tried_too = [one for one in found if one.peers]
    peers = [
        f"{np.mean([one.peers[name] for one in tried_too]) * 100.0 * QUARTER:,.0f} "
        f"({np.mean([one.windows[name] for one in tried_too]):.0%})"
        for name in ("Evidently", "Evidently, half", *TOOLS[1:])
    ]
    by_window = f"{sum(hourly) * 100.0 * QUARTER / len(hourly):,.0f} (of {len(hourly)})" if hourly else ""
    causes = sum((one.causes for one in found), Counter[str]())
    paged_by = ", ".join(f"{name} {many}" for name, many in causes.most_common())
    return most, [world.name, len(found), f"**{ours:,.0f}**", f"{most:,.0f}", by_window, *peers, paged_by]


HEADER = (
    "world", "models", "Barograph pages", "at most, with 95 %", "with windows of 1h", "Evidently, a column",
    "Evidently, half", "NannyML", "PSI > 0.1", "PSI > 0.2", "pages counted, by monitor",
)  # fmt: skip


def main() -> None:
    """Run the worlds and keep a table for each size of windows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument(
        "--only", default="", help="windows of this length, or length and rows, such as '1d 200'"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--date")
    parser.add_argument("--dry", action="store_true", help="print only, leave RESULTS.md alone")
    options = parser.parse_args()
    sizes: dict[str, list[tuple[float, list[object]]]] = {}
    with ProcessPoolExecutor(options.workers) as pool:
        for world in worlds():
            size = f"{world.every} {world.rows}"
            if not options.only or f"{size} ".startswith(f"{options.only} "):
                found = list(pool.map(partial(model, world=world), range(options.models)))
                sizes.setdefault(size, []).append(row(world, found))
                print(size, *sizes[size][-1][1], sep=" | ", flush=True)
                body = _body(size, sizes[size], date=options.date)
                results.keep(f"monitors: false alarms {size}", body, dry=options.dry)


def _body(size: str, lines: list[tuple[float, list[object]]], *, date: str | None) -> str:
    length, rows = size.split()
    said = (
        f"False incidents in 100 model-quarters of models whose rows do not change, 30 features each, {int(rows):,} "
        f"rows in windows of {length}, over 90 days after the reference. Barograph's suggested monitors as they come, "
        "and others' default rules on the same windows; of those the share of windows in alert is in brackets, since "
        "an alert that never ends counts once."
    ) + ("" if length == "1d" else f" Others, and windows of {length}, on the first {HOURLY} models.")
    return "\n\n".join(
        [
            f"## Monitors: false alarms, {length}, {int(rows):,} rows a window",
            results.machine(results.versions("barograph", "numpy", "polars", "scipy"), date=date),
            said,
            results.table(HEADER, [line for _, line in lines]),
            results.verdict(
                f"at most {TARGET:.0f} in each world, with 95 %", met=all(most <= TARGET for most, _ in lines)
            ),
        ]
    )


if __name__ == "__main__":
    main()
