"""Names of columns in the lake."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from barograph.store.lake.names import column_of, stored_names

NAMES = st.lists(
    st.text(st.sampled_from("aAbBéÉ %,;{}()\n\t=.*^$_ßİ" + string.digits), max_size=6), unique=True
)


@given(NAMES)
def test_every_name_comes_back(names: list[str]) -> None:
    assert [column_of(stored) for stored in stored_names(names).values()] == names


@given(NAMES)
def test_no_two_differ_by_case_alone(names: list[str]) -> None:
    stored = [name.lower() for name in stored_names(names).values()]
    assert len(set(stored)) == len(names)


@given(NAMES)
def test_nothing_that_readers_of_delta_refuse_is_left(names: list[str]) -> None:
    assert not set(" ,;{}()\n\t=.") & set("".join(stored_names(names).values()))


def test_no_column_is_taken_for_one_of_our_own() -> None:
    names = ["barograph_seq", "Barograph_id"]
    assert not any(n.lower().startswith("barograph_") for n in stored_names(names).values())


def test_columns_added_later_change_no_name() -> None:
    assert stored_names(["a", "B"]).items() <= stored_names(["a", "B", "b", "A"]).items()
