"""Alerts and incidents in one sentence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from barograph.alerts.facts import Facts
from barograph.alerts.labels import Kind
from barograph.explain.words import listed, quoted
from barograph.metrics.address import Address

#: Names said one by one; of more, these and how many others.
_SAID: Final = 3
#: Arguments with words of their own in a sentence.
_OWN_WORDS: Final = ("column", "segment", "host", "version")
_LONGEST_TITLE: Final = 160


def phrase(title: str, address: Address, *, columns: Sequence[str] = ()) -> str:
    """A metric in words, with what it is of.

    Parameters
    ----------
    title : of the metric.
    columns : that stand behind a figure over all columns.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> phrase("Missing values", parse_address('quality.null_share(column="income", segment="country=DE")'))
    'Missing values of income where country=DE'
    >>> phrase("Recall", parse_address('performance.recall(class="yes")'))
    'Recall (class yes)'
    >>> phrase("New territory", parse_address("drift.beyond_p_value"), columns=["temp", "atemp"])
    'New territory: temp and atemp'
    """
    column, segment, host = (address.get(name) for name in ("column", "segment", "host"))
    rest = [f"{name} {value}" for name, value in address.arguments if name not in _OWN_WORDS]
    behind = _names([quoted(name) for name in columns]) if column is None else ""
    return "".join(
        (
            title,
            f" ({', '.join(rest)})" if rest else "",
            f" of {quoted(str(column))}" if column is not None else "",
            f" on {host}" if host is not None else "",
            f" where {segment}" if segment is not None else "",
            f": {behind}" if behind else "",
        )
    )


def summary(
    title: str,
    address: Address,
    detail: str,
    *,
    model: str,
    version: str = "all",
    kind: Kind = "breach",
    columns: Sequence[str] = (),
) -> str:
    """One sentence of an alert.

    Parameters
    ----------
    title : of the metric.
    detail : of the verdict.
    columns : that stand behind a figure over all columns.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> address = parse_address('quality.null_share(column="income")')
    >>> summary("Missing values", address, "19 %, above the limit 5 %", model="credit")
    'credit: Missing values of income: 19 %, above the limit 5 %.'
    """
    who = model if version == "all" else f"{model}, version {version}"
    what = phrase(title, address, columns=columns)
    if kind == "blind":
        what = f"nothing can be said of {what[:1].lower()}{what[1:]}"
    return f"{who}: {what}{'; ' if columns else ': '}{_ended(detail)}"


def incident_title(facts: Facts, what: str, *, alerts: int) -> str:
    """The title of an incident: which models, what, of which columns, from which source.

    Parameters
    ----------
    facts : of all its alerts.
    what : of its leading alert, as `phrase`.
    alerts : how many there are.

    Examples
    --------
    >>> facts = Facts(
    ...     models=frozenset(["credit"]), columns=frozenset([("model:credit", "income")]), started_at=0, latest_at=0,
    ...     window_us=1,
    ... )
    >>> incident_title(facts, "Missing values of income", alerts=1)
    'credit: Missing values of income'
    """
    models = sorted(facts.models)
    who = models[0] if len(models) == 1 else f"{len(models)} models"
    source = f", from {_names(sorted(facts.sources))}" if facts.sources else ""
    others = f", and {alerts - 1:,} more {'alert' if alerts == 2 else 'alerts'}" if alerts > 1 else ""
    title = f"{who}: {what}{source}{others}"
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _names(names: Collection[str]) -> str:
    """Some names, and how many others."""
    said = list(names)[:_SAID]
    if not said:
        return ""
    return listed(said) if len(names) <= _SAID else f"{', '.join(said)} and {len(names) - _SAID} more"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
