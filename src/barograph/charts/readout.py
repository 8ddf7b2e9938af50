"""What a picture says where somebody points at it: a part without colour over each window, bin or category."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from barograph.charts.numbers import NARROW, count, measured
from barograph.charts.spoken import Speak
from barograph.charts.svg import escape
from barograph.locale.said import say

if TYPE_CHECKING:
    from barograph.charts.series import Series

#: Between a figure and a unit that may be a word.
_APART = "\u00a0"


def target(area: str, lines: Iterable[str], *, address: str = "") -> str:
    r"""Draw a part that says its lines, and leads on where it has an address.

    The lines are its `<title>`, which browsers show without scripts. Links of parts are left out of the order of the
    keyboard, which has them by the keys of the arrows.

    Parameters
    ----------
    area : path data.

    Examples
    --------
    >>> target("M0 0h4v4h-4z", ("Mon", "0.1"))
    '<path class="brg-target" d="M0 0h4v4h-4z"><title>Mon\n0.1</title></path>'
    """
    said = escape("\n".join(line for line in lines if line))
    drawn = f'<path class="brg-target" d="{area}"><title>{said}</title></path>'
    return f'<a href="{escape(address)}" tabindex="-1">{drawn}</a>' if address else drawn


def figure_lines(series: Series, i: int, speak: Speak) -> tuple[str, ...]:
    """What is said of one window: when, the figure with its interval and unit, and the rows it rests on.

    Parameters
    ----------
    series : its words said already.

    Examples
    --------
    >>> from barograph.charts.series import Series
    >>> nulls = Series(name="nulls", labels=("Mon",), positions=(0,), values=(0.1,), rows=(9,), current=(True,))
    >>> figure_lines(nulls, 0, str)
    ('Mon', '0.1', 'n = 9')
    """
    value = series.values[i]
    interval = series.intervals[i] if series.intervals else None
    if value is None:
        figure = speak(say("no figure"))
    else:
        figure = measured(value, interval, unit=series.unit).replace(NARROW, _APART)
    return series.labels[i], figure, f"n = {count(series.rows[i])}" if series.rows[i] else ""
