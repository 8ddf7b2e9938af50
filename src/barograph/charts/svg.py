"""The few pieces of SVG text every chart is made of.

Charts name CSS classes and never a colour, so that one stylesheet (`charts/style/`) decides
light, dark and print. They hold no `id`, so that any number of them can share a page.
"""

from __future__ import annotations

import bisect
import html
import math
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, Final

import numpy as np

# XML 1.0 has no way to write these, escaped or not; a lone surrogate cannot be encoded at all.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Marks that reorder the text around them: inside one SVG line nothing isolates them.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Fewer points than these are looked at one by one in less time than an array takes.
_FEW: Final = 64


def escape(text: str) -> str:
    """Make any text safe inside an element or a quoted attribute.

    Examples
    --------
    >>> escape('<script>"&')
    '&lt;script&gt;&quot;&amp;'
    """
    return html.escape(clean(text), quote=True)


def clean(text: str) -> str:
    r"""Replace characters that XML cannot hold, or that reorder their surroundings, by U+FFFD.

    Examples
    --------
    >>> clean("a\x00b") == "a\ufffdb"
    True
    """
    return _BIDI.sub("\ufffd", _NOT_XML.sub("\ufffd", text))


def letters(text: str) -> int:
    """How many letters wide a text is; a Chinese character is as wide as two.

    Examples
    --------
    >>> letters("temp"), letters("温度")
    (4, 4)
    """
    return len(text) if text.isascii() else sum(map(_wide, text))


def shorten(text: str, limit: int) -> str:
    """Cut `text` to `limit` letters, the last of which is then an ellipsis.

    Examples
    --------
    >>> shorten("temperature", 6), shorten("最高温度", 6)
    ('tempe…', '最高…')
    """
    if letters(text) <= limit:
        return text
    ends = list(accumulate(map(_wide, text)))
    return text[: bisect.bisect_right(ends, limit - 1)] + "…"


def _wide(letter: str) -> int:
    return 2 if "\u3000" <= letter <= "\u9fff" or "\uff01" <= letter <= "\uff60" else 1


def coordinate(x: float) -> str:
    """Write a coordinate to a tenth of a pixel, without trailing zeros.

    Examples
    --------
    >>> coordinate(12.04), coordinate(-0.01), coordinate(3.25)
    ('12', '0', '3.2')
    """
    text = f"{x:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def picture(body: str, *, width: float, height: float, label: str, foot: str = "") -> str:
    """Wrap drawn parts in one accessible `<svg>`; `label` says in words what the picture shows.

    The label is an attribute and no `<title>`: as a tooltip over the whole picture it would hide those of
    its parts.

    Parameters
    ----------
    foot : what holds for all of its parts, such as a limit: shown beneath what one of them says.

    Examples
    --------
    >>> picture("", width=10, height=5, label="a < b")[:46]
    '<svg class="brg-chart" role="img" viewBox="0 0'
    """
    said = escape(label)
    # XML would make a line's end within an attribute a space.
    beneath = f' data-foot="{escape(foot).replace(chr(10), "&#10;")}"' if foot else ""
    return (
        f'<svg class="brg-chart" role="img" viewBox="0 0 {coordinate(width)} {coordinate(height)}" '
        f'width="{coordinate(width)}" height="{coordinate(height)}" aria-label="{said}"{beneath}>'
        f"{body}</svg>"
    )


def linked(body: str, *, width: float, height: float, label: str, foot: str = "") -> str:
    """Wrap drawn parts that hold links: a group and no image, whose parts could not be reached.

    Examples
    --------
    >>> linked("", width=10, height=5, label="a < b")[:48]
    '<svg class="brg-chart" role="group" viewBox="0 0'
    """
    whole = picture(body, width=width, height=height, label=label, foot=foot)
    return whole.replace('role="img"', 'role="group"', 1)


def path(points: str, css: str, title: str = "") -> str:
    """Draw a path of class `css`; an empty path is no element at all.

    Examples
    --------
    >>> path("M0 0H4", "brg-grid")
    '<path class="brg-grid" d="M0 0H4"/>'
    """
    if not points:
        return ""
    if title:
        return f'<path class="{css}" d="{points}"><title>{escape(title)}</title></path>'
    return f'<path class="{css}" d="{points}"/>'


