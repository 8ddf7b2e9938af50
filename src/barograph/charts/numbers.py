"""Figures as text: short, never more digits than they carry, and readable in a column."""

from __future__ import annotations

import math

NARROW = "\u202f"  # narrow no-break space: keeps a figure and its unit on one line
MINUS = "\u2212"
_LARGE = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def number(x: float | None, *, significant: int = 3) -> str:
    """Write `x` with about `significant` digits, grouped by thousands; an em dash where there is none.

    Examples
    --------
    >>> number(0.19342), number(12480.4), number(4.86e16), number(-1234567)
    ('0.193', '12,480', '4.86e16', '−1.23M')
    """
    if x is None or math.isnan(x):
        return "—"
    if math.isinf(x):
        return "∞" if x > 0 else MINUS + "∞"
    size = abs(x)
    if size == 0:
        return "0"
    if size >= 1e15 or size < 1e-4:
        mantissa, exponent = f"{size:.{significant - 1}e}".split("e")
        text = f"{_trim(mantissa)}e{int(exponent)}".replace("e-", "e" + MINUS)
    elif size >= 1e6:
        unit, letter = next(pair for pair in _LARGE if size >= pair[0])
        text = _trim(f"{size / unit:.{significant - 1}f}") + letter
    else:
        decimals = max(0, significant - 1 - math.floor(math.log10(size)))
        text = _trim(f"{size:,.{decimals}f}")
    return (MINUS if x < 0 else "") + text


def count(n: float | None) -> str:
    """Write a number of rows exactly, grouped by thousands.

    Examples
    --------
    >>> count(12480), count(None)
    ('12,480', '—')
    """
    return "—" if n is None else f"{round(n):,}".replace("-", MINUS)


def share(p: float | None) -> str:
    """Write a share in percent; never rounds a trace to 0 % or an almost-all to 100 %.

    Examples
    --------
    >>> [share(p).replace(NARROW, " ") for p in (0, 0.0002, 0.019, 0.194, 0.9997, 1)]
    ['0 %', '<0.1 %', '1.9 %', '19 %', '>99.9 %', '100 %']
    """
    if p is None or math.isnan(p):
        return "—"
    size = 100 * abs(p)
    if 0 < size < 0.1:
        text = "<0.1"
    elif 99.9 < size < 100:
        text = ">99.9"
    else:
        text = _trim(f"{size:.1f}" if size < 10 or size > 99 else f"{size:.0f}")
    return f"{MINUS if p < 0 and text != '<0.1' else ''}{text}{NARROW}%"


def measured(value: float | None, interval: tuple[float, float] | None = None, *, unit: str = "") -> str:
    """Write a value with its interval and unit, to the digits the interval's width supports.

    Examples
    --------
    >>> measured(11.4182, (10.21, 12.83))
    '11.4 (10.2–12.8)'
    >>> measured(-0.031, (-0.052, -0.012))
    '−0.031 (−0.052…−0.012)'
    >>> measured(31.2, (27.4, 35.3), unit="%").replace(NARROW, " ")
    '31 % (27–35 %)'
    """
    tail = f"{NARROW}{unit}" if unit else ""
    if value is None or interval is None:
        return number(value) + (tail if value is not None else "")
    low, high = interval
    joint = "…" if low < 0 else "–"
    width = high - low
    largest = max(abs(value), abs(low), abs(high))
    if not 0 < width < math.inf or largest >= 1e6 or width < 1e-6:
        value_text, low_text, high_text = number(value), number(low), number(high)
    else:
        decimals = max(0, -math.floor(math.log10(width / 5)))
        texts = [_fixed(x, decimals) for x in (value, low, high)]
        while "." in texts[0] and all(text.endswith("0") for text in texts):
            texts = [text[:-1].removesuffix(".") for text in texts]
        value_text, low_text, high_text = texts
    if unit == "%":
        return f"{value_text}{tail} ({low_text}{joint}{high_text}{tail})"
    return f"{value_text} ({low_text}{joint}{high_text}){tail}"


def measured_share(value: float, interval: tuple[float, float] | None = None) -> str:
    """Write a share and its interval in percent.

    Examples
    --------
    >>> measured_share(0.312, (0.274, 0.353)).replace(NARROW, " ")
    '31 % (27–35 %)'
    """
    if interval is None:
        return share(value)
    return measured(100 * value, (100 * interval[0], 100 * interval[1]), unit="%")


def probability(p: float | None) -> str:
    """Write a p- or q-value: two digits, and a floor below which digits carry nothing.

    Examples
    --------
    >>> probability(0.0312), probability(3e-9), probability(1.0)
    ('0.031', '<0.0001', '1')
    """
    if p is None:
        return "—"
    return "<0.0001" if p < 1e-4 else number(p, significant=2)


def _fixed(x: float, decimals: int) -> str:
    text = f"{abs(x):,.{decimals}f}"
    return (MINUS if x < 0 and text.strip("0.,") else "") + text


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
