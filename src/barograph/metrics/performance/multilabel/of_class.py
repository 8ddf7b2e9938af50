"""One class of a multi-label task, seen as a binary task of its own."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barograph.errors import AddressError, did_you_mean
from barograph.locale.said import say
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView
from barograph.profile.algebra import Sparse
from barograph.profile.grid import OutcomeGrid
from barograph.profile.multilabel import MOST_SCORED, NONE, of_one
from barograph.schema.model import Schema

Floats = NDArray[np.float64]
#: Names that the two answers have in the view of one class.
NO_NAME, YES_NAME = "0", "1"
_LOSSES = ("scored", "log_loss", "log_loss_2", "squared_score_error", "squared_score_error_2")


def of_class(view: OutcomeView, class_name: str) -> OutcomeView:
    """The rows whose label for one class is known, as the outcome of a binary task.

    Parameters
    ----------
    view : of a multi-label task.

    Returns
    -------
    OutcomeView with the class's confusion table and score bins; row measures are of all classes together, so it
    has none.

    Raises
    ------
    AddressError
        Where no class has this name.

    Examples
    --------
    >>> from barograph.metrics.performance.multilabel.arrays import labels_of
    >>> view = labels_of({"a": [1, 0, 1], "b": [0, 0, 1]}, {"a": [1, 1, 1], "b": [0, 0, 0]})
    >>> of_class(view, "a").confusion()[:2, :2].tolist()
    [[0.0, 1.0], [0.0, 2.0]]
    """
    index = _index(view, class_name)
    columns = tuple(c for c in view.schema.with_role("score") if c.class_name == class_name)
    edges = {c.name: view.grid.score_edges[c.name] for c in columns if c.name in view.grid.score_edges}
    keys, values = view.sums.confusion.keys, view.sums.confusion.values
    held = keys[:, 1] // 2 == index
    answer = np.where(keys[held, 2] == NONE, NONE + 1, keys[held, 2])
    confusion = Sparse(np.stack((keys[held, 0], keys[held, 1] % 2, answer), axis=1), values[held])
    return replace(
        view,
        task="binary",
        schema=Schema(
            columns=tuple(replace(c, class_name=YES_NAME) for c in columns), task="binary", positive=YES_NAME
        ),
        grid=OutcomeGrid(classes=(NO_NAME, YES_NAME), steps=view.grid.steps, score_edges=edges),
        sums=replace(
            view.sums,
            judged=np.array([values[held, 0].sum()], np.int64),
            confusion=confusion,
            scores=_scores(view, list(edges)),
        ),
    )


def losses_of_class(view: OutcomeView, class_name: str) -> OutcomeView | Undefined:
    """The losses of the scores of one class, as those of a binary task.

    Raises
    ------
    AddressError
        Where no class has this name.

    Examples
    --------
    >>> from barograph.metrics.performance.multilabel.arrays import labels_of
    >>> view = labels_of({"a": [1, 0], "b": [0, 0]}, scores={"a": [0.5, 0.0], "b": [0.0, 1.0]})
    >>> losses_of_class(view, "b").measures()["squared_score_error"]
    1.0
    """
    _index(view, class_name)
    named = {of_one(measure, class_name): measure for measure in _LOSSES}
    if not named.keys() & view.grid.steps.keys():
        if class_name not in [c.class_name for c in view.schema.with_role("score")]:
            return Undefined(
                reason="no_scores",
                detail=say("there is no score of class {class_name}", class_name=repr(class_name)),
            )
        detail = say(
            "losses by class are kept of at most {most_scored} classes with scores, by references of this version",
            most_scored=MOST_SCORED,
        )
        return Undefined(reason="not_applicable", detail=detail)
    others = {measure: of_one(measure, "*") for measure in _LOSSES}
    steps = {named.get(n, others.get(n, n)): step for n, step in view.grid.steps.items()}
    return replace(view, task="binary", grid=replace(view.grid, steps=steps))


def _index(view: OutcomeView, class_name: str) -> int:
    classes = view.grid.classes
    if class_name not in classes:
        hint = did_you_mean(class_name, classes) or "."
        shown = ", ".join(repr(c) for c in classes[:12]) + (" …" if len(classes) > 12 else "")
        raise AddressError(f"no class {class_name!r}{hint} Classes: {shown}.")
    return classes.index(class_name)


def _scores(view: OutcomeView, names: list[str]) -> Sparse:
    known = view.sums.scores
    if not names:
        return Sparse.empty(known.keys.shape[1], known.values.shape[1])
    held = known.keys[:, 1] == list(view.grid.score_edges).index(names[0])
    keys = known.keys[held].copy()
    keys[:, 1] = 0
    return Sparse(keys, known.values[held])


def going_together(view: OutcomeView, classes: int) -> Floats:
    """Correlation of the figures of so many classes, taken as that of their errors on one row, the same for all pairs.

    The number of errors of a row has the variance ``Σ v + ρ((Σ√v)² − Σ v)``, v being the variance of each class's
    error: ρ follows from stored sums.
    """
    sums = view.measures()
    rows = sums["answered"]
    together = np.eye(classes)
    if not rows > 0 or not math.isfinite(sums["wrong_share_2"]):
        return together
    count = len(view.grid.classes)
    mean = sums["wrong_share"] / rows
    of_rows = count * count * max(sums["wrong_share_2"] / rows - mean * mean, 0.0)
    wrong = np.array([_wrong(of_class(view, name)) for name in view.grid.classes])
    variance = wrong * (1.0 - wrong)
    shared = float(np.sqrt(variance).sum() ** 2 - variance.sum())
    rho = (of_rows - float(variance.sum())) / shared if shared > 0.0 else 0.0
    together[~np.eye(classes, dtype=bool)] = min(max(rho, 0.0), 1.0)
    return together


def _wrong(view: OutcomeView) -> float:
    table = view.confusion()[:2, :2]
    total = float(table.sum())
    return float(table[0, 1] + table[1, 0]) / total if total > 0.0 else 0.0
