"""The state of one series, transition by transition, as the table in machine.py has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from barograph.alerts.machine import Change, Judged, Rules, State, advance, close

HOUR = 3_600_000_000


def windows(text: str) -> list[Judged]:
    """Windows of an hour: b breach, c critical breach, o ok, n near, u unknown, d no data, e error."""
    names = {
        "b": "breach",
        "c": "breach",
        "o": "ok",
        "n": "near",
        "u": "unknown",
        "d": "no_data",
        "e": "error",
    }
    return [
        Judged(
            start=i * HOUR,
            end=(i + 1) * HOUR,
            status=names[letter],
            severity="critical" if letter == "c" else "warning",
        )
        for i, letter in enumerate(text)
    ]


def through(text: str, rules: Rules = Rules()) -> list[tuple[State, tuple[Change, ...]]]:  # noqa: B008
    state, steps = State(), []
    for window in windows(text):
        state, changes = advance(state, window, rules)
        steps.append((state, changes))
    return steps


def phases(text: str, rules: Rules = Rules()) -> list[str]:  # noqa: B008
    return [state.phase for state, _ in through(text, rules)]


def happened(text: str, rules: Rules = Rules()) -> list[Change]:  # noqa: B008
    return [change for _, changes in through(text, rules) for change in changes]


def test_one_breach_fires_where_one_is_enough():
    assert phases("ob") == ["ok", "firing"]


def test_three_in_a_row_fire_and_not_two():
    assert phases("bbobbb", Rules(fire=3)) == ["pending", "pending", "ok", "pending", "pending", "firing"]


def test_a_good_window_calms_a_pending_series():
    assert happened("bo", Rules(fire=2)) == ["pending", "calmed"]


@pytest.mark.parametrize("letter", "ude")
def test_a_window_without_an_answer_changes_nothing_in_a_pending_row(letter):
    assert phases(f"b{letter}b", Rules(fire=2)) == ["pending", "pending", "firing"]


@pytest.mark.parametrize("letter", "ude")
def test_windows_without_an_answer_never_resolve(letter):
    assert phases("b" + 20 * letter)[-1] == "firing"
    assert phases("bo" + 20 * letter)[-1] == "recovering"


def test_no_data_resolves_only_where_the_monitor_says_that_it_is_fine():
    assert phases("bdd", Rules(no_data_is_ok=True)) == ["firing", "recovering", "ok"]
    assert phases("buu", Rules(no_data_is_ok=True)) == ["firing", "firing", "firing"]
    assert phases("buu", Rules(unknown_is_ok=True)) == ["firing", "recovering", "ok"]


def test_an_error_is_never_fine():
    assert phases("bee", Rules(no_data_is_ok=True, unknown_is_ok=True))[-1] == "firing"


def test_two_good_windows_resolve_and_a_breach_between_is_no_new_firing():
    assert happened("boboo") == ["fired", "recovering", "relapsed", "recovering", "resolved"]


def test_near_neither_fires_nor_recovers():
    assert phases("nnbnnoo") == ["ok", "ok", "firing", "firing", "firing", "recovering", "ok"]
    assert phases("bon") == ["firing", "recovering", "firing"]


def test_near_ends_a_pending_row():
    assert phases("bnb", Rules(fire=2)) == ["pending", "ok", "pending"]


def test_a_graver_breach_escalates_once():
    assert happened("bccb") == ["fired", "escalated"]
    assert through("bccb")[-1][0].severity == "critical"


def test_since_is_the_first_breach_of_the_row_and_fired_the_window_that_fired():
    state, _ = through("obbb", Rules(fire=3))[-1]
    assert (state.since, state.fired) == (HOUR, 4 * HOUR)


def test_the_third_firing_of_a_day_is_flapping_and_holds_until_eight_good_windows():
    clear = Rules(clear=1)
    assert happened("bobob", clear)[-2:] == ["fired", "flapping"]
    assert phases("bobob" + "o" * 7, clear)[-1] == "recovering"
    assert happened("bobob" + "o" * 8, clear)[-2:] == ["steady", "resolved"]


def test_a_breach_begins_the_eight_good_windows_anew():
    clear = Rules(clear=1)
    assert phases("bobob" + "ooooooo" + "b" + "ooooooo", clear)[-1] == "recovering"


def test_turns_a_day_apart_are_no_flapping():
    calm = "bo" + "o" * 24
    assert "flapping" not in happened(calm * 4, Rules(clear=1))


def test_a_series_that_was_steady_begins_anew():
    state, _ = through("bobob" + "o" * 8, Rules(clear=1))[-1]
    assert (state.turns, state.flapping, state.phase) == ((), False, "ok")


def test_windows_seen_before_change_nothing():
    state, _ = through("bb")[-1]
    assert all(advance(state, window, Rules()) == (state, ()) for window in windows("oo"))


def test_a_closed_series_is_ok_and_still_knows_what_it_has_seen():
    state, _ = through("bbb")[-1]
    closed = close(state)
    assert (closed.phase, closed.through, closed.fired) == ("ok", state.through, None)


def test_a_closed_series_fires_anew_with_the_next_breach():
    def after(letters: Iterable[Judged], state: State) -> list[Change]:
        found: list[Change] = []
        for window in letters:
            state, changes = advance(state, window, Rules())
            found += changes
        return found

    assert after(windows("bbbb")[3:], close(through("bbb")[-1][0])) == ["fired"]


def test_a_flapping_series_is_not_resolved_sooner_than_another():
    course = "boooooooooo" * 2 + "b" + "o" * 10
    *_, (before, _), (after, changes) = through(course, Rules(clear=10))
    assert (before.flapping, before.phase, after.phase, changes) == (
        True,
        "recovering",
        "ok",
        ("steady", "resolved"),
    )


def test_a_series_whose_rows_are_gone_is_over_after_as_many_windows_as_is_said():
    state, found = through("b")[-1][0], []
    # In the third there are no rows at all.
    for window, after in zip(windows("bdddd")[1:], (3, 3, None, 3), strict=True):
        state, changes = advance(state, replace(window, over_after=after), Rules())
        found.append((state.missing, changes))
    assert found == [(1, ()), (2, ()), (2, ()), (3, ("vanished", "resolved"))]


def test_a_row_now_and_then_begins_the_windows_without_rows_anew():
    state = State()
    for window in windows("bddbddb"):
        gone = replace(window, over_after=3) if window.status == "no_data" else window
        state, changes = advance(state, gone, Rules())
        assert "vanished" not in changes
    assert (state.phase, state.missing) == ("firing", 0)


def test_a_series_whose_rows_come_and_go_is_flapping_and_holds_until_they_are_gone_for_a_while():
    state, found = State(), []
    for window in windows("bdd" * 3 + "d" * 6):
        gone = replace(window, over_after=2) if window.status == "no_data" else window
        state, changes = advance(state, gone, Rules())
        found.append(changes)
    assert found[:7] == [
        ("fired",), (), ("vanished", "resolved"), ("fired",), (), ("vanished", "resolved"), ("fired", "flapping"),
    ]  # fmt: skip
    assert found[7:] == [*[()] * 7, ("vanished", "resolved")]
    assert (state.phase, state.flapping, state.turns) == ("ok", False, ())
