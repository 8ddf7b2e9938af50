"""From an address with ``*`` to one address for each column, class or segment there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product

from barograph.errors import AddressError
from barograph.metrics.address import Address, Wildcard
from barograph.metrics.arguments import resolved
from barograph.metrics.drift.roles import COMPARED_ROLES
from barograph.metrics.spec import MetricSpec
from barograph.profile.value import Profile
from barograph.schema.model import Schema


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
    others = () if reference is None else reference.segments
    classes = () if current.grid.outcome is None else current.grid.outcome.classes
    return written_out(
        asked,
        {
            "column": columns_of(spec, current.schema, current.grid.columns),
            "class": classes,
            "rule": tuple(current.schema.rules),
            "segment": tuple(dict.fromkeys((*current.segments, *others))),
        },
    )


def written_out(asked: Address, lists: Mapping[str, Sequence[str]]) -> tuple[Address, ...]:
    """The address with every ``*`` replaced by each name of its argument's list.

    Raises
    ------
    AddressError
        Where ``*`` stands for an argument without a list.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> [str(a) for a in written_out(parse_address("quality.mean(column=*)"), {"column": ["a", "b"]})]
    ['quality.mean(column="a")', 'quality.mean(column="b")']
    """
    starred = [name for name, value in asked.arguments if isinstance(value, Wildcard)]
    for name in starred:
        if name not in lists:
            known = tuple(lists)
            raise AddressError(
                f"{asked}: {name} has no list that * could stand for; only {', '.join(known[:-1])} and {known[-1]} "
                f"have. Give {name} a value."
            )
    out = []
    for values in product(*(lists[name] for name in starred)):
        one = asked
        for name, value in zip(starred, values, strict=True):
            one = one.with_argument(name, value)
        out.append(one)
    return tuple(out)


def columns_of(spec: MetricSpec, schema: Schema, counted: Collection[str]) -> tuple[str, ...]:
    """Counted columns the metric is defined for, of drift metrics those that are compared; in the schema's order.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> from barograph.schema.model import Column
    >>> schema = Schema(columns=(Column(name="x"), Column(name="zip", kind="categorical")))
    >>> columns_of(metric("quality.mean"), schema, {"x", "zip"})
    ('x',)
    """
    return tuple(
        c.name
        for c in schema.columns
        if c.name in counted
        and c.kind in spec.applies_to
        and (not spec.needs_reference or c.role in COMPARED_ROLES)
    )
