"""A report as HTML: one self-contained page, or a fragment for a notebook.

Whatever the number of columns, the page stays bounded: each table shows `SHOWN` rows at most and says how
many are folded and of what state.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Generic, Protocol, TypeVar

from markupsafe import Markup

from barograph.charts import numbers
from barograph.locale.said import Said, say, together, word
from barograph.metrics.values import Value
from barograph.report.environment import environment_of
from barograph.report.figure import State
from barograph.report.rows import ChangeRow, ColumnView, Missing, QualityRow
from barograph.report.view import SHOWN, ReportView

ICONS: dict[State, str] = {"ok": "✓", "changed": "◆", "better": "▲", "worse": "▼", "unknown": "?"}
WORDS: dict[State, Said] = {
    "ok": say("no change"),
    "changed": say("changed"),
    "better": say("better"),
    "worse": say("worse"),
    "unknown": say("unknown"),
}


class _Stated(Protocol):
    @property
    def state(self) -> State: ...


Row = TypeVar("Row", bound=_Stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part(Generic[Row]):
    """The rows of one table that are shown, and a sentence on those that are not."""

    shown: Sequence[Row]
    quiet: Sequence[Row] = ()
    folded: str = ""


def render_page(view: ReportView, language: str = "en") -> str:
    """Render a report as one HTML file that needs nothing else, not even a network.

    Parameters
    ----------
    language : code of the language it is written in.

    Notes
    -----
    Works without JavaScript, which only adds sorting and a filter. The page's policy forbids every request.
    Size: about 6 KB a column, at most `SHOWN` columns.

    Examples
    --------
    >>> view = ReportView(title="demo", subtitle="", verdict="Nothing moved.", verdict_state="ok")
    >>> page = render_page(view)
    >>> page[:15], "Nothing moved." in page
    ('<!doctype html>', True)
    """
    return _page(view, "body.html", language)


def render_why_page(view: ReportView, language: str = "en") -> str:
    """Render the section *Why* of a view as a page of its own."""
    return _page(view, "why_body.html", language)


def _page(view: ReportView, body: str, language: str) -> str:
    script, style = _source("table.js"), _style(notebook=False)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    page = environment_of(language).get_template("page.html")
    return page.render(_context(view), body=body, policy=policy, style=Markup(style), script=Markup(script))


def render_fragment(view: ReportView, language: str = "en") -> str:
    """Render a report for a notebook's output: no script, and no style that reaches beyond it.

    Examples
    --------
    >>> view = ReportView(title="demo", subtitle="", verdict="Nothing moved.", verdict_state="ok")
    >>> part = render_fragment(view)
    >>> part.startswith('<div class="barograph">'), "<script" in part
    (True, False)
    """
    return _fragment(view, "body.html", language)


def render_why_fragment(view: ReportView, language: str = "en") -> str:
    """Render the section *Why* of a view for a notebook's output."""
    return _fragment(view, "why_body.html", language)


def _fragment(view: ReportView, body: str, language: str) -> str:
    fragment = environment_of(language).get_template("fragment.html")
    return fragment.render(_context(view), body=body, style=Markup(_style(notebook=True)))


def _context(view: ReportView) -> dict[str, Any]:
    """Everything the templates read."""
    changes = _changes(view)
    columns = _columns(view, changes.shown)
    ids: dict[str, str] = {}
    for i, column in enumerate(columns.shown):
        ids.setdefault(column.name, f"c{i}")
    ends = [
        e
        for r in changes.shown
        if isinstance(r.effect, Value)
        for e in (r.effect.interval or (r.effect.value,))
    ]
    return {
        "view": view,
        "prefix": _prefix(view),
        "sections": _sections(view),
        "changes": changes,
        "columns": columns,
        "quality": _quality(view),
        "segments": _cut(view.segments, SHOWN, "segments"),
        "missing": _missing(view),
        "ids": ids,
        "strip_end": max([0.06, *ends]),
        "limit": SHOWN,
        "icons": ICONS,
        "words": WORDS,
    }