def label(text: str, x: float, y: float, *, anchor: str = "", css: str = "", title: str = "") -> str:
    """Write one line of text with its baseline at (x, y); `anchor` is start, middle or end.

    Examples
    --------
    >>> label("n", 3, 4, anchor="end")
    '<text x="3" y="4" text-anchor="end">n</text>'
    """
    attributes = f' text-anchor="{anchor}"' if anchor else ""
    attributes += f' class="{css}"' if css else ""
    inner = f"<title>{escape(title)}</title>" if title else ""
    return f'<text x="{coordinate(x)}" y="{coordinate(y)}"{attributes}>{inner}{escape(text)}</text>'


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """Path data through `points`, straight from one to the next.

    Examples
    --------
    >>> polyline([(0, 1), (2, 3.5)])
    'M0 1L2 3.5'
    """
    data = "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
    return "M" + data if data else ""


def thinned(points: Sequence[tuple[float, float]], tolerance: float = 0.4) -> list[tuple[float, float]]:
    """Leave out points that lie within `tolerance` of the straight line between those that stay.

    Source: Ramer (1972), Douglas and Peucker (1973).

    Examples
    --------
    >>> thinned([(0, 0), (1, 0.1), (2, 0), (3, 5)])
    [(0, 0), (2, 0), (3, 5)]
    """
    kept, open_ = {0, len(points) - 1}, [(0, len(points) - 1)]
    places = np.array(points, np.float64)
    while open_:
        first, last = open_.pop()
        far, at = _farthest(points if last - first < _FEW else places, first, last)
        if far > tolerance:
            kept.add(at)
            open_ += [(first, at), (at, last)]
    return [points[i] for i in sorted(kept) if i >= 0]


def _farthest(points: Any, first: int, last: int) -> tuple[float, int]:
    """How far the farthest point between two lies from their line, and which it is; 0 where there is none.

    Parameters
    ----------
    points : pairs, or an array of them, which is faster where they are many.
    """
    (x0, y0), (x1, y1) = points[first], points[last]
    wide, high = x1 - x0, y1 - y0
    length = math.hypot(wide, high)
    if isinstance(points, np.ndarray):
        x, y = points[first + 1 : last, 0] - x0, points[first + 1 : last, 1] - y0
        off = np.abs(x * high - y * wide) / length if length > 0 else np.hypot(x, y)
        return float(off.max()), first + 1 + int(off.argmax())
    far, at = 0.0, first
    for i in range(first + 1, last):
        x, y = points[i]
        off = abs((x - x0) * high - (y - y0) * wide) / length if length > 0 else math.hypot(x - x0, y - y0)
        if off > far:
            far, at = off, i
    return far, at


def box(x: float, y: float, width: float, height: float) -> str:
    """Path data of a rectangle; many of them make one element.

    Examples
    --------
    >>> box(1, 2, 3, 4)
    'M1 2h3v4h-3z'
    """
    w, h = coordinate(width), coordinate(height)
    back = w[1:] if w.startswith("-") else "-" + w
    return f"M{coordinate(x)} {coordinate(y)}h{w}v{h}h{back}z"


def dot(x: float, y: float) -> str:
    """Path data of a point: a line of no length, which round caps of the class turn into a disc.

    Examples
    --------
    >>> dot(1, 2)
    'M1 2h0'
    """
    return f"M{coordinate(x)} {coordinate(y)}h0"


def staircase(xs: Iterable[float], ys: Iterable[float], base: float) -> str:
    """Path data of a histogram's outline: from `base` up, one flat step a bin, down to `base`.

    Examples
    --------
    >>> staircase([0, 5, 10], [3, 1], 8)
    'M0 8V3H5V1H10V8'
    """
    edges = [coordinate(x) for x in xs]
    if len(edges) < 2:
        return ""
    ground = last = coordinate(base)
    data = [f"M{edges[0]} {ground}"]
    for right, y in zip(edges[1:], (coordinate(y) for y in ys), strict=True):
        if y == last and len(data) > 1:
            data[-1] = data[-1][: data[-1].rindex("H")] + f"H{right}"
        else:
            data.append((f"V{y}" if y != last else "") + f"H{right}")
        last = y
    return "".join(data) + (f"V{ground}" if last != ground else "")
