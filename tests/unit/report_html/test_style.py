"""Colours that can be read, and rules that do not reach beyond the report."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from barograph.report.html import render_fragment
from barograph.report.view import ReportView

STYLE = resources.files("barograph.charts").joinpath("style")
TEMPLATES = resources.files("barograph.report").joinpath("templates")


def palette(name: str) -> dict[str, str]:
    found = re.findall(r"--brg-([\w-]+):(#[0-9a-f]{3,6})", STYLE.joinpath(name).read_text("utf-8"))
    return dict(found)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


both_palettes = pytest.mark.parametrize("name", ["light.css", "dark.css"])


@both_palettes
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *[(ink, "surface") for ink in ("ink", "muted", "link", "ref-text", "cur-text")],
        *[(state, "surface") for state in ("ok", "changed", "worse", "unknown")],
        *[("muted", paper) for paper in ("panel", "band", "gap")],
        *[(state, f"{state}-back") for state in ("ok", "changed", "worse", "unknown")],
        ("ink", "changed-back"),
        *[("ink", f"level{k}") for k in (1, 2, 3)],
        *[("on-high", f"level{k}") for k in (4, 5)],
    ],
)  # fmt: skip
def test_text_can_be_read(name: str, ink: str, paper: str) -> None:
    colours = palette(name)
    assert contrast(colours[ink], colours[paper]) >= 4.5


@both_palettes
@pytest.mark.parametrize("line", ["ref", "cur", "under", "over"])
def test_lines_can_be_seen(name: str, line: str) -> None:
    assert contrast(palette(name)[line], palette(name)["surface"]) >= 3


@both_palettes
def test_ramp_goes_one_way(name: str) -> None:
    steps = [luminance(palette(name)[f"level{k}"]) for k in range(1, 6)]
    assert steps == sorted(steps) or steps == sorted(steps, reverse=True)


def test_both_palettes_name_the_same_colours() -> None:
    assert palette("light.css").keys() == palette("dark.css").keys()


def rules() -> str:
    view = ReportView(title="t", subtitle="", verdict="v", verdict_state="ok")
    return re.findall(r"<style>(.*?)</style>", render_fragment(view), re.DOTALL)[0]


def test_every_rule_is_scoped_to_the_report() -> None:
    selectors = re.findall(r"(?:^|[{}])\s*([^{}@;]+)\{", re.sub(r"@media[^{]*\{", "}", rules()))
    alone = [
        s.strip() for group in selectors for s in group.split(",") if not re.search(r"\.(barograph|brg-)", s)
    ]
    assert len(selectors) > 100
    assert alone == []


def test_every_colour_is_a_variable_of_the_palette() -> None:
    known = palette("light.css").keys() | {"tone", "back"}
    source = TEMPLATES.joinpath("style.css").read_text("utf-8") + STYLE.joinpath("charts.css").read_text(
        "utf-8"
    )
    assert set(re.findall(r"var\(--brg-([\w-]+)\)", source)) <= known
    assert not re.search(r"#[0-9a-f]{3,6}\b", source)


def test_style_holds_nothing_that_ends_it() -> None:
    assert "<" not in rules()
