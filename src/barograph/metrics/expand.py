"""From an address with ``*`` to one address for each column, class or segment there is."""

from __future__ import annotations

from itertools import product
from typing import Final

from barograph.errors import AddressError
from barograph.metrics.address import Address, Wildcard
from barograph.metrics.arguments import resolved
from barograph.metrics.drift.columns import COMPARED_ROLES
from barograph.metrics.spec import MetricSpec
from barograph.profile.value import Profile

_EXPANDED: Final = ("column", "class", "rule", "segment")


def expand(address: str | Address, current: Profile, reference: Profile | None = None) -> tuple[Address, ...]:
    """Write out every ``*`` of an address.

    Parameters
    ----------
    address : ``column=*``: every counted column the metric is defined for, of drift metrics those that are
        compared; ``class=*``: every class of the grid; ``rule=*``: every rule of the schema; ``segment=*``: every
        segment of either profile, so that one that vanished is seen.
    current : the profile the figures are of.
    reference : what it is compared with, if anything.

    Returns
    -------
    Addresses for `evaluate`, columns in the schema's order; the address alone where it has no ``*``. Empty
    where there is nothing to name: whoever judges the figures says that nothing was judged.

    Raises
    ------
    AddressError
        As `evaluate`; also where ``*`` stands for a number or a choice, which has no list to go through.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> [str(a) for a in expand("quality.mean(column=*)", profile_of([1.0, 2.0]))]
    ['quality.mean(column="x")']
    """
    asked, spec = resolved(address, current)
    starred = [name for name, value in asked.arguments if isinstance(value, Wildcard)]
    for name in starred:
        if name not in _EXPANDED:
            raise AddressError(
                f"{asked}: {name} has no list that * could stand for; only column, class, rule and segment have. "
                f"Give {name} a value."
            )
    out = []
    for values in product(*(_values(name, spec, current, reference) for name in starred)):
        one = asked
        for name, value in zip(starred, values, strict=True):
            one = one.with_argument(name, value)
        out.append(one)
    return tuple(out)


def _values(name: str, spec: MetricSpec, current: Profile, reference: Profile | None) -> tuple[str, ...]:
    if name == "column":
        return _columns(spec, current)
    if name == "class":
        return () if current.grid.outcome is None else current.grid.outcome.classes
    if name == "rule":
        return tuple(current.schema.rules)
    others = () if reference is None else reference.segments
    return tuple(dict.fromkeys((*current.segments, *others)))


def _columns(spec: MetricSpec, profile: Profile) -> tuple[str, ...]:
    return tuple(
        c.name
        for c in profile.schema.columns
        if c.name in profile.grid.columns
        and c.kind in spec.applies_to
        and (spec.scope != "drift" or c.role in COMPARED_ROLES)
    )
