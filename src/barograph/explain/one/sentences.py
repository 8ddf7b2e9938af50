"""What is said first of one prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from barograph.explain.one.explained import Attribution, Cell, Effect, RowExplanation
from barograph.explain.one.fates import NAMES
from barograph.explain.one.place_sentences import exact, most
from barograph.explain.words import listed, number
from barograph.metrics.values import Result, Value
from barograph.schema.model import REGRESSION_TASKS, Schema

_PLACES: Final = 3
_PAIRS: Final = 2
_EFFECTS: Final = 3
#: A value at least as unusual as this is told, whatever else there is.
_UNUSUAL: Final = 0.01


def verdict_of(answers: Mapping[str, Cell], schema: Schema) -> str:
    """What the row was answered, and what it was.

    Parameters
    ----------
    answers : what is known of prediction, scores and label.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> columns = (Column(name="p", role="prediction"), Column(name="y", role="label"))
    >>> verdict_of({"p": 76.14, "y": 172.0}, Schema(columns=columns, task="regression"))
    'Its p is 76.14 and its y 172: under-estimated by 95.9.'
    """
    prediction, label = schema.one("prediction"), schema.one("label")
    held = [(name, _plain(value)) for name, value in answers.items() if value is not None]
    told = [f"{name} {'' if i else 'is '}{value}" for i, (name, value) in enumerate(held)]
    if not told:
        return "Neither its prediction nor its label is known."
    said = listed([f"Its {told[0]}", *(f"its {one}" for one in told[1:])])
    if label is not None and answers.get(label.name) is None:
        return f"{said}; its label is not known."
    if prediction is None or label is None or schema.task not in REGRESSION_TASKS:
        return f"{said}."
    p, y = answers.get(prediction.name), answers.get(label.name)
    if not isinstance(p, float) or not isinstance(y, float) or p == y:
        return f"{said}."
    return f"{said}: {'under' if p < y else 'over'}-estimated by {number(abs(p - y))}."


def loss_sentence(measure: str, loss: float, smaller: float | None, all_rows: Result) -> str:
    """How the loss of a row stands among the reference's.

    Parameters
    ----------
    smaller : share of the reference's judged sampled rows with less.
    all_rows : the reference's mean.

    Examples
    --------
    >>> loss_sentence("log_loss", 2.31, 0.996, Value(value=0.41, n=618))
    "Its log loss is 2.31, more than that of 99.6 % of the reference's sampled rows; the reference's mean is 0.41."
    """
    known = isinstance(all_rows, Value)
    mean = number(all_rows.value) if isinstance(all_rows, Value) else ""
    if measure == "misclassified":
        whole = f"; the reference's {NAMES[measure]} is {mean}" if known else ""
        return f"The answer is {'wrong' if loss else 'right'}{whole}."
    whole = f"; the reference's mean is {mean}" if known else ""
    than = "" if smaller is None else f", more than that of {most(smaller)} of the reference's sampled rows"
    return f"Its {NAMES[measure]} is {number(loss)}{than}{whole}."


def _plain(value: Cell) -> str:
    return exact(value) if isinstance(value, float) else repr(value)


def summary_of(explanation: RowExplanation) -> tuple[str, ...]:
    """The sentences to be read first."""
    e = explanation
    unusual = [place for place in e.places if place.usual < _UNUSUAL][:_PLACES] or e.places[:1]
    effects = [s for a in e.attributions for s in (a.sentence, *(f.sentence for f in _shown(a)[:_EFFECTS]))]
    return (
        e.verdict,
        e.novelty.sentence,
        *(place.sentence for place in unusual),
        *(pair.sentence for pair in e.pairs[:_PAIRS]),
        *(like.sentence for like in e.likes),
        *effects,
    )


def _shown(attribution: Attribution) -> list[Effect]:
    """Effects that are not 0, as far as is known."""
    return [
        effect
        for effect in attribution.effects
        if effect.change.value
        and (
            effect.change.interval is None
            or not effect.change.interval[0] <= 0.0 <= effect.change.interval[1]
        )
    ]
