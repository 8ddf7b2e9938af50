"""The flags of `barograph suggest` that go with monitors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What monitors are suggested for."""

    use_case: Annotated[
        str | None,
        typer.Option(
            "--use-case",
            metavar="NAME",
            help="Monitors: fraud, churn, credit, forecast or ranking; chooses metrics, windows and label ages.",
        ),
    ] = None
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Monitors: of this model alone; without REFERENCE, by the reference it has on the server.",
        ),
    ] = None
    rows_only: Annotated[
        bool,
        typer.Option("--rows-only", help="Monitors: leave out arrival of rows, events and the service."),
    ] = False
    project: Annotated[
        str | None, typer.Option("--project", metavar="NAME", help="Default: BAROGRAPH_PROJECT, or default.")
    ] = None
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help="The server; default: BAROGRAPH_URL, or http://127.0.0.1:8080."
        ),
    ] = None
    api_key: Annotated[
        str | None, typer.Option("--api-key", metavar="KEY", help="Default: BAROGRAPH_API_KEY.")
    ] = None
