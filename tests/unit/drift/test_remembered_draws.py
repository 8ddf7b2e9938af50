"""Draws of a reference that are remembered change no number."""

import numpy as np
import pytest

from barograph.metrics.drift import effect as module
from barograph.metrics.drift.effect import effect

REFERENCE = [400, 250, 200, 100, 50]


@pytest.mark.parametrize("current", [[320, 250, 200, 150, 80], [4, 2, 0, 1, 0], REFERENCE])
def test_an_interval_is_the_same_with_remembered_draws(current):
    module._remembered.cache_clear()
    first = effect(REFERENCE, current, rng=np.random.default_rng(5))
    again = effect(REFERENCE, current, rng=np.random.default_rng(5))
    assert module._remembered.cache_info().hits == 1
    assert first == again


def test_the_generator_goes_on_as_if_it_had_drawn():
    made = [np.random.default_rng(5) for _ in range(3)]
    for rng in made[:2]:
        effect(REFERENCE, REFERENCE, rng=rng)
    shares = np.array(REFERENCE) / 1000
    made[2].multinomial(1000, shares, size=400)
    made[2].multinomial(1000, shares, size=400)
    assert len({rng.random() for rng in made}) == 1


def test_another_state_has_other_draws():
    intervals = {effect(REFERENCE, [9, 5, 4, 1, 1], rng=np.random.default_rng(n)).interval for n in range(5)}
    assert len(intervals) > 1


def test_other_generators_draw_as_they_do():
    rng = np.random.Generator(np.random.MT19937(1))
    assert effect(REFERENCE, REFERENCE, rng=rng).interval[1] < 0.1
