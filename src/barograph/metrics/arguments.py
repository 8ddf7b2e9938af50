"""Which arguments a metric takes, and whether those of an address fit it and the profile."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from barograph.errors import AddressError, did_you_mean
from barograph.metrics.address import Address, Wildcard, check_arguments, parse_address
from barograph.metrics.registry import metric
from barograph.metrics.spec import MetricSpec
from barograph.profile.value import Profile
from barograph.schema.model import Schema

#: Arguments whose address name is a word Python keeps for itself, and the parameter that takes them.
PARAMETERS: Mapping[str, str] = MappingProxyType({"class": "class_name"})
_COLUMN_SCOPES = ("column", "drift")


def required_parameters(spec: MetricSpec) -> tuple[str, ...]:
    """Arguments a metric cannot do without, as they are called in addresses.

    Examples
    --------
    >>> required_parameters(metric("quality.quantile"))
    ('column', 'q')
    """
    taken = _signature(spec.compute)
    needed = [p for p in spec.parameters if taken[PARAMETERS.get(p, p)].default is inspect.Parameter.empty]
    return (*(("column",) if spec.scope in _COLUMN_SCOPES else ()), *needed)


def allowed_arguments(spec: MetricSpec) -> tuple[str, ...]:
    """Arguments a metric takes, in the order they are written.

    Examples
    --------
    >>> allowed_arguments(metric("quality.quantile"))
    ('column', 'q', 'segment')
    """
    return (*(("column",) if spec.scope in _COLUMN_SCOPES else ()), *spec.parameters, "segment")


def resolved(address: str | Address, profile: Profile) -> tuple[Address, MetricSpec]:
    """The address and its metric, both known to fit each other and the profile's schema; ``*`` may stand.

    Raises
    ------
    AddressError
        Where the address names no metric, argument or column, or a number stands where a text belongs.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> resolved('quality.mean(column="x")', profile_of([1.0]))[1].title
    'Mean'
    """
    return resolved_in(address, profile.schema)


def resolved_in(address: str | Address, schema: Schema | None) -> tuple[Address, MetricSpec]:
    """As `resolved`, by a schema alone; without one, any column is taken.

    Examples
    --------
    >>> resolved_in("quality.mean(column=*)", None)[1].title
    'Mean'
    """
    asked = parse_address(address) if isinstance(address, str) else address
    spec = metric(asked.metric, schema)
    check_arguments(asked, allowed_arguments(spec), required_parameters(spec))
    for name, value in asked.arguments:
        if not isinstance(value, Wildcard):
            _require_type(asked, spec, name)
    column = asked.get("column")
    if schema is not None and isinstance(column, str) and column not in schema.known:
        known = (*schema.names, *schema.not_profiled)
        hint = did_you_mean(column, known) or "."
        raise AddressError(f"{asked}: no column {column!r} in the schema{hint} Columns: {shown(known)}.")
    return asked, spec


def resolved_one(address: str | Address, profile: Profile) -> tuple[Address, MetricSpec]:
    """As `resolved`, for an address of one figure; raises AddressError where ``*`` stands for several.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> resolved_one('quality.mean(column="x")', profile_of([1.0]))[1].name
    'quality.mean'
    """
    asked, spec = resolved(address, profile)
    for name, value in asked.arguments:
        if isinstance(value, Wildcard):
            raise AddressError(
                f"{asked}: {name}=* names several figures and one is evaluated at a time; name one, or evaluate "
                "each address of expand(address, current, reference)."
            )
    return asked, spec


def keywords(asked: Address) -> dict[str, Any]:
    """What the metric's function is given beside its views.

    Examples
    --------
    >>> keywords(parse_address('performance.f1(class="a", segment="land=DE")'))
    {'class_name': 'a'}
    """
    return {PARAMETERS.get(n, n): value for n, value in asked.arguments if n not in ("column", "segment")}


def shown(names: tuple[str, ...]) -> str:
    """Names for a message, the first twelve.

    Examples
    --------
    >>> shown(("age", "income"))
    "'age', 'income'"
    """
    return ", ".join(repr(n) for n in names[:12]) + (" …" if len(names) > 12 else "")


def _require_type(asked: Address, spec: MetricSpec, name: str) -> None:
    """Raise AddressError for a number where the metric takes a text, or the reverse."""
    value = asked.get(name)
    beside = name in ("column", "segment")
    takes_text = beside or "str" in str(_signature(spec.compute)[PARAMETERS.get(name, name)].annotation)
    if takes_text and not isinstance(value, str):
        raise AddressError(f'{asked}: {name} is a text in double quotes; write {name}="{value}".')
    if not takes_text and isinstance(value, str):
        raise AddressError(f"{asked}: {name} is a number without quotes; write {name}=0.5 or the like.")


@cache
def _signature(compute: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(compute).parameters
