"""The task: told or inferred from label and prediction, with its positive class."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl

from barograph.errors import PositiveClassUnknown, SchemaError, did_you_mean
from barograph.schema.model import Reading, Task
from barograph.schema.readings import NULL_TOKENS, canonical_numbers, canonical_text, read_numbers

_MANY: Final = 20
_KNOWN_PAIRS: Final = ({"0", "1"}, {"-1", "1"}, {"false", "true"}, {"no", "yes"}, {"n", "y"})
_USUAL_POSITIVE: Final = ("1", "true")


def infer_task(label: pl.Series | None, prediction: pl.Series | None, scores: int) -> Task | None:
    """Infer the task where the values leave no doubt.

    Parameters
    ----------
    label, prediction : sampled raw columns, None where not given.
    scores : number of score columns.

    Returns
    -------
    The task; None where nothing but features is given.

    Raises
    ------
    SchemaError
        Where the values fit two tasks, saying how to tell.

    Examples
    --------
    >>> infer_task(pl.Series(["a", "b", "c"]), None, 0)
    'multiclass'
    """
    told = [s for s in (label, prediction) if s is not None]
    if scores > 1:
        return "multiclass"
    if not told:
        return "binary" if scores else None
    numbers = [_numbers(s) for s in told]
    first = classes_of(told[0])
    if any(n is None for n in numbers):
        return "binary" if len(first) <= 2 else "multiclass"
    if len(first) <= 2 and (scores or set(first) <= {"0", "1"} or _all_whole(numbers)):
        return "binary"
    fractions = not _all_whole(numbers)
    if fractions or len(first) > _MANY:
        return "regression"
    raise SchemaError(
        f"column {told[0].name!r} holds {len(first)} different whole numbers ({', '.join(first[:5])}, …): amounts "
        "(regression) or classes (multiclass)? Say which: task='regression' or task='multiclass' (--task)."
    )


def classes_of(raw: pl.Series) -> tuple[str, ...]:
    """Return the classes in a raw column as text, sorted; tokens for a missing value left out.

    Examples
    --------
    >>> classes_of(pl.Series([1.0, 0.0, None]))
    ('0', '1')
    """
    values = _plain(raw).drop_nulls().unique()
    if values.dtype == pl.Boolean:
        text = values.cast(pl.String)
    elif values.dtype.is_numeric():
        text = canonical_numbers(values)
    else:
        text = _texts(values)
        lower = {t.lower() for t in text}
        text = canonical_text(text, "boolean" if lower <= {"true", "false"} else class_reading(text))
    return tuple(sorted(set(text.drop_nulls().to_list()), key=_class_order))


def class_reading(text: pl.Series) -> Reading:
    """Return `number` for numbers without leading zeros written as text, else `plain`."""
    plain = text.str.contains(r"^\s*[+-]?0\d").any() or read_numbers(text).null_count() > text.null_count()
    return "plain" if plain else "number"


def settle_positive(given: object, classes: Collection[str], column: str) -> str | None:
    """Settle the positive class of a binary task.

    Parameters
    ----------
    given : what the user named, None where nothing.
    classes : classes seen in label and prediction, from `classes_of`; may be empty.
    column : where they were seen, for messages.

    Returns
    -------
    The positive class as text; None where no class was seen and none is named.

    Raises
    ------
    SchemaError
        Where there are more than two classes, the named one is not among them, or none is named and the
        values are not 0 and 1 or false and true.

    Examples
    --------
    >>> settle_positive(None, ("0", "1"), "y")
    '1'
    """
    shown = ", ".join(repr(c) for c in classes)
    if len(classes) > 2:
        raise SchemaError(
            f"a binary task has two classes; column {column!r} holds {len(classes)}: {_shortened(classes)}. "
            "Set task='multiclass' (--task multiclass), or map the values to two."
        )
    if given is not None:
        named = _as_class(given)
        if not classes or named in classes:
            return named
        if named.lower() in ("true", "false") and named.lower() in classes:
            return named.lower()
        if len(classes) == 1:
            return named
        hint = did_you_mean(named, classes) or "."
        raise SchemaError(f"positive class {named!r} is not in column {column!r}{hint} Its values: {shown}.")
    for pair in ({"0", "1"}, {"false", "true"}):
        if classes and set(classes) <= pair:
            return next(p for p in _USUAL_POSITIVE if p in pair)
    if not classes:
        return None
    last = list(classes)[-1]
    raise PositiveClassUnknown(
        f"which class of column {column!r} is the positive one? Its values: {shown}. "
        f"Set it, for example positive={last!r} (--positive {last})."
    )


def check_label_values(label: pl.Series, prediction: pl.Series, *, classes: Collection[str] = ()) -> None:
    """Refuse a label and a prediction that name their classes in different ways.

    Compared as they are, label 1 and prediction "yes" never agree, and accuracy would be 0.

    Parameters
    ----------
    label, prediction : raw columns of one set of rows, or samples of them.
    classes : classes known from a reference; values among them are never refused for having none in common.

    Raises
    ------
    SchemaError
        Where one is numbers and the other text, or they have no value in common; lists both sets.

    Notes
    -----
    Cost: one pass over the distinct values. Two sets without a common value pass where that can happen to
    a good column: fewer than 20 rows of one class each, or the two halves of a usual pair such as 0 and 1.

    Examples
    --------
    >>> check_label_values(pl.Series("y", [0, 1]), pl.Series("pred", ["no", "yes"]))
    Traceback (most recent call last):
    ...
    barograph.errors.SchemaError: label 'y' holds integers (0, 1) but prediction 'pred' holds text (no, yes); \
