"""The change seen along each column."""

from __future__ import annotations

import numpy as np
import pytest

import barograph as bg
from barograph.explain.column_causes import column_splits
from barograph.explain.evidence import evidence_of
from barograph.explain.territory import UNKNOWN, coding_of

from .rows import profiles, regression_rows

N = 4000
FLAT = np.append(np.full(32, 100.0), np.zeros(4))


def cells(**counts: float) -> np.ndarray:
    """A column's rows by cell: 100 in each bin but those named."""
    out = FLAT.copy()
    for cell, rows in counts.items():
        out[int(cell[1:])] = rows
    return out


def test_each_column_adds_up_to_the_change_but_for_concept(rng):
    evidence = evidence_of(
        *profiles(regression_rows(rng, N), regression_rows(rng, N, harder=0.5)), "performance.mae"
    )
    reference, current = evidence.cells
    for name, split in column_splits(evidence).items():
        group = evidence.codings[name].group
        held = group != UNKNOWN
        p, q = (np.bincount(group[held], side.rows[name][held]) for side in (reference, current))
        before = np.bincount(group[held], (side_sum := reference.rows[name] * reference.mean[name])[held]) / p
        expected = float((q / q.sum() - p / p.sum()) @ (before - side_sum.sum() / p.sum()))
        assert split.mix.value == pytest.approx(expected, abs=1e-9)


def test_the_column_of_harder_rows_ranks_first_with_its_twin(rng):
    found = bg.explain(*profiles(regression_rows(rng, N), regression_rows(rng, N, harder=0.7)))
    first = found.columns[0]
    assert set(first.columns) == {"x", "like_x"}
    assert first.rank_x == 1
    assert "cannot be told apart" in first.sentence


def test_the_column_of_a_changed_concept_ranks_first(rng):
    found = bg.explain(*profiles(regression_rows(rng, N), regression_rows(rng, N, concept=2.5)))
    first = found.columns[0]
    assert (first.columns, first.rank_concept) == (("g",), 1)
    assert "g = 'b'" in first.sentence


def test_new_values_are_named_with_their_share(rng):
    found = bg.explain(*profiles(regression_rows(rng, N), regression_rows(rng, N, new=0.1)))
    first = found.columns[0]
    assert first.unseen_share == pytest.approx(0.1, abs=0.02)
    assert "which the reference never had" in first.sentence


def test_heterogeneity_is_small_where_all_changed_alike(rng):
    reference = regression_rows(rng, N)
    current = regression_rows(rng, N)
    current = current.with_columns(p=current["p"] + 1.0)
    assert all(abs(c.heterogeneity) < 5.0 for c in bg.explain(*profiles(reference, current)).columns)


def test_a_cell_the_reference_lacks_is_new_unless_chance_put_rows_there():
    new = coding_of(FLAT, cells(c33=60.0), categorical=False)
    assert new.unseen[33]
    assert new.group[33] == UNKNOWN
    chance = coding_of(FLAT, cells(c33=1.0), categorical=False)
    assert not chance.unseen.any()
    assert chance.group[33] == chance.group[31]


def test_rare_categories_share_a_group():
    reference = cells(c30=2.0, c31=3.0)
    coding = coding_of(reference, FLAT, categorical=True)
    assert coding.group[30] == coding.group[31]
    assert not coding.ordered


def test_values_missing_on_both_sides_have_a_group_after_the_others():
    coding = coding_of(cells(c34=50.0), cells(c34=70.0), categorical=False)
    assert coding.group[34] == coding.inner
    assert coding.groups == coding.inner + 1
