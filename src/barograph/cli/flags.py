"""The flags that commands share, declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What the columns of a file mean."""

    schema: Annotated[
        Path | None,
        typer.Option(
            "--schema", metavar="FILE", help="schema.yml to use; flags on columns are refused beside it."
        ),
    ] = None
    task: Annotated[
        str | None,
        typer.Option(
            "--task", metavar="TASK", help="regression, binary, multiclass, multilabel, ranking or forecast."
        ),
    ] = None
    prediction: Annotated[
        list[str],
        typer.Option(
            "--prediction",
            metavar="COLUMN",
            help="Column of predictions; multilabel: class=column, once per class.",
        ),
    ] = field(default_factory=list)
    score: Annotated[
        list[str],
        typer.Option(
            "--score",
            metavar="COLUMN",
            help="Column of scores; multiclass and multilabel: class=column, once per class.",
        ),
    ] = field(default_factory=list)
    label: Annotated[
        list[str],
        typer.Option(
            "--label",
            metavar="COLUMN",
            help="Column of true values; multilabel: class=column, once per class.",
        ),
    ] = field(default_factory=list)
    id: Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="Column that names each row.")] = (
        None
    )
    timestamp: Annotated[
        str | None, typer.Option("--timestamp", metavar="COLUMN", help="Column of times.")
    ] = None
    segment: Annotated[
        list[str],
        typer.Option(
            "--segment",
            metavar="COLUMN",
            help="Column whose values are segments; may be given several times.",
        ),
    ] = field(default_factory=list)
    positive: Annotated[
        str | None, typer.Option("--positive", metavar="VALUE", help="Positive class of a binary task.")
    ] = None
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold", metavar="SCORE", help="Score from which a binary task predicts its positive class."
        ),
    ] = None
    weight: Annotated[
        str | None, typer.Option("--weight", metavar="COLUMN", help="Column of row weights.")
    ] = None
    timezone: Annotated[
        str | None,
        typer.Option(
            "--timezone", metavar="NAME", help="Zone of times that name none, and of windows. Default: UTC."
        ),
    ] = None
    kind: Annotated[
        list[str],
        typer.Option(
            "--kind",
            metavar="COLUMN=KIND",
            help="numeric, categorical, datetime or text, set rather than inferred.",
        ),
    ] = field(default_factory=list)
    reading: Annotated[
        list[str],
        typer.Option(
            "--reading",
            metavar="COLUMN=READING",
            help="How text is read: day_first, month_first, decimal_comma, thousands_comma, epoch_s, …",
        ),
    ] = field(default_factory=list)
    null_value: Annotated[
        list[str],
        typer.Option(
            "--null-value",
            metavar="COLUMN=VALUE",
            help="Value that means missing, such as income=-999; may be given several times.",
        ),
    ] = field(default_factory=list)
    role: Annotated[
        list[str],
        typer.Option("--role", metavar="COLUMN=ROLE", help="Any further role, such as metadata or version."),
    ] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How rows are counted."""

    every: Annotated[
        str,
        typer.Option("--every", metavar="LENGTH", help="Windows: 15m, 1h, 1d, 1w, 1mo, auto or none."),
    ] = "auto"
    by: Annotated[
        list[str],
        typer.Option(
            "--by",
            metavar="EXPRESSION",
            help="Segments by a column or an SQL expression; several with commas are an intersection. "
            "May be given several times.",
        ),
    ] = field(default_factory=list)
    threads: Annotated[
        int | None, typer.Option("--threads", metavar="N", min=1, help="Default: all processors.")
    ] = None


def takes(**groups: type[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the flags of whole groups; it receives each group as one argument of that name.

    Parameters
    ----------
    groups : dataclasses whose fields are annotated with `typer.Option`.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True).parameters
        shared = [p for group in groups.values() for p in _parameters(group)]

        def run(**given: Any) -> None:
            made = {
                name: group(**{f.name: given.pop(f.name) for f in fields(group)})
                for name, group in groups.items()
            }
            command(**given, **made)

        parameters = [
            p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for n, p in own.items() if n not in groups
        ]
        run.__signature__ = inspect.Signature([*parameters, *shared])  # type: ignore[attr-defined]
        run.__doc__, run.__name__ = command.__doc__, command.__name__
        return run

    return decorate


def _parameters(group: type[Any]) -> list[inspect.Parameter]:
    """The fields of a group as parameters of a command."""
    types = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            f.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=f.default if f.default_factory is MISSING else f.default_factory(),
            annotation=types[f.name],
        )
        for f in fields(group)
    ]
