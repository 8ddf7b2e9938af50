"""Planted changes found by pages, and how soon, beside others at the same rate of false alarms; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/detection.py [--models 20] [--only 5000] [--dry]

Quiet models of the same world come first, for 90 days each: they give the product's rate of false incidents, and the
threshold at which each peer alerts as rarely. Then one column (or the label) of each model changes on its 15th watched
day. Found is what pages, of peers what alerts, within 30 days. Peers' thresholds are held against the worst column of
a window; NannyML also watches the mean absolute error, as it does by default where labels are given.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from zlib import crc32

import numpy as np
import polars as pl
import siblings  # noqa: F401
from numpy.typing import NDArray

import results
from monitors.plants import PLANTS, planted
from monitors.restated import episodes, scored
from monitors.watched import incidents, profiled, tried
from monitors.worlds import FEATURES, World, frame, worlds

ONSET, LATEST = 15, 30
DAY_US = 86_400_000_000
QUIET = "nothing"
OURS = "Barograph"
PEERS = ("Evidently", "Evidently, half", "NannyML", "PSI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One model.

    Attributes
    ----------
    pages : days at which incidents that page were seen, counted from the first watched.
    peers : by tool, its statistic in each watched window.
    """

    pages: tuple[float, ...]
    peers: dict[str, NDArray[np.float64]]


def model(seed: int, *, world: World, plant: str) -> Watched:
    """One model of a world, with a change or without."""
    rng = np.random.default_rng([seed, crc32(f"{world.rows} {world.name} {plant}".encode())])
    rows = frame(world, rng)
    if plant != QUIET:
        rows = planted(rows, PLANTS[plant], onset=ONSET, rng=rng)
    began = int(rows.filter(pl.col("window") == 0)["at"][0].timestamp() * 1e6)
    found = incidents(*tried(*profiled(rows, every=world.every)))
    peers = scored(rows, FEATURES).largest()
    peers["NannyML"] = np.maximum(peers["NannyML"], _error(rows))
    return Watched(
        pages=tuple((one.paged_at - began) / DAY_US for one in found if one.paged_at is not None),
        peers=peers,
    )


def _error(rows: pl.DataFrame) -> NDArray[np.float64]:
    """Mean absolute error of each window, in standard deviations of the reference's from their mean."""
    each = (
        rows.group_by("window").agg(mae=(pl.col("label") - pl.col("prediction")).abs().mean()).sort("window")
    )
    own = each.filter(pl.col("window") < 0)["mae"].to_numpy()
    now = each.filter(pl.col("window") >= 0)["mae"].to_numpy()
    return np.abs(now - own.mean()) / own.std()


def thresholds(quiet: Sequence[Watched], allowed: int) -> dict[str, float]:
    """By peer, the lowest threshold that gives no more than so many false incidents on the quiet models."""
    found = {}
    for name in PEERS:
        held = np.stack([one.peers[name] for one in quiet])
        tried_limits = np.unique(held)[::-1]
        # Fewer incidents can follow at a lower threshold, where alerts join: the highest that keeps within is taken.
        count = [episodes(held >= limit) for limit in tried_limits[: 40 * (allowed + 1)].tolist()]
        beyond = next((i for i, many in enumerate(count) if many > allowed), len(count) - 1)
        found[name] = (
            float(tried_limits[beyond - 1]) if beyond else float(np.nextafter(tried_limits[0], np.inf))
        )
    return found


def delays(found: Sequence[Watched], limits: Mapping[str, float]) -> dict[str, list[float]]:
    """By tool, days from the change to its word on it, of the models in which it had one."""
    said: dict[str, list[float]] = {name: [] for name in (OURS, *PEERS)}
    for one in found:
        first = {OURS: one.pages} | {
            name: tuple(np.flatnonzero(one.peers[name] >= limits[name]) + 1.0) for name in PEERS
        }
        for name, days in first.items():
            after = [day - ONSET for day in days if ONSET < day <= ONSET + LATEST]
            said[name] += [float(day) for day in after[:1]]
    return said


def row(world: World, plant: str, said: Mapping[str, Sequence[float]], models: int) -> list[object]:
    """A line of the table: share found, and the median delay of those."""
    cells = [
        f"{len(days) / models:.0%}" + (f", {np.median(days):.0f} d" if days else "") for days in said.values()
    ]
    return [world.name, plant, f"**{cells[0]}**", *cells[1:]]


HEADER = ("world", "change", OURS, *PEERS)


def main() -> None:
    """Run the worlds and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", type=int, default=20)
    parser.add_argument("--only", default="", help="worlds of so many rows a day")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--date")
    parser.add_argument("--dry", action="store_true", help="print only, leave RESULTS.md alone")
    options = parser.parse_args()
    sizes: dict[int, tuple[list[list[object]], list[str]]] = {}
    with ProcessPoolExecutor(options.workers) as pool:
        for world in worlds():
            if world.every != "1d" or world.name == "seasonal" or options.only not in ("", str(world.rows)):
                continue
            lines, rates = sizes.setdefault(world.rows, ([], []))
            quiet = list(pool.map(partial(model, world=world, plant=QUIET), range(2 * options.models)))
            false = sum(len(one.pages) for one in quiet)
            limits = thresholds(quiet, false)
            moved = ", ".join(f"{name} {limit:.3g}" for name, limit in limits.items())
            rates.append(f"{world.name}: {false} in {len(quiet)} models, thresholds {moved}")
            print(rates[-1], flush=True)
            short = replace(world, days=ONSET + LATEST)
            for plant in PLANTS:
                found = list(pool.map(partial(model, world=short, plant=plant), range(options.models)))
                lines.append(row(world, plant, delays(found, limits), len(found)))
                print(*lines[-1], sep=" | ", flush=True)
    for rows, (lines, rates) in sizes.items():
        body = _body(rows, lines, rates, models=options.models, date=options.date)
        results.keep(f"monitors: detection {rows}", body, dry=options.dry)


def _body(
    rows: int, lines: list[list[object]], rates: Sequence[str], *, models: int, date: str | None
) -> str:
    said = (
        f"Planted changes of one column of 30 (or of the label), {models} models each, {rows:,} rows a day: share "
        f"found within {LATEST} days, and the median of days from the change to the alert. Peers' thresholds are moved "
        "until they alert on unchanged models as rarely as Barograph pages, which asks for models nobody has "
        "(false incidents in 90 days: "
        + "; ".join(rates)
        + "). Peers' rules leave nulls out, as their packages do."
    )
    packages = results.versions("barograph", "numpy", "polars", "scipy")
    title = f"## Monitors: detection, {rows:,} rows a day"
    return "\n\n".join([title, results.machine(packages, date=date), said, results.table(HEADER, lines)])


if __name__ == "__main__":
    main()
