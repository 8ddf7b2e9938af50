"""An explanation that can be looked at: in a notebook, or as a page of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from barograph import __version__
from barograph.charts.timeline import Timeline
from barograph.errors import DataError
from barograph.explain.explain import Tried, explain_profiles
from barograph.explain.explanation import Event, Explanation
from barograph.locale.said import say
from barograph.profile.value import Profile, added_profiles
from barograph.report.html import render_why_fragment, render_why_page
from barograph.report.parts.why import state_of_change, why_view
from barograph.report.parts.why_timeline import timeline_of
from barograph.report.view import ReportView


# A kind of explanation, not a holder of one: whoever asks for an explanation gets its attributes, and the layer that
# makes the values knows nothing of pictures.
@dataclass(frozen=True, slots=True, kw_only=True)
class Explained(Explanation):
    """An explanation, ready to be shown.

    Attributes
    ----------
    timeline : the metric's windows with what is dated on them; None where the rows have none.
    language : what its page is written in; values and JSON are English.
    """

    timeline: Timeline | None = field(default=None, repr=False, compare=False)
    language: str = field(default="en", repr=False, compare=False)

    def __repr__(self) -> str:
        """The verdict; printing it, `save` and a notebook show more."""
        return f"<Explanation {self.verdict}>"

    def to_json(self) -> str:
        """The explanation as JSON text; see `to_dict`."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_html(self) -> str:
        """One self-contained page that opens offline."""
        return render_why_page(_view(self), self.language)

    def save(self, path: str | Path) -> Path:
        """Write the explanation as ``.html`` or ``.json``; the ending of the name decides."""
        path = Path(path)
        if path.suffix.lower() in (".html", ".htm"):
            text = self.to_html()
        elif path.suffix.lower() == ".json":
            text = self.to_json()
        else:
            raise DataError(
                f"cannot save an explanation as {path.name!r}: name a file that ends in .html or .json."
            )
        path.write_text(text, encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        return render_why_fragment(_view(self), self.language)


def explained(
    reference: Profile, current: Profile, metric: str, *, held_out: Profile | None, events: Sequence[Event],
    tried: Tried, rng: np.random.Generator, language: str = "en",
) -> Explained:  # fmt: skip
    """Explain a metric's change between two profiles, to be shown; see `barograph.explain`."""
    found = explain_profiles(
        reference, current, metric, held_out=held_out, events=events, tried=tried, rng=rng
    )
    base = reference if held_out is None else held_out
    return Explained(
        **{of.name: getattr(found, of.name) for of in fields(found)},
        timeline=timeline_of(found, base, added_profiles((*tried.earlier, current)), events),
        language=language,
    )


def _view(explanation: Explained) -> ReportView:
    return ReportView(
        title=explanation.current,
        subtitle=say("against {reference}", reference=explanation.reference),
        verdict=explanation.verdict,
        verdict_state=state_of_change(explanation),
        why=why_view(explanation, explanation.timeline),
        footer=(
            say(
                "Barograph {version}. Every figure is computed from the profiles; no row is in this file.",
                version=__version__,
            ),
        ),
    )  # fmt: skip
