"""Every picture can stand alone: what its parts look like is in the style of charts, not in that of some page."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

import barograph.charts as charts

STYLE = resources.files(charts).joinpath("style", "charts.css").read_text("utf-8")
SOURCES = sorted(Path(str(charts.__file__)).parent.glob("*.py"))
#: The picture as a whole, and the mark of a curve, which looks like the dot it is.
WITHOUT = {"brg-chart", "brg-cur-ring"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_whatever_a_picture_is_made_of_has_a_look(source):
    named = set(re.findall(r"brg-[a-z]+(?:-[a-z]+)*\d?", source.read_text("utf-8"))) - WITHOUT
    assert {name for name in named if not re.search(rf"\.{name}\d?(?![a-z])", STYLE)} == set()