def _prefix(view: ReportView) -> str:
    """A name for this report's anchors, so that two reports in one notebook do not share any."""
    told = repr((view.title, view.subtitle, view.verdict, view.facts, view.footer))
    return "brg-" + hashlib.sha256(told.encode(errors="replace")).hexdigest()[:8]


def _sections(view: ReportView) -> list[tuple[str, Said]]:
    """Anchors of the parts this report has."""
    parts = [
        ("why", say("Why"), view.why is not None),
        ("changes", say("Changes"), view.has_reference),
        ("performance", say("Performance"), True),
        ("business", say("Business figures"), bool(view.business)),
        ("targets", say("Target and prediction"), bool(view.targets)),
        ("quality", say("Quality"), True),
        ("columns", say("Columns"), bool(view.columns)),
        ("correlations", say("Correlations"), bool(view.correlations)),
        ("segments", say("Segments"), bool(view.segments)),
        ("unknown", say("Not computed"), bool(view.undefined or view.not_profiled)),
        ("reading", say("How to read this"), True),
    ]
    return [(key, text) for key, text, there in parts if there]


def _cut(rows: Sequence[Row], limit: int, what: str, omitted: int = 0) -> _Part[Row]:
    """The first `limit` rows; of the others only how many are in which state."""
    folded: Counter[Said] = Counter(WORDS[r.state] for r in rows[limit:])
    if omitted:
        folded[say("nothing notable")] += omitted
    if not folded:
        return _Part(shown=rows)
    told = [say("{n} {state}", n=numbers.count(n), state=state) for state, n in sorted(folded.items())]
    said = say(
        "{n} more {what} are not shown here ({states}); the report's JSON has all of them.",
        n=numbers.count(folded.total()), what=word(what), states=together(told, ", "),
    )  # fmt: skip
    return _Part(shown=rows[:limit], folded=said)


def _changes(view: ReportView) -> _Part[ChangeRow]:
    return _cut(view.changes, SHOWN, "columns", view.omitted_columns)


def _columns(view: ReportView, ranked: Sequence[ChangeRow]) -> _Part[ColumnView]:
    """All columns in the order of the data; of too many, those whose change is shown, in that order."""
    if len(view.columns) <= SHOWN:
        return _cut(view.columns, SHOWN, "columns", view.omitted_columns)
    place = {r.column: i for i, r in enumerate(ranked)}
    calm = {"ok": 1}
    order = sorted(view.columns, key=lambda c: (place.get(c.name, len(place)), calm.get(c.state, 0)))
    return _cut(order, SHOWN, "columns", view.omitted_columns)


def _quality(view: ReportView) -> _Part[QualityRow]:
    """Columns of which there is something to say; then the quiet ones."""
    loud = [r for r in view.quality if r.notable or r.state != "ok"]
    quiet = [r for r in view.quality if not (r.notable or r.state != "ok")]
    part = _cut([*loud, *quiet], SHOWN, "columns", view.omitted_columns)
    cut = min(len(loud), SHOWN)
    return _Part(shown=part.shown[:cut], quiet=part.shown[cut:], folded=part.folded)


def _missing(view: ReportView) -> list[tuple[str, list[Missing]]]:
    """Figures that are not there, by reason, in order of first appearance."""
    groups: dict[str, list[Missing]] = {}
    for item in view.undefined:
        groups.setdefault(item.reason, []).append(item)
    return list(groups.items())


def _source(name: str) -> str:
    """A template file's own text."""
    return resources.files("barograph.report").joinpath("templates", name).read_text("utf-8")


@functools.cache
def _style(*, notebook: bool) -> str:
    """The stylesheet; in a notebook the notebook's theme overrules the system's."""
    return environment_of("en").get_template("style.css").render(notebook=notebook)
