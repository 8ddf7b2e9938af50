"""What is said first of one prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from barograph.explain.one.explained import Attribution, Cell, Effect, RowExplanation
from barograph.explain.one.fates import NAMES
from barograph.explain.one.place_sentences import exact, most
from barograph.explain.words import number
from barograph.locale.said import listed, say
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
    if not held:
        return say("Neither its prediction nor its label is known.")
    (name, value), *rest = held
    said = listed(
        [
            say("Its {column} is {value}", column=name, value=value),
            *(say("its {column} {value}", column=other, value=of_other) for other, of_other in rest),
        ]
    )
    if label is not None and answers.get(label.name) is None:
        return say("{said}; its label is not known.", said=said)
    if prediction is None or label is None or schema.task not in REGRESSION_TASKS:
        return say("{said}.", said=said)
    p, y = answers.get(prediction.name), answers.get(label.name)
    if not isinstance(p, float) or not isinstance(y, float) or p == y:
        return say("{said}.", said=said)
    if p < y:
        return say("{said}: under-estimated by {amount}.", said=said, amount=number(y - p))
    return say("{said}: over-estimated by {amount}.", said=said, amount=number(p - y))


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
    mean = number(all_rows.value) if isinstance(all_rows, Value) else None
    if measure == "misclassified":
        said = say("The answer is wrong") if loss else say("The answer is right")
        if mean is None:
            return say("{said}.", said=said)
        return say("{said}; the reference's share of wrong answers is {mean}.", said=said, mean=mean)
    said = say("Its {measure} is {value}", measure=NAMES[measure], value=number(loss))
    if smaller is not None:
        said = say(
            "{said}, more than that of {share} of the reference's sampled rows",
            said=said,
            share=most(smaller),
        )
    if mean is None:
        return say("{said}.", said=said)
    return say("{said}; the reference's mean is {mean}.", said=said, mean=mean)


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
