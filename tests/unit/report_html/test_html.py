"""The page and the notebook fragment."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from barograph.metrics.values import Undefined, Value
from barograph.report.html import ICONS, WORDS, render_fragment, render_page
from barograph.report.rows import Missing
from barograph.report.view import SHOWN, ReportView

MakeView = Callable[[tuple[str, ...]], ReportView]
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Balanced(HTMLParser):
    """Collects tags that close out of order, ids, texts and references."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"] or "")
        if "href" in found:
            self.links.append(found["href"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def text(page: str) -> str:
    return re.sub(r"[ \n\u202f]+", " ", Balanced(page).text)


def test_twenty_columns_stay_below_300_kilobytes(view: ReportView) -> None:
    assert len(render_page(view).encode()) <= 300_000


def test_same_view_gives_the_same_bytes(view: ReportView) -> None:
    assert render_page(view) == render_page(view)


@pytest.mark.parametrize("render", [render_page, render_fragment])
def test_tags_close_and_anchors_lead_somewhere(render: Callable[[ReportView], str], view: ReportView) -> None:
    page = Balanced(render(view))
    assert (page.open, page.wrong) == ([], [])
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


@pytest.mark.parametrize("render", [render_page, render_fragment])
def test_hostile_names_are_text(render: Callable[[ReportView], str], hostile_view: ReportView) -> None:
    page = render(hostile_view)
    parsed = Balanced(page)
    assert (parsed.open, parsed.wrong) == ([], [])
    assert "img" not in parsed.tags
    assert page.count("<script") == (1 if render is render_page else 0)
    assert "<script>alert('x')</script>" in parsed.text
    assert "{{ 7*7 }}" in parsed.text
    page.encode("utf-8")


def test_long_name_is_cut_in_tables_and_whole_in_its_detail(hostile_view: ReportView) -> None:
    page = render_page(hostile_view)
    assert ">" + "a" * 59 + "…<" in page
    assert "<bdi>" + "a" * 300 + "</bdi>" in page


def test_page_asks_nothing_of_the_network(view: ReportView) -> None:
    page = render_page(view)
    assert not re.search(r"https?://|url\(|@import|\ssrc=", page)
    assert all(link.startswith("#") for link in Balanced(page).links)


def test_policy_allows_the_own_script_only(view: ReportView) -> None:
    page = render_page(view)
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert len(script) == 1
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    assert f"script-src &#39;sha256-{digest}&#39;" in policy[1].replace("&#43;", "+")


def test_script_stays_a_trifle(view: ReportView) -> None:
    script = re.findall(r"<script>(.*?)</script>", render_page(view), re.DOTALL)[0]
    assert len(script.strip().splitlines()) <= 30


def test_order_of_the_page(view: ReportView) -> None:
    headings = re.findall(r"<h2[^>]*>([^<]*)", render_page(view))
    assert headings == [
        "What changed most",
        "Performance",
        "Target and prediction",
        "Data quality",
        "Each column",
        "What goes together",
        "Segments",
        "What could not be computed, and why",
        "How to read this",
    ]


def test_figures_stand_with_interval_and_n(view: ReportView) -> None:
    assert "0.70 (0.66–0.74)n = 770" in text(render_page(view))


def test_unknown_figure_says_why(view: ReportView) -> None:
    assert "? unknown no score column in current" in text(render_page(view)).replace(
        "unknownno", "unknown no"
    ).replace("?unknown", "? unknown")


def test_every_state_has_an_icon_and_a_word() -> None:
    assert set(ICONS) == set(WORDS) == {"ok", "changed", "better", "worse", "unknown"}
    assert len(set(ICONS.values())) == len(ICONS)


def test_ten_thousand_columns_stay_bounded(make_view: MakeView) -> None:
    few = make_view(("one", "two", "three"))
    many = 10_000
    wide = dataclasses.replace(
        few,
        changes=tuple(dataclasses.replace(few.changes[i % 3], column=f"c{i}") for i in range(many)),
        columns=tuple(dataclasses.replace(few.columns[i % 3], name=f"c{i}") for i in range(many)),
        quality=tuple(dataclasses.replace(few.quality[0], column=f"c{i}") for i in range(many)),
        undefined=tuple(Missing(address=f"a{i}", reason="constant") for i in range(many)),
    )
    page = render_page(wide)
    assert page.count('<details class="brg-column"') == SHOWN
    assert "9,800 more columns are not shown here (9,800 changed)" in page
    assert len(page) < 3_500_000


def test_columns_shown_of_too_many_are_those_that_changed_most(make_view: MakeView) -> None:
    few = make_view(("one",))
    names = [f"c{i}" for i in range(SHOWN + 50)]
    wide = dataclasses.replace(
        few,
        changes=tuple(dataclasses.replace(few.changes[0], column=n) for n in reversed(names)),
        columns=tuple(dataclasses.replace(few.columns[0], name=n) for n in names),
    )
    shown = re.findall(r'<details class="brg-column" data-name="([^"]*)"', render_page(wide))
    assert shown == names[:49:-1]


def test_columns_left_out_of_the_view_are_counted(view: ReportView) -> None:
    page = render_page(dataclasses.replace(view, omitted_columns=9_980))
    assert "9,980 more columns are not shown here (9,980 nothing notable)" in page


def test_single_profile_claims_no_change(view: ReportView) -> None:
    alone = dataclasses.replace(
        view, has_reference=False, verdict="20 columns.", verdict_state="ok", points=(), notes=(),
        changes=(), performance=(),
        columns=tuple(
            dataclasses.replace(c, state="ok", sentence="", distances=(), figures=()) for c in view.columns
        ),
        quality=tuple(dataclasses.replace(q, null_share=(None, 0.31)) for q in view.quality),
        segments=(), performance_figures=(), performance_sections=(), targets=(), correlations=(),
    )  # fmt: skip
    said = text(render_page(alone).split("<main")[1])
    assert "no change" not in said
    assert "What changed" not in said
    assert "profiled" in said
    assert "Reference" not in said
    assert "→" not in said


def test_without_labels_the_page_says_that_nothing_is_known(view: ReportView) -> None:
    page = render_page(dataclasses.replace(view, performance=(), performance_figures=()))
    assert "Not measured: these rows hold no labels and predictions together." in page


def test_smallest_report_is_whole() -> None:
    page = render_page(ReportView(title="t", subtitle="", verdict="No columns.", verdict_state="unknown"))
    parsed = Balanced(page)
    assert (parsed.open, parsed.wrong) == ([], [])
    assert "No column could be compared." in parsed.text


def test_effect_that_could_not_be_computed_says_why(view: ReportView) -> None:
    row = dataclasses.replace(
        view.changes[0], effect=Undefined(reason="too_few_rows", detail="12 rows, 50 needed")
    )
    assert "12 rows, 50 needed" in render_page(dataclasses.replace(view, changes=(row,)))


def test_two_reports_in_one_notebook_share_no_anchor(view: ReportView) -> None:
    other = dataclasses.replace(view, verdict="Another sentence.")
    assert not set(Balanced(render_fragment(view)).ids) & set(Balanced(render_fragment(other)).ids)


def test_percent_is_written_once_a_figure(view: ReportView) -> None:
    row = dataclasses.replace(
        view.performance[0], unit="%", current=Value(value=52.3, n=9, interval=(44.0, 61.0)), change=None
    )
    page = render_page(dataclasses.replace(view, performance=(row,)))
    assert "52 % (44–61 %)" in page.replace("\u202f", " ")


def test_sections_are_folded_unless_they_are_open(view: ReportView) -> None:
    page = render_page(view)
    assert page.count('<details class="brg-section" open>') == 1
    assert page.count('<details class="brg-section">') == 2  # the target, and in it its feature


def test_section_without_pictures_is_a_sentence(view: ReportView) -> None:
    assert '<p class="brg-section brg-empty">' in render_page(view)
    assert "Errors over timeNot drawn: the rows have no windows of time." in text(render_page(view))


def test_bias_table_has_a_line_a_feature_and_opens_where_there_are_pictures(view: ReportView) -> None:
    page = render_page(view)
    assert page.count('class="brg-bias"') == 20
    assert page.count('<details class="brg-bias-row">') == 1
    assert "60.737–85" in text(page)


def test_rows_of_a_reading_stay_on_one_line(view: ReportView) -> None:
    assert "income, n\u00a0=\u00a018." in render_page(view)


def test_metrics_beyond_the_first_are_folded(view: ReportView) -> None:
    page = render_page(dataclasses.replace(view, performance_more=view.performance))
    assert "2 more metrics" in page


def test_spread_stands_with_its_mean(view: ReportView) -> None:
    row = dataclasses.replace(view.performance[0], spread=(17.71, None))
    assert "sd 17.7 · n = 800" in text(render_page(dataclasses.replace(view, performance=(row,))))
