"""Find the windows in which something is far more frequent than in the reference, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: A fault is reported only where chance gives as much less often than this, over all columns, windows and kinds.
CERTAIN: Final = 1e-4
#: Rows a fault has hit at least; their share of all current rows …
FEWEST_ROWS: Final = 8.0
LEAST_SHARE: Final = 0.002
#: … or of all rows and of the rows in its windows.
_LEAST_OF_ALL: Final = 0.0005
_LEAST_OF_WINDOWS: Final = 0.01
#: Times as frequent as in the reference; where the current's own other windows are like the reference, less will do.
_TIMES: Final = 4.0
_TIMES_BESIDE_QUIET: Final = 3.0
#: Or this share of the rows that could be hit.
_OF_UNHIT: Final = 0.25
#: Separate stretches of time of one fault.
_MOST_RUNS: Final = 3
#: Log likelihood ratio from which a stretch inside a run is not part of it.
_QUIET: Final = 12.0
#: Excess shares that runs are first looked for at, and how often the level is then taken from the run found.
_LEVELS: Final = np.array([0.003, 0.01, 0.03, 0.1, 0.3, 0.9])
_REFINED: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Per window how many rows are of a sort, and of how many; shape (windows,)."""

    hits: Floats
    rows: Floats

    @property
    def share(self) -> float:
        """Of all windows together."""
        return float(self.hits.sum() / max(self.rows.sum(), 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Runs of windows with more rows of a sort than the reference has.

    Attributes
    ----------
    runs : first window and the one after the last, in order of time.
    hits, rows : in these windows.
    before, highest_before : share in the reference, and in that window of it where it is certainly highest.
    beside : share in the current's other windows; None where there are none.
    total : current rows in all windows.
    p_value : corrected.
    """

    runs: tuple[tuple[int, int], ...]
    hits: float
    rows: float
    before: float
    highest_before: float
    beside: float | None
    total: float
    p_value: float

    @property
    def share(self) -> float:
        """Of the rows in these windows."""
        return self.hits / self.rows

    @property
    def excess(self) -> float:
        """Rows beyond what the reference's share gives."""
        return self.hits - self.before * self.rows

    @property
    def of_unhit(self) -> float:
        """Of the rows that would not be of this sort in the reference, those that are."""
        return max(self.share - self.before, 0.0) / max(1.0 - self.before, 1e-12)

    def held(self, windows: int) -> NDArray[np.bool_]:
        """Mask of the windows hit, of so many."""
        return _mask(self.runs, windows)

    @property
    def matters(self) -> bool:
        """Whether enough rows are hit."""
        of_all = self.excess / max(self.total, 1.0)
        part = of_all >= _LEAST_OF_ALL and self.share - self.before >= _LEAST_OF_WINDOWS
        return self.excess >= FEWEST_ROWS and (of_all >= LEAST_SHARE or part)

    def is_burst(self, times: float = _TIMES) -> bool:
        """Whether there are so many more, other than any window of the reference, that it did not just grow."""
        if not self.matters or self.share <= 1.25 * self.highest_before:
            return False
        quiet = self.beside is not None and self.beside <= 1.5 * self.before + 0.001
        least = min(times, _TIMES_BESIDE_QUIET) if quiet else times
        return self.share >= least * self.before or self.of_unhit >= _OF_UNHIT


def least_burst(before: Floats) -> Floats:
    """The smallest share that can be a burst, by the share before; see `Hit.is_burst`.

    Examples
    --------
    >>> least_burst(np.array([0.01, 0.5])).round(3).tolist()
    [0.03, 0.625]
    """
    return np.minimum(_TIMES_BESIDE_QUIET * before, before + _OF_UNHIT * (1.0 - before))


def find_hit(reference: Counted, current: Counted, *, tests: int, spread: float = 1.0) -> Hit | None:
    """The windows of the current rows with more hits than the reference's share gives; None where none is certain.

    The run of windows of the largest Poisson likelihood ratio (Kulldorff 1997, one dimension), then further ones beside
    it. The p-value is conditional on the hits of both sides, both divided by their overdispersion between the
    reference's windows, and multiplied by the number of runs and of `tests`.

    Parameters
    ----------
    tests : how many such questions are asked.
    spread : overdispersion at least; that of a whole column, where rows of a window are alike.

    Notes
    -----
    Cost: O(windows).

    Examples
    --------
    >>> quiet = Counted(hits=np.zeros(10), rows=np.full(10, 100.0))
    >>> current = Counted(hits=np.array([0.0, 0, 40, 50, 0]), rows=np.full(5, 100.0))
    >>> find_hit(quiet, current, tests=100).runs
    ((2, 4),)
    """
    if current.hits.sum() < FEWEST_ROWS or not reference.rows.sum():
        return None
    before = float((reference.hits.sum() + 0.5) / (reference.rows.sum() + 1.0))
    spread = max(_overdispersion(reference), spread)
    first = _best_run(current, before, (0, len(current.rows)))
    if first is None or _p_value(reference, current, first, spread=spread, tests=tests) > CERTAIN:
        return None
    runs = [first]
    for _ in range(_MOST_RUNS - 1):
        more = [
            run
            for gap in _gaps(runs, len(current.rows))
            if (run := _best_run(current, before, gap)) is not None
            and _p_value(reference, current, run, spread=spread, tests=tests) <= CERTAIN
        ]
        if not more:
            break
        runs.append(max(more, key=lambda run: current.hits[run[0] : run[1]].sum()))
    runs = [
        part
        for run in runs
        for part in _split(current, before, run, spread)
        if part == run or _p_value(reference, current, part, spread=spread, tests=tests) <= CERTAIN
    ]
    return _hit(reference, current, tuple(sorted(runs)), (spread, tests)) if runs else None


def _split(counted: Counted, before: float, run: tuple[int, int], spread: float) -> list[tuple[int, int]]:
    """The run without a stretch inside it in which the share before is far more likely than the run's."""
    start, end = run
    hits, rows = counted.hits[start:end], counted.rows[start:end]
    level = hits.sum() / max(rows.sum(), 1.0)
    if end - start < 3 or not 0.0 < before < level:
        return [run]
    # Log likelihood of the share before over the run's, in that Poisson rates are compared.
    summed = np.concatenate(([0.0], np.cumsum((level - before) * rows - hits * np.log(level / before))))
    gained = summed - np.minimum.accumulate(summed)
    last = int(np.argmax(gained))
    first = int(np.argmin(summed[: last + 1]))
    if gained[last] < _QUIET * spread or first == 0 or last == end - start:
        return [run]
    return [(start, start + first), *_split(counted, before, (start + last, end), spread)]


def _hit(
    reference: Counted, current: Counted, runs: tuple[tuple[int, int], ...], by: tuple[float, int]
) -> Hit:
    held = _mask(runs, len(current.rows))
    hits, rows = float(current.hits[held].sum()), float(current.rows[held].sum())
    other = float(current.rows[~held].sum())
    full = reference.rows >= 20.0
    # Of few hits in a small window most are chance.
    certain = (reference.hits - 2.0 * np.sqrt(reference.hits))[full] / reference.rows[full]
    before = reference.share
    largest = max(runs, key=lambda run: current.hits[run[0] : run[1]].sum())
    return Hit(
        runs=runs,
        hits=hits,
        rows=rows,
        before=before,
        highest_before=max(float(certain.max(initial=0.0)), before),
        beside=float(current.hits[~held].sum()) / other if other >= 0.1 * rows else None,
        total=float(current.rows.sum()),
        p_value=_p_value(reference, current, largest, spread=by[0], tests=by[1]),
    )


def _mask(runs: tuple[tuple[int, int], ...], windows: int) -> NDArray[np.bool_]:
    held = np.zeros(windows, bool)
    for start, end in runs:
        held[start:end] = True
    return held


def _gaps(runs: list[tuple[int, int]], windows: int) -> list[tuple[int, int]]:
    ends = [0, *(edge for run in sorted(runs) for edge in run), windows]
    return [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if b > a]


def _overdispersion(counted: Counted) -> float:
    """Pearson's χ² per degree of freedom between the windows, at least 1."""
    held = counted.rows > 0
    if held.sum() < 5 or not counted.hits.sum():
        return 1.0
    rows, share = counted.rows[held], min(counted.share, 1.0 - 1e-9)
    chi2 = ((counted.hits[held] - rows * share) ** 2 / (rows * share * (1.0 - share))).sum()
    return max(float(chi2) / (int(held.sum()) - 1), 1.0)


def _best_run(counted: Counted, before: float, within: tuple[int, int]) -> tuple[int, int] | None:
    """The run of the largest likelihood ratio among the best ones at several levels."""
    start, end = within
    hits, rows = counted.hits[start:end], counted.rows[start:end]
    if hits.sum() < FEWEST_ROWS:
        return None
    sums = np.concatenate(([0.0], np.cumsum(hits))), np.concatenate(([0.0], np.cumsum(rows)))
    levels = np.minimum(before + _LEVELS, 1.0)
    best, score = None, 0.0
    for _ in range(_REFINED):
        run, found = _run_at(sums, before, levels)
        if run is None or found <= score:
            break
        best, score = run, found
        share = (sums[0][run[1]] - sums[0][run[0]]) / (sums[1][run[1]] - sums[1][run[0]])
        levels = np.array([share])
    return None if best is None else (best[0] + start, best[1] + start)


def _run_at(
    sums: tuple[Floats, Floats], before: float, levels: Floats
) -> tuple[tuple[int, int] | None, float]:
    """The best of the runs in which each level beats `before` most, and its log likelihood ratio at its own share."""
    levels = levels[levels > before]
    if not len(levels):
        return None, 0.0
    cut = (levels - before) / np.log(levels / before)
    gained = sums[0] - cut[:, None] * sums[1]
    lowest = np.minimum.accumulate(gained, axis=1)
    end = np.argmax(gained - lowest, axis=1)
    # Of equal minima the last: windows without rows or of neither level do not belong to the run.
    places = np.arange(gained.shape[1])
    low = (gained <= lowest[np.arange(len(end)), end][:, None]) & (places <= end[:, None])
    start = gained.shape[1] - 1 - np.argmax(low[:, ::-1], axis=1)
    h, expected = sums[0][end] - sums[0][start], before * (sums[1][end] - sums[1][start])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(h > expected, h * np.log(h / expected) - (h - expected), 0.0)
    i = int(np.argmax(ratio))
    return ((int(start[i]), int(end[i])), float(ratio[i])) if ratio[i] > 0 else (None, 0.0)


def _p_value(
    reference: Counted, current: Counted, run: tuple[int, int], *, spread: float, tests: int
) -> float:
    from scipy.special import betainc

    hits, rows = current.hits[run[0] : run[1]].sum(), current.rows[run[0] : run[1]].sum()
    if not hits:
        return 1.0
    q = rows / (rows + reference.rows.sum())
    chance = float(betainc(hits / spread, reference.hits.sum() / spread + 1.0, q))
    windows = len(current.rows)
    return min(chance * windows * (windows + 1) / 2.0 * tests, 1.0)
