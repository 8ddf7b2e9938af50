"""What a page is of, as its address says: every link keeps it, so that an address always shows the same page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query

from barograph.errors import did_you_mean
from barograph.server.errors import RequestRefused
from barograph.server.reading.span import Span, read_span
from barograph.server.times import as_datetime
from barograph.windows import parse_every

#: Spans offered for a click, the longest last.
SPANS: Final = ("24h", "7d", "28d", "90d", "365d")
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The query string of a page.

    Attributes
    ----------
    project : shown alone; None: all that may be seen.
    span : length of time up to now, such as ``28d``, or two times with a slash; None: the page's own.
    reference, version, segment, window, metric : as the API takes them; None: the page's own.
    """

    project: str | None = None
    span: str | None = None
    reference: str | None = None
    version: str | None = None
    segment: str | None = None
    window: str | None = None
    metric: str | None = None

    def query(self, **changed: str | None) -> str:
        """The query string, some of it changed; empty where all is the page's own.

        Examples
        --------
        >>> Selection(span="7d").query(segment="country=DE")
        '?span=7d&segment=country%3DDE'
        """
        known = {f.name for f in fields(self)}
        own = {k: v for k, v in changed.items() if k in known}
        held = asdict(replace(self, **own)) | {k: v for k, v in changed.items() if k not in known}
        given = {k: v for k, v in held.items() if v is not None}
        return f"?{urlencode(given)}" if given else ""

    def read_span(self, *, timezone: str, now: int, default: str = "28d") -> Span:
        """The span of time.

        Raises
        ------
        RequestRefused
            422 where it cannot be read.
        """
        text = self.span or default
        if "/" in text:
            first, _, end = text.partition("/")
            return read_span(first or None, end or None, timezone=timezone, now=now)
        try:
            seconds = parse_every(text).approximate_seconds
        except ValueError:
            hint = did_you_mean(text, SPANS) or "."
            raise RequestRefused(
                422,
                f"span={text!r} cannot be read{hint} Expected {', '.join(SPANS)}, or two dates such as "
                "2011-02-01/2011-02-28.",
            ) from None
        return Span(first=now - round(seconds * 1_000_000), end=now, timezone=timezone)

    def absolute(self, span: Span) -> str:
        """The query string with the span written out, so that the page stays as it is now."""
        return self.query(span="/".join(as_datetime(t).isoformat() for t in (span.first, span.end)))


def _text(meaning: str, name: str | None = None) -> object:
    return Query(alias=name, description=meaning, max_length=_LONGEST)


async def selection(
    only: Annotated[str | None, _text("Only this project.", "project")] = None,
    span: Annotated[str | None, _text("Such as 28d, or two times with a slash.")] = None,
    reference: Annotated[str | None, _text("What figures are compared with.")] = None,
    version: Annotated[str | None, _text("Only this version.")] = None,
    segment: Annotated[str | None, _text("Only this segment, such as country=DE.")] = None,
    window: Annotated[str | None, _text("Length of the windows, such as 1d.")] = None,
    metric: Annotated[str | None, _text("Address of the metric that is drawn.")] = None,
    first: Annotated[str | None, _text("Beginning of a span, with `to`.", "from")] = None,
    end: Annotated[str | None, _text("Its end.", "to")] = None,
) -> Selection:
    """The selection of a request, as a dependency; a project may be named by a page's path, too."""
    given: Mapping[str, str | None] = {
        "project": only, "span": f"{first}/{end}" if first and end else span,
        "reference": reference, "version": version, "segment": segment,
        "window": window, "metric": metric,
    }  # fmt: skip
    return Selection(**{name: value or None for name, value in given.items()})