expected the same names for the same classes. Convert one of the two, or give the score alone.
    """
    seen, predicted = classes_of(label), classes_of(prediction)
    if not seen or not predicted:
        return
    families = _family(label), _family(prediction)
    apart = not set(seen) & set(predicted)
    if families[0][0] == families[1][0] and not (apart and _suspicious(label, seen, predicted, classes)):
        return
    raise SchemaError(
        f"label {label.name!r} holds {families[0][1]} ({_shortened(seen)}) but prediction {prediction.name!r} holds "
        f"{families[1][1]} ({_shortened(predicted)}); expected the same names for the same classes. "
        "Convert one of the two, or give the score alone."
    )


def check_fractions(prediction: pl.Series) -> None:
    """Refuse fractions as the prediction of a classifier: they are scores.

    Examples
    --------
    >>> check_fractions(pl.Series("pred", [0, 1]))
    """
    numbers = _numbers(prediction)
    if numbers is None or _all_whole([numbers]):
        return
    inside = bool(numbers.is_between(0, 1).all())
    what = "fractions between 0 and 1, which are scores" if inside else "fractions, which are no classes"
    do = (
        f"Set score={prediction.name!r} (--score) instead"
        if inside
        else "Set task='regression' (--task regression)"
    )
    raise SchemaError(
        f"prediction {prediction.name!r} holds {what}; expected the predicted class in every row. {do}"
        + (", with a threshold where no class is logged: threshold=0.5." if inside else ".")
    )


def _suspicious(
    label: pl.Series, seen: Collection[str], predicted: Collection[str], classes: Collection[str]
) -> bool:
    """Whether two sets without a common value are more than bad luck."""
    both = {*seen, *predicted}
    if both <= set(classes) or {v.lower() for v in both} in _KNOWN_PAIRS:
        return False
    are_numbers = [
        read_numbers(pl.Series(list(v), dtype=pl.String)).null_count() == 0 for v in (seen, predicted)
    ]
    return are_numbers[0] != are_numbers[1] or len(both) > 2 or len(label) >= _MANY


def _family(raw: pl.Series) -> tuple[str, str]:
    """Family of a raw type and its plural for messages."""
    if raw.dtype == pl.Boolean:
        return "boolean", "booleans"
    if raw.dtype.is_integer():
        return "number", "integers"
    if raw.dtype.is_numeric():
        return "number", "numbers"
    return "text", "text"


def _texts(raw: pl.Series) -> pl.Series:
    text = raw.cast(pl.String, strict=False)
    return text.filter(~text.str.strip_chars().is_in(list(NULL_TOKENS)))


def _plain(raw: pl.Series) -> pl.Series:
    """Durations and times of day as the numbers they are, under a name that Polars reads as no pattern."""
    raw = raw.alias("values")
    return raw.to_physical() if raw.dtype in (pl.Duration, pl.Time) else raw


def _numbers(raw: pl.Series) -> pl.Series | None:
    """Finite distinct values as numbers; None where a value is no number."""
    raw = _plain(raw)
    if raw.dtype == pl.Boolean:
        return None
    if raw.dtype.is_numeric():
        numbers = raw.drop_nulls().unique().cast(pl.Float64)
    else:
        text = _texts(raw.drop_nulls().unique())
        numbers = read_numbers(text)
        if numbers.null_count() or text.str.contains(r"^\s*0\d").any():
            return None
    return numbers.filter(numbers.is_finite())


def _all_whole(numbers: list[pl.Series | None]) -> bool:
    return all(n is None or bool((n == n.floor()).all()) for n in numbers)


def _as_class(given: object) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    return str(given)


def _class_order(name: str) -> tuple[bool, float, str]:
    """Numbers by size before names by alphabet."""
    try:
        return False, float(name), name
    except ValueError:
        return True, 0.0, name


def _shortened(values: Collection[str]) -> str:
    shown = list(values)[:10]
    return ", ".join(shown) + (", …" if len(values) > 10 else "")
