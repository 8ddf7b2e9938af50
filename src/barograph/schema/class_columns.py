"""Which column speaks of which class, where there is one column a class."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from barograph.errors import SchemaError, no_column
from barograph.schema.tasks import classes_of

#: One column name, or of a multi-label task the column of each class.
Answers = str | Mapping[str, str]
#: One column name, several, or the column of each class.
Scores = str | Sequence[str] | Mapping[str, str]


def by_column(answers: Answers | None) -> list[tuple[str, str]]:
    """Column and class, where there is one column a class."""
    return [(c, str(name)) for name, c in answers.items()] if isinstance(answers, Mapping) else []


def score_classes(
    sample: pl.DataFrame, score: Scores | None, answers: tuple[Answers | None, Answers | None]
) -> dict[str, str | None]:
    """The class of each score column; None for the single score of a binary task.

    Parameters
    ----------
    answers : label and prediction, in whose values several score columns find their classes.

    Examples
    --------
    >>> rows = pl.DataFrame({"y": ["a", "b"], "p_a": [0.9, 0.2], "p_b": [0.1, 0.8]})
    >>> score_classes(rows, ["p_a", "p_b"], ("y", None))
    {'p_a': 'a', 'p_b': 'b'}
    """
    if score is None:
        return {}
    if isinstance(score, str):
        return {score: None}
    if isinstance(score, Mapping):
        return {column: str(name) for name, column in score.items()}
    columns = list(score)
    missing = [c for c in columns if c not in sample.columns]
    if missing:
        raise no_column(missing[0], sample.columns)
    if len(columns) == 1:
        return {columns[0]: None}
    named = next((n for n in answers if isinstance(n, str)), None)
    classes = classes_of(sample[named]) if named in sample.columns else ()
    return {column: _class_named(column, columns, classes) for column in columns}


def _class_named(column: str, columns: Collection[str], classes: Collection[str]) -> str:
    """The class whose name the score column carries: `p_a` or `a` for class a."""
    fits = [c for c in classes if column == c or column.endswith(f"_{c}")]
    if len(fits) == 1:
        return fits[0]
    raise SchemaError(
        f"score column {column!r} does not say which class it scores; classes: {', '.join(classes) or 'none seen'}. "
        f"Give a mapping, for example score={{'a': {column!r}, …}} for the {len(columns)} columns."
    )
