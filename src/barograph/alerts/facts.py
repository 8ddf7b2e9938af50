"""What an alert is about, in words that other alerts share: by them alerts of one cause are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from barograph.metrics.address import Address

#: A column of a model (`model:credit`), or of a source (`source:warehouse.customers`).
Column = tuple[str, str]
#: A version of a model.
Version = tuple[str, str]
#: Stands among the families where a metric says how wrong the answers to all rows are.
ERRORS: Final = "errors"
#: Metrics of the family performance that do not.
_OTHER_PERFORMANCE: Final = ("performance.coverage", "performance.prediction_rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an alert, or an incident of several, is about.

    Attributes
    ----------
    models : their names.
    versions : (model, version) of series that are of one version only.
    columns : of the model, and of each source they come from.
    segments : their expressions.
    sources : those the columns come from, or that failed; not all a model reads.
    hosts : of operational series that are of one host.
    deployments : deployments and new versions within one window of the start.
    families : of the metrics: drift, quality, performance, operations; and `ERRORS`.
    started_at, latest_at : start of the first breached window of the first and of the latest alert, µs UTC.
    window_us : length of the longest window.
    """

    models: frozenset[str]
    started_at: int
    latest_at: int
    window_us: int
    versions: frozenset[Version] = frozenset()
    columns: frozenset[Column] = frozenset()
    segments: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    deployments: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, each once, in order."""
        return tuple(sorted({name for _, name in self.columns}))


#: Fields that are sets, and those of them whose members are pairs.
SETS: Final = ("models", "versions", "columns", "segments", "sources", "hosts", "deployments", "families")
_PAIRS: Final = ("versions", "columns")


def facts_of(
    address: Address,
    *,
    model: str,
    started_at: int,
    window_us: int,
    version: str | None = None,
    columns: Mapping[str, Iterable[str]] | None = None,
    sources: Iterable[str] = (),
    hosts: Iterable[str] = (),
    deployments: Iterable[str] = (),
) -> Facts:
    """Facts of one alert.

    Parameters
    ----------
    address : of its series, without wildcards.
    started_at : start of its first breached window, µs UTC.
    window_us : length of its windows, µs.
    version : where the series is of one version only.
    columns : that carry a figure over all of them, with the sources of each.
    sources : of the address's own column, or one that failed.
    hosts : beside the one the address names.
    deployments : within one window of `started_at`.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> address = parse_address('drift.psi(column="income")')
    >>> sorted(facts_of(address, model="credit", started_at=0, window_us=1, sources=["customers"]).columns)
    [('model:credit', 'income'), ('source:customers', 'income')]
    """
    segment, host = (address.get(name) for name in ("segment", "host"))
    own = address.get("column")
    sources = frozenset(sources)
    held = {**(columns or {}), **({} if own is None else {str(own): sources})}
    pairs = {
        (holder, name)
        for name, of in held.items()
        for holder in (f"model:{model}", *(f"source:{source}" for source in of))
    }
    return Facts(
        models=frozenset((model,)),
        started_at=started_at,
        latest_at=started_at,
        window_us=window_us,
        versions=frozenset(() if version is None else ((model, version),)),
        columns=frozenset(pairs),
        segments=frozenset(() if segment is None else (str(segment),)),
        sources=sources | frozenset(source for of in held.values() for source in of),
        hosts=frozenset(hosts) | frozenset(() if host is None else (str(host),)),
        deployments=frozenset(deployments),
        families=frozenset((address.family, ERRORS) if _is_of_errors(address) else (address.family,)),
    )


def _is_of_errors(address: Address) -> bool:
    return (
        address.family == "performance"
        and address.metric not in _OTHER_PERFORMANCE
        and address.get("segment") is None
    )


def merged(a: Facts, b: Facts) -> Facts:
    """Facts of both.

    Examples
    --------
    >>> one = Facts(models=frozenset("a"), started_at=2, latest_at=2, window_us=1)
    >>> both = merged(one, Facts(models=frozenset("b"), started_at=1, latest_at=1, window_us=4))
    >>> sorted(both.models), both.started_at, both.latest_at, both.window_us
    (['a', 'b'], 1, 2, 4)
    """
    times_known = a.started_at <= b.started_at and b.latest_at <= a.latest_at and b.window_us <= a.window_us
    if times_known and all(getattr(b, name) <= getattr(a, name) for name in SETS):
        return a  # of thousands of alerts most say nothing new
    return Facts(
        started_at=min(a.started_at, b.started_at),
        latest_at=max(a.latest_at, b.latest_at),
        window_us=max(a.window_us, b.window_us),
        **{name: getattr(a, name) | getattr(b, name) for name in SETS},
    )


def facts_document(facts: Facts) -> dict[str, Any]:
    """What `read_facts` reads; JSON-able, sets as sorted lists.

    Examples
    --------
    >>> facts_document(Facts(models=frozenset("ba"), started_at=0, latest_at=0, window_us=1))["models"]
    ['a', 'b']
    """
    document: dict[str, Any] = {field.name: getattr(facts, field.name) for field in fields(facts)}
    for name in SETS:
        members = sorted(document[name])
        document[name] = [list(pair) for pair in members] if name in _PAIRS else members
    return document


def read_facts(document: Mapping[str, Any]) -> Facts:
    """The facts that were written.

    Examples
    --------
    >>> facts = Facts(models=frozenset("a"), started_at=0, latest_at=0, window_us=1)
    >>> read_facts(facts_document(facts)) == facts
    True
    """
    sets = {
        name: frozenset(tuple(pair) for pair in document[name])
        if name in _PAIRS
        else frozenset(document[name])
        for name in SETS
    }
    times = {name: int(document[name]) for name in ("started_at", "latest_at", "window_us")}
    return Facts(**sets, **times)  # type: ignore[arg-type]
