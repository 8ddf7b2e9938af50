"""A letter as an HTML e-mail: one column of 600 pixels, in tables, with its styles in it, light and dark."""

from __future__ import annotations

import functools
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from barograph.charts.svg import clean
from barograph.locale.language import language
from barograph.locale.said import say
from barograph.server.notify.letter import Letter
from barograph.server.notify.render.sheet import sheet

_SENT_BY: Final = say("Sent by Barograph; channels and routes are set in the project.")
#: Text, back and line of each tone; the dark ones are in the template's style, where mail programs look for them.
TONES: Final = {
    "ok": ("#00664a", "#e2f3ed"),
    "info": ("#00568a", "#e3eef6"),
    "warning": ("#765000", "#fcefd3"),
    "critical": ("#a03a00", "#fde6da"),
    "emergency": ("#8f1022", "#fbdfe2"),
}


def html_text(letter: Letter, image: str | None) -> str:
    """The letter as a document of its own.

    Parameters
    ----------
    image : address of the chart, such as ``"cid:chart"``; None where there is none.

    Examples
    --------
    >>> held = {"title": "<script>alert(1)</script>", "what": "It did."}
    >>> "&lt;script&gt;" in html_text(Letter(kind="test", document=held, project="bank", reason="test"), None)
    True
    """
    said, spoken = sheet(letter), language(letter.language)
    chart = letter.document.get("chart") or {}
    return _environment().get_template("letter.html").render(
        said=said, image=image, tones=TONES, tone=said.tone if said.tone in TONES else "info",
        caption=chart.get("caption", ""), alternative=chart.get("name") or spoken.said(say("chart")),
        lang=spoken.code, sent_by=spoken.said(_SENT_BY),
    )  # fmt: skip


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("barograph.server.notify.render", "templates"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_finalized,
    )  # fmt: skip
    environment.filters["safe_link"] = safe_link
    return environment


def safe_link(url: str) -> str:
    """An http or https address as it is; of anything else nothing that can be followed.

    Examples
    --------
    >>> safe_link("javascript:alert(1)"), safe_link("https://b.example.org/1")
    ('#', 'https://b.example.org/1')
    """
    return url if url.startswith(("https://", "http://")) else "#"


def _finalized(value: object) -> object:
    return clean(value) if type(value) is str else value
