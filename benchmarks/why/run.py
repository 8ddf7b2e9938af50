"""The bench of planted causes: how often an explanation is right; a table in RESULTS.md.

    nice -n 19 python benchmarks/why/run.py [--seeds 20] [--first 0] [--only "orders mae: mix"] [--dry]

Every data set has its own reference, current rows and chance; every other one is hit from its eleventh day on, the
rest from the first. Amounts are those of 300,000 rows with and without the plant. Gains of actions are not scored, so
retraining is given a model that costs nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import polars as pl
import siblings  # noqa: F401
import truth
from cases import CASES, SIZES, Case
from plants import UNSEEN
from score import Planted, Said, Score, score
from tables import DAYS, ONSET, Table

import barograph as bg
import results
from barograph.profile.value import Profile

#: Days before the plants set in, by turns.
FIRST_DAYS = (0, 10)
HEADER = (
    "rows", "planted", "amount", "right first", "in its interval", "column or segment in 3", "fault's kind",
    "onset ± 1 day", "onset in its interval", "change shown", "faults invented", "other causes claimed",
)  # fmt: skip


@cache
def amounts(case: Case, first_day: int) -> tuple[float, ...]:
    """What each of a case's plants changes the metric by."""
    return tuple(truth.amounts(case.table(), case.metric, case.plants, first_day))


def profiles(case: Case, seed: int, first_day: int) -> tuple[Profile, Profile]:
    """A reference, and current rows with the case's plants."""
    table, rng = case.table(), np.random.default_rng([seed, crc32(case.name.encode())])
    reference, current = table.draw(rng, case.rows[0], round(case.rows[1] / _kept(case)))
    current = truth.planted(current, case.plants, first_day, rng)[-1] if case.plants else current
    before = bg.profile(_logged(table, reference), table.schema, every="1d", name="reference")
    return before, bg.profile(_logged(table, current), like=before, name="current")


def one(case: Case, seed: int, keep: Path | None = None) -> tuple[Score, float]:
    """The score of one data set, and the CPU seconds its explanation took."""
    first_day = FIRST_DAYS[seed % len(FIRST_DAYS)]
    before, after = profiles(case, seed, first_day)
    started = time.process_time()
    rng = np.random.default_rng(seed)
    said = bg.explain(before, after, metric=case.metric, fit=_mean_model, rng=rng).to_dict()
    seconds = time.process_time() - started
    planted = [
        Planted(causes=plant.causes, amount=amount, columns=plant.columns, words=plant.words)
        for plant, amount in zip(case.plants, amounts(case, first_day), strict=True)
    ]
    result = score(said, planted, ONSET + timedelta(days=first_day) if planted else None)
    if keep is not None:
        _keep_said(keep, case, seed, said, planted, result)
    return result, seconds


def _mean_model(_: pl.DataFrame, label: np.ndarray) -> Callable[[pl.DataFrame], np.ndarray]:
    """The mean label, whatever the features; of class names the most frequent."""
    if label.dtype.kind in "fiub":
        return lambda rows: np.full(rows.height, float(np.mean(label)))
    names, counts = np.unique(label, return_counts=True)
    return lambda rows: np.full(rows.height, names[counts.argmax()])


def scored(job: tuple[int, range, Path | None]) -> list[tuple[Score, float]]:
    """The scores and seconds of a case, given by its place: plants do not travel between processes."""
    place, seeds, keep = job
    return [one(CASES[place], seed, keep) for seed in seeds]


def line(case: Case, scores: Sequence[Score]) -> tuple[object, ...]:
    """A case's line of the table."""
    amount = " + ".join(f"{x:+.3g}" for x in amounts(case, FIRST_DAYS[0]))
    rows, _ = case.name.split(": ", 1)
    return (rows, case.cause, amount, *_figures(scores))


def totals(lines: Sequence[tuple[Case, Sequence[Score]]]) -> list[tuple[object, ...]]:
    """Lines over single causes and pairs, of full size and smaller, and over rows without any."""
    out = []
    for size in ("", *SIZES):
        for name, plants in (("one cause", 1), ("two causes", 2), ("nothing", 0)):
            held = [(c, found) for c, found in lines if len(c.plants) == plants and c.size == size]
            scores = [s for _, found in held for s in found]
            if scores:
                said = f"**{name}, {size}**" if size else f"**{name}**"
                out.append(("", said, "", *_figures(scores)))
    return out


