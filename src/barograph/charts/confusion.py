"""The confusion matrix: counts, and the share of each actual class, as a ramp of one hue."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.charts.numbers import count, number, share
from barograph.charts.panels import LEVELS
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, label, path, picture, shorten
from barograph.locale.said import say, together, word

_LEFT, _TOP = 104, 42
_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Counts of one side.

    Attributes
    ----------
    side : ``"reference"`` or ``"current"``.
    classes : names, in the order of rows and columns.
    counts : one tuple an actual class, in it one count a predicted class.
    """

    side: str
    classes: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]


def confusion_svg(data: Confusion, *, speak: Speak = str) -> str:
    """Draw rows of actual and columns of predicted classes; colour is the share within a row.

    More than ten classes: the nine with most rows, and all others as one.

    Examples
    --------
    >>> both = Confusion(side="current", classes=("no", "yes"), counts=((90, 10), (5, 15)))
    >>> confusion_svg(both).count("brg-level")
    4
    """
    data = worded(data, speak)
    classes, counts = _folded(data, speak)
    side = say("{side}, n = {n}", side=word(data.side), n=count(sum(map(sum, counts))))
    k = len(classes)
    cell = 82 if k <= 2 else 64 if k == 3 else max(28, 252 // max(k, 1))
    tall = cell if k > 4 else min(cell, 52)
    body = [
        label(speak(side), 2, 12, css=f"brg-{data.side[:3]}-text"),
        label(speak(say("predicted")), _LEFT + cell * k / 2, 26, anchor="middle", css="brg-note"),
        label(speak(say("actual")), _LEFT - 6, _TOP - 4, anchor="end", css="brg-note"),
    ]
    for i, (name, row) in enumerate(zip(classes, counts, strict=True)):
        total = sum(row)
        y = _TOP + tall * i
        body.append(label(shorten(name, 15), _LEFT - 6, y + tall / 2 + 4, anchor="end", title=name))
        body.append(
            label(
                shorten(name, max(3, cell // 7)),
                _LEFT + cell * (i + 0.5),
                _TOP - 4,
                anchor="middle",
                title=name,
            )
        )
        for j, n in enumerate(row):
            part = n / total if total else 0.0
            said = say(
                "actual {actual}, predicted {predicted}: {n} rows, {share} of actual {actual}",
                actual=name, predicted=classes[j], n=count(n), share=share(part),
            )  # fmt: skip
            body.append(_cell((n, part), (_LEFT + cell * j, y), (cell, tall), speak(said)))
    wide, high = max(_LEFT + cell * k, 200), _TOP + tall * k + 2
    return picture("".join(body), width=wide, height=high, label=speak(_said(data.side, classes, counts)))


def _said(side: str, classes: tuple[str, ...], counts: tuple[tuple[float, ...], ...]) -> str:
    told = [
        say("{name} right {share}", name=shorten(c, 30), share=share(r[i] / sum(r) if sum(r) else 0.0))
        for i, (c, r) in enumerate(zip(classes, counts, strict=True))
    ]
    return say("Confusion matrix, {side}: {told}", side=word(side), told=together(told, "; "))


def _cell(held: tuple[float, float], corner: tuple[int, int], size: tuple[int, int], said: str) -> str:
    """One cell: its rows where there is room, and their share of the actual class."""
    (n, part), (x, y), (wide, tall) = held, corner, size
    level = min(LEVELS, 1 + int(part * LEVELS)) if n else 0
    ground = path(box(x, y, wide - 2, tall - 2), f"brg-level{level}" if level else "brg-frame", said)
    css = "brg-on-high" if level >= 4 else "brg-strong"
    middle, roomy = x + wide / 2 - 1, wide >= 48
    rows = label(number(n), middle, y + tall / 2 - 3, anchor="middle", css=css) if roomy else ""
    low = y + tall / 2 + (11 if roomy else 3)
    return ground + rows + label(share(part).replace("\u202f", ""), middle, low, anchor="middle", css=css)


def _folded(data: Confusion, speak: Speak) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
    """The nine largest classes and one for the others, where there are more than ten."""
    k = len(data.classes)
    if k <= _SHOWN:
        return data.classes, data.counts
    sizes = [sum(data.counts[i]) + sum(row[i] for row in data.counts) for i in range(k)]
    kept = sorted(sorted(range(k), key=lambda i: -sizes[i])[: _SHOWN - 1])
    groups = [[i] for i in kept] + [[i for i in range(k) if i not in set(kept)]]
    counts = tuple(
        tuple(sum(data.counts[i][j] for i in rows for j in columns) for columns in groups) for rows in groups
    )
    return (*(data.classes[i] for i in kept), speak(say("{n} others", n=k - len(kept)))), counts
