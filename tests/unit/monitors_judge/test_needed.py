"""What a verdict needs beside the window."""

import pytest

from barograph.metrics.address import parse_address
from barograph.monitors.against import Against
from barograph.monitors.condition import Anytime, Band, Burn, Calibrated, Change, Composite, Limit, Part
from barograph.monitors.needed import Needed, needed, parts_of

MAE, DRIFT = "performance.mae", 'drift.total_variation(column="x")'


@pytest.mark.parametrize(
    ("address", "when", "window", "expected"),
    [
        (MAE, Limit(above=1.0), "1d", Needed()),
        (MAE, Change(above=0.1), "1d", Needed(compared=True)),
        (MAE, Band(), "1d", Needed(history=200)),
        (MAE, Band(), "1h", Needed(history=8 * 168)),
        (MAE, Band(), "1m", Needed(history=2_000)),
        (MAE, Band(windows=30), "1h", Needed(history=30)),
        (MAE, Calibrated(), "1d", Needed(history=200, reference=True)),
        (DRIFT, Calibrated(), "1d", Needed(p_value=True)),
        ("drift.share", Calibrated(), "1d", Needed(history=200, reference=True)),
        ("drift.inputs_p_value", Calibrated(), "1d", Needed()),
        (MAE, Anytime(), "1d", Needed(history=100_000, reference=True, compared=True)),
        (MAE, Burn(objective=0.99), "5m", Needed(history=863)),
    ],
)
def test_needed(monitor, address, when, window, expected):
    assert needed(monitor(address, when, window=window)) == expected


def test_parts_are_monitors_of_their_own(monitor):
    own = Part(metric=None, against=None, when=Limit(above=1.0))
    other = Part(
        metric=parse_address(DRIFT), against=Against(kind="version", name="2"), when=Change(above=0.1)
    )
    whole = monitor(MAE, Composite(how="any", parts=(own, other)), for_windows=3)
    parts = dict(parts_of(whole))
    assert list(parts) == [MAE, f"{DRIFT} against version 2 1"]
    assert needed(whole).metrics == (parse_address(DRIFT),)
    assert [needed(part).compared for part in parts.values()] == [False, True]
    assert {part.for_windows for part in parts.values()} == {3}
