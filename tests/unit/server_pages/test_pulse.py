"""However many listen, one looks; and nobody is told of an old mark."""

import asyncio

from barograph.server.pages.pulse import Pulse


def marks(*times):
    """The marks that are told at some times, each to three who listen at once, of a store that changes all the time."""
    read, clock = iter(range(100)), iter(times)
    now = [0.0]
    pulse = Pulse(lambda: (next(read), 0), time=lambda: now[0])

    async def listened():
        told = []
        for now[0] in clock:
            told.append(await asyncio.gather(*(pulse.mark() for _ in range(3))))
        return [[event for event, _ in each] for each in told]

    return asyncio.run(listened())


def test_one_looks_for_all():
    assert marks(0.0, 0.9) == [[0, 0, 0], [0, 0, 0]]


def test_a_second_later_it_is_looked_for_again():
    assert marks(0.0, 1.0, 1.5, 2.0) == [[0] * 3, [1] * 3, [1] * 3, [2] * 3]