def verdicts(lines: Sequence[tuple[Case, Sequence[Score]]]) -> str:
    """The targets, met or missed."""
    with_cause = [s for case, found in lines if case.plants and not case.size for s in found]
    without = [s for case, found in lines if not case.plants for s in found]
    out = []
    if with_cause:
        first, onset = _mean(s.first for s in with_cause), _mean(s.onset for s in with_cause)
        covered = _mean(c for s in with_cause for c in s.covered)
        out.append(
            results.verdict(f"{_percent(first)} right first; target ≥ 90 %", met=(first or 0.0) >= 0.9)
        )
        met = 0.9 <= (covered or 0.0) <= 0.98
        out.append(results.verdict(f"{_percent(covered)} in their interval; target 90 to 98 %", met=met))
        out.append(f"{_percent(onset)} dated within a day")
    if without:
        false = _mean(bool(s.shown and s.claimed) for s in without)
        shown = _percent(_mean(s.shown for s in without))
        told = f"{_percent(false)} of {len(without)} explained though nothing changed (a change shown in {shown})"
        out.append(results.verdict(f"{told}; target ≤ 5 %", met=(false or 0.0) <= 0.05))
    for size in SIZES:
        small = [s for case, found in lines if case.size == size for s in found]
        if small:
            first, covered = _mean(s.first for s in small), _mean(c for s in small for c in s.covered)
            told = f"{_percent(first)} are right first and {_percent(covered)} in their interval"
            out.append(f"Of amounts {size} as large {told}")
    adds = _mean(s.adds_up for _, found in lines for s in found)
    return ". ".join((*out, f"Parts add up in {_percent(adds)}."))


def _figures(scores: Sequence[Score]) -> tuple[object, ...]:
    return (
        _percent(_mean(s.first for s in scores)),
        _percent(_mean(c for s in scores for c in s.covered)),
        _percent(_mean(c for s in scores for c in s.located)),
        _percent(_mean(c for s in scores for c in s.told)),
        _percent(_mean(s.onset for s in scores)),
        _percent(_mean(s.dated for s in scores)),
        _percent(_mean(s.shown for s in scores)),
        sum(s.invented for s in scores),
        f"{sum(s.claimed for s in scores)} of {sum(s.others for s in scores)}",
    )


def _mean(values: Iterable[bool | None]) -> float | None:
    held = [v for v in values if v is not None]
    return sum(held) / len(held) if held else None


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100.0 * share:.0f} %"


def _seeds(case: Case, seeds: range) -> range:
    """Of rows without a cause three times as many: 5 % of them cannot be told from few."""
    return range(seeds.start, seeds.start + 3 * len(seeds)) if not case.plants else seeds


def _kept(case: Case) -> float:
    kept = 1.0
    for plant in case.plants:
        kept *= plant.kept
    return kept


def _logged(table: Table, rows: object) -> object:
    return table.answered(rows).drop(UNSEEN)


def _keep_said(
    folder: Path, case: Case, seed: int, said: Said, planted: Sequence[Planted], result: Score
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{case.name} {seed}.json".replace(": ", " ").replace(" ", "_").replace("/", "-")
    held = {
        "planted": [{"causes": p.causes, "amount": p.amount, "columns": p.columns} for p in planted],
        "score": {field: getattr(result, field) for field in Score.__slots__},
        "said": said,
    }
    (folder / name).write_text(json.dumps(held, indent=1, ensure_ascii=False, default=str))


def _options() -> argparse.Namespace:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    made.add_argument("--seeds", type=int, default=20, help="data sets of each case; 20 by default")
    made.add_argument("--first", type=int, default=0, help="the first seed")
    made.add_argument("--processes", type=int, default=2, help="cases at a time")
    made.add_argument("--only", default="", help="cases whose name holds this text")
    made.add_argument("--date", help="date shown beside the figures; today where left out")
    made.add_argument("--dry", action="store_true", help="print only, leave RESULTS.md alone")
    made.add_argument(
        "--keep-said", type=Path, metavar="FOLDER", help="write every explanation, with its score"
    )
    return made.parse_args()


def main() -> None:
    """Plant, explain, score; print and keep."""
    options = _options()
    started, lines, seconds = time.time(), [], []
    seeds = range(options.first, options.first + options.seeds)
    jobs = [(i, _seeds(c, seeds), options.keep_said) for i, c in enumerate(CASES) if options.only in c.name]
    with ProcessPoolExecutor(options.processes) as pool:
        for (place, _, _), found in zip(jobs, pool.map(scored, jobs), strict=True):
            case = CASES[place]
            scores = [s for s, _ in found]
            seconds += [took for _, took in found]
            lines.append((case, scores))
            print(*line(case, scores), sep=" | ", flush=True)
    minutes = (time.time() - started) / 60
    facts = results.versions("barograph", "numpy", "polars", "scikit-learn")
    told = (
        f"{options.seeds} data sets a line, three times as many without a cause, {DAYS} days of current rows. "
        f"{verdicts(lines)} Of an explanation's CPU seconds the median is {np.median(seconds):.2f}, the most "
        f"{max(seconds):.2f}; the bench took {minutes:.0f} minutes in {options.processes} processes, from seed "
        f"{options.first}. The amount is that from the first day on."
    )
    table = results.table(HEADER, [*(line(case, scores) for case, scores in lines), *totals(lines)])
    body = "\n\n".join(("## Why: planted causes", results.machine(facts, date=options.date), told, table))
    results.keep("why", body, dry=options.dry or bool(options.only))


if __name__ == "__main__":
    main()
