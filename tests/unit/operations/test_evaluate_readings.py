from dataclasses import replace

import pytest

from barograph.errors import AddressError
from barograph.metrics.values import Undefined
from barograph.operations.arrays import operations_of
from barograph.operations.evaluate import evaluate_readings, resolved_reading


def test_a_figure_of_one_host_is_of_its_readings_alone():
    view = operations_of(process_cpu=[0.25, 0.75])
    first, second = view.readings["process_cpu"]
    view = replace(view, readings={"process_cpu": (replace(first, host="a"), replace(second, host="b"))})
    assert evaluate_readings('operations.cpu(host="b")', view).value == 0.75
    assert isinstance(evaluate_readings('operations.cpu(host="c")', view), Undefined)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("operations.latancy", "did you mean 'operations.latency'"),
        ("operations.latency", "needs q="),
        ('operations.latency(q="0.9")', "q is a number without quotes"),
        ("operations.cpu(host=3)", 'write host="3"'),
        ("operations.gaps(host=*)", "has no argument 'host'"),
        ("operations.cpu(host=*)", "names several figures"),
        ("operations.latency(q=2)", "expected a number from 0 to 1"),
        ('operations.value(name="a", statistic="sun")', "did you mean 'sum'"),
    ],
)
def test_an_address_that_does_not_fit_says_why(address, said):
    with pytest.raises(AddressError, match=r".*".join(said.split("…")).replace("(", r"\(")):
        evaluate_readings(address, operations_of(a=[1.0], latency=[1.0]))


def test_a_star_may_stand_where_figures_are_only_named():
    assert resolved_reading("operations.cpu(host=*)")[1].name == "operations.cpu"
