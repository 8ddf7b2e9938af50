import polars as pl
import pytest

from barograph.errors import SchemaError
from barograph.schema.tasks import check_label_values


def check(label, prediction, **known):
    check_label_values(pl.Series("y", label), pl.Series("pred", prediction), **known)


@pytest.mark.parametrize("prediction", [["1", "0", "1"], ["yes", "no", "yes"]])
def test_numbers_against_text_list_both_sets(prediction):
    shown = ", ".join(sorted(set(prediction)))
    with pytest.raises(
        SchemaError, match=rf"label 'y' holds integers \(0, 1\) but prediction 'pred'.*\({shown}\)"
    ):
        check([1, 0, 1], prediction)


def test_text_without_a_common_value():
    with pytest.raises(SchemaError, match=r"text \(1, 0\)|text \(0, 1\)"):
        check(["1", "0"], ["yes", "no"])


def test_booleans_against_integers():
    with pytest.raises(SchemaError, match="holds booleans"):
        check([True, False], [1, 0])


def test_one_row_of_number_text_against_a_word():
    with pytest.raises(SchemaError, match="same names for the same classes"):
        check(["1"], ["yes"])


@pytest.mark.parametrize(
    ("label", "prediction"),
    [
        ([1, 0], [1.0, 0.0]),
        ([1] * 50, [0] * 50),
        (["cat"], ["dog"]),
        (["a", "b", "c"], ["a", "b", "b"]),
        ([], [1]),
        ([None, None], [1, 0]),
        (["yes"] * 50, ["no"] * 50),
    ],
)
def test_what_is_only_bad_luck_passes(label, prediction):
    check(label, prediction)


def test_known_classes_may_have_none_in_common():
    check(["a"] * 50, ["b"] * 50, classes=("a", "b"))


def test_unknown_classes_without_a_common_value_are_refused():
    with pytest.raises(SchemaError, match="same names"):
        check(["a"] * 50, ["b"] * 50)
