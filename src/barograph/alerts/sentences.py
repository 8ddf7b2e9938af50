"""Alerts and incidents in one sentence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from barograph.alerts.facts import Facts
from barograph.alerts.labels import Kind
from barograph.explain.words import quoted
from barograph.locale.said import Said, capitalised, ended, listed, say, shortened, together, within, word
from barograph.metrics.address import Address

#: Names said one by one; of more, these and how many others.
_SAID: Final = 3
#: Arguments with words of their own in a sentence.
_OWN_WORDS: Final = ("column", "segment", "host", "version")
#: Those whose values are no names, but words of ours.
_WORDS: Final = ("kind",)
_LONGEST_TITLE: Final = 160


def phrase(title: str, address: Address, *, columns: Sequence[str] = ()) -> Said:
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
    rest = [
        say("{name} {value}", name=word(name), value=word(str(value)) if name in _WORDS else str(value))
        for name, value in address.arguments
        if name not in _OWN_WORDS
    ]
    said = word(title)
    if rest:
        said = say("{title} ({arguments})", title=said, arguments=together(rest, ", "))
    if column is not None:
        said = say("{what} of {column}", what=said, column=quoted(str(column)))
    if host is not None:
        said = say("{what} on {host}", what=said, host=str(host))
    if segment is not None:
        said = say("{what} where {segment}", what=said, segment=str(segment))
    if columns and column is None:
        said = say("{what}: {columns}", what=said, columns=_names([quoted(name) for name in columns]))
    return said


def subject(title: str, address: Address, *, kind: Kind = "breach", columns: Sequence[str] = ()) -> Said:
    """What an alert is about: a metric, or that nothing can be said of it.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> subject("Recall", parse_address("performance.recall"), kind="blind")
    'nothing can be said of recall'
    """
    what = phrase(title, address, columns=columns)
    return say("nothing can be said of {what}", what=within(what)) if kind == "blind" else what


def summary(
    title: str,
    address: Address,
    detail: str,
    *,
    model: str,
    version: str = "all",
    kind: Kind = "breach",
    columns: Sequence[str] = (),
) -> Said:
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
    who = model if version == "all" else say("{model}, version {version}", model=model, version=version)
    what = subject(title, address, kind=kind, columns=columns)
    return say(
        "{who}: {what}; {detail}" if columns else "{who}: {what}: {detail}",
        who=who, what=what, detail=ended(detail),
    )  # fmt: skip


def beyond_title(sentence: str, title: str) -> str:
    """What a sentence of an alert says that a title above it does not.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> address = parse_address('quality.null_share(column="income")')
    >>> said = summary("Missing values", address, "above the limit 5 %", model="credit")
    >>> beyond_title(said, "credit: Missing values of income, and 1 more alert")
    'Above the limit 5 %.'
    >>> beyond_title(said, "2 models: Missing values of income")
    'credit: Missing values of income: above the limit 5 %.'
    """
    values = sentence.values if isinstance(sentence, Said) else {}
    who, what, detail = (values.get(name, "") for name in ("who", "what", "detail"))
    return capitalised(detail) if detail and title.startswith(f"{who}: {what}") else sentence


def incident_title(facts: Facts, what: str, *, alerts: int) -> Said:
    """The title of an incident: which models, what, of which columns, from which source.

    Parameters
    ----------
    facts : of all its alerts.
    what : of its leading alert, as `subject`.
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
    who = models[0] if len(models) == 1 else say("{n} models", n=len(models))
    title = say("{who}: {what}", who=who, what=what)
    if facts.sources:
        title = say("{title}, from {sources}", title=title, sources=_names(sorted(facts.sources)))
    if alerts == 2:
        title = say("{title}, and 1 more alert", title=title)
    elif alerts > 2:
        title = say("{title}, and {n} more alerts", title=title, n=f"{alerts - 1:,}")
    return shortened(title, _LONGEST_TITLE)


def _names(names: Collection[str]) -> str:
    """Some names, and how many others."""
    said = list(names)[:_SAID]
    if len(names) <= _SAID:
        return listed(said)
    return say("{names} and {n} more", names=together(said, ", "), n=len(names) - _SAID)
