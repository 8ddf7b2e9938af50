import pytest

from barograph.errors import DataError
from barograph.metrics.drift.multiplicity import benjamini_hochberg, e_bh, simes, tree_bh

TREE = {"m": None, "a": "m", "b": "m", "a1": "a", "a2": "a", "b1": "b", "b2": "b"}


def test_a_child_of_a_node_that_stays_is_never_rejected():
    rejected = tree_bh({"a1": 0.0001, "a2": 0.9, "b1": 0.04, "b2": 0.9}, parents=TREE, level=0.05)
    assert [node for node, hit in rejected.items() if hit] == ["m", "a", "a1"]


def test_a_family_is_tested_at_the_share_rejected_above_it():
    leaves = {"a1": 0.02, "a2": 0.0001, "b1": 0.9, "b2": 0.9}
    assert benjamini_hochberg([leaves["a1"], leaves["a2"]])[0] <= 0.03
    assert tree_bh(leaves, parents=TREE, level=0.05)["a1"]
    assert not tree_bh(leaves, parents=TREE, level=0.03)["a1"]


def test_an_empty_family_of_tests_has_no_q_values():
    assert benjamini_hochberg([]).tolist() == []


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: benjamini_hochberg([0.5, 1.5]), "p-value 1.5 is outside"),
        (lambda: simes([]), "at least one"),
        (lambda: e_bh([-1.0], level=0.1), "negative or NaN"),
        (lambda: e_bh([1.0], level=1.0), "level 1.0 is outside"),
        (lambda: tree_bh({"x": 0.1}, parents={"x": "y"}, level=0.1), "not in the tree"),
        (lambda: tree_bh({}, parents={"x": None}, level=0.1), "leaf 'x' has no p-value"),
        (lambda: tree_bh({}, parents={"x": "y", "y": "x"}, level=0.1), "cycle"),
    ],
)
def test_bad_tests_are_refused(call, text):
    with pytest.raises(DataError, match=text):
        call()
