"""The chart of a letter as a picture that mail programs show."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from barograph.charts.series import Series
from barograph.charts.watched import Watched, watched_svg
from barograph.locale.language import language
from barograph.locale.said import say
from barograph.server.notify.letter import Letter

#: Pixels for each of the drawing's, for screens that show two where others show one.
_ZOOM: Final = 2.0
_BACKGROUND: Final = "#ffffff"
#: One letter of each language whose letters not every font has, and one that none has.
_LETTERS: Final = {"zh-CN": "阈"}
_NO_LETTER: Final = "\U000ffffd"
_BAND: Final = say("95 % of the reference's windows")
_VARIABLE: Final = re.compile(r"var\((--brg-[a-z0-9-]+)\)")
_FONT: Final = "text{font-family:'Noto Sans','DejaVu Sans',Arial,sans-serif}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as a file.

    Attributes
    ----------
    is_shown : whether mail programs show it where it stands; else it is an attachment.
    """

    name: str
    media_type: str
    content: bytes
    is_shown: bool


def picture(letter: Letter) -> Picture | None:
    """The letter's chart: PNG where the extra `images` is installed, else SVG; None where it has none."""
    chart = letter.document.get("chart")
    if not chart or not chart.get("values"):
        return None
    data, spoken = _watched(chart), language(letter.language)
    try:
        drawn = _rasterised(_alone(watched_svg(data, speak=spoken.said if _is_drawn(spoken.code) else str)))
    except ImportError:
        content = _alone(watched_svg(data, speak=spoken.said)).encode()
        return Picture(name="chart.svg", media_type="image/svg+xml", content=content, is_shown=False)
    return Picture(name="chart.png", media_type="image/png", content=drawn, is_shown=True)


def _rasterised(drawing: str) -> bytes:
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing, background=_BACKGROUND, zoom=_ZOOM, font_family="DejaVu Sans"
        )
    )


@functools.cache
def _is_drawn(code: str) -> bool:
    """Whether some font of this machine has a language's letters; else a chart keeps its English words."""
    if code not in _LETTERS:
        return True
    text = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="16">{}</text></svg>'
    return _rasterised(text.format(_LETTERS[code])) != _rasterised(text.format(_NO_LETTER))


def _watched(chart: Mapping[str, Any]) -> Watched:
    values = tuple(chart["values"])
    low, high = chart.get("limits") or (None, None)
    band = chart.get("band")
    series = Series(
        name=str(chart.get("name", "figure")), labels=tuple(chart["labels"]), positions=tuple(range(len(values))),
        values=values, rows=(0,) * len(values), current=(True,) * len(values),
        intervals=tuple(None if i is None else (i[0], i[1]) for i in chart.get("intervals", ())),
        band=None if band is None else (band[0], band[1]), band_name=_BAND,
        unit=str(chart.get("unit", "")),
    )  # fmt: skip
    return Watched(series=series, limits=(low, high), breached=tuple(chart.get("breached", ())))


def _alone(drawn: str) -> str:
    """A drawing that is no part of a page: with its names and colours in it."""
    head, body = drawn.split(">", 1)
    return f'{head} xmlns="http://www.w3.org/2000/svg"><style>{_style()}</style>{body}'


@functools.cache
def _style() -> str:
    """The rules of charts, with the light colours in place of their names: rasterisers know no variables."""
    style = resources.files("barograph.charts") / "style"
    colours = dict(re.findall(r"(--brg-[a-z0-9-]+):([^;\s]+)", (style / "light.css").read_text("utf-8")))
    rules = (style / "charts.css").read_text("utf-8")
    filled = _VARIABLE.sub(lambda found: colours[found[1]], rules)
    return filled + _FONT
