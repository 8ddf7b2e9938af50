"""Templates of reports, in a language."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from barograph.charts import numbers
from barograph.charts.bars import Bars, mini_bars_svg
from barograph.charts.interval import dots_svg, strip_svg
from barograph.charts.overlay import Overlay, mini_svg
from barograph.charts.series import Series
from barograph.charts.series_words import series_key
from barograph.charts.sparkline import sparkline_svg
from barograph.charts.spoken import Speak
from barograph.charts.svg import clean, shorten
from barograph.locale.said import Said, capitalised, together, word
from barograph.metrics.values import Result, Value
from barograph.report.drawing import draw
from barograph.report.figure import Figure
from barograph.report.rows import PerformanceRow

if TYPE_CHECKING:
    from barograph.locale.language import Language

#: Limits between the size words, drawn as ticks under each effect.
_SIZES = (0.02, 0.05, 0.15)


def _caption(figure: Figure) -> str:
    """The figure's own caption, then the key of a series."""
    key = series_key(figure.chart) if isinstance(figure.chart, Series) else ""
    parts = [part for part in (figure.caption, key) if part]
    return together(parts, " ") if parts else ""


def _mini(chart: Overlay | Bars, speak: Speak) -> Markup:
    drawn = mini_svg(chart, speak=speak) if isinstance(chart, Overlay) else mini_bars_svg(chart, speak=speak)
    return Markup(drawn)


def _strip(effect: Value, name: str, end: float, speak: Speak) -> Markup:
    drawn = strip_svg(shorten(name, 60), effect.value, effect.interval, high=end, steps=_SIZES, speak=speak)
    return Markup(drawn)


def _dots(row: PerformanceRow, speak: Speak) -> Markup:
    """Reference and current on one axis; nothing where there is no pair to compare."""

    def known(r: Result | None) -> tuple[float, tuple[float, float] | None] | None:
        return (r.value, r.interval) if isinstance(r, Value) else None

    reference, current = known(row.reference), known(row.current)
    if not reference or not current:
        return Markup("")
    return Markup(dots_svg(row.title, reference, current, speak=speak))


def _shown(value: float | None, form: str) -> str:
    return numbers.share(value) if form == "share" else numbers.number(value)


def _reason(reason: str) -> Said:
    return capitalised(word(reason.replace("_", " ")))


@functools.cache
def environment_of(code: str) -> Environment:
    """Templates, their filters and their words in a language.

    Parameters
    ----------
    code : of the language.
    """
    # With the first page: languages take longer to load than all else here.
    from barograph.locale.language import language

    # Words of a report are those of sentences, not of the server's pages.
    spoken = replace(language(code), of_pages=None)
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("barograph.report", "templates"), PackageLoader("barograph.charts", "style")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        finalize=lambda shown: spoken.said(shown) if isinstance(shown, Said) else shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "count": numbers.count,
        "measured_share": numbers.measured_share,
        "probability": numbers.probability,
        "shown": _shown,
        "reason": _reason,
        "number": numbers.number,
        **_filters(spoken),
    }
    environment.globals |= {"language": spoken.code}
    return environment


def _filters(spoken: Language) -> dict[str, Callable[..., Any]]:
    """What writes and draws in a language."""

    def text(value: float | str | None) -> str:
        return clean(spoken.said(value)) if isinstance(value, str) else numbers.number(value)

    def measured(value: float, interval: tuple[float, float] | None, unit: str = "") -> str:
        return numbers.measured(value, interval, unit=spoken.gettext(unit))

    return {
        "clean": lambda said: clean(spoken.said(said)),
        "shorten": lambda said, limit: shorten(spoken.said(said), limit),
        "text": text,
        "measured": measured,
        "caption": lambda figure: clean(spoken.said(_caption(figure))),
        "told": lambda said: clean(spoken.said(said)).replace("n = ", "n\u00a0=\u00a0"),
        "draw": lambda chart: draw(chart, spoken.said, pointed=False),
        "mini": lambda chart: _mini(chart, spoken.said),
        "sparkline": lambda course: Markup(sparkline_svg(course, speak=spoken.said)),
        "strip": lambda effect, name, end: _strip(effect, name, end, spoken.said),
        "dots": lambda row: _dots(row, spoken.said),
    }
