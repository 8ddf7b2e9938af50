"""What many routes that read have in common: a model, a span, a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Query

from barograph.server.reading.asked import asked_of
from barograph.server.reading.series import Asked
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import model

From = Annotated[
    str | None,
    Query(
        alias="from", description="Start: ISO 8601 time or date; a date, or a time without offset, is local.",
        max_length=40,
    ),
]  # fmt: skip
To = Annotated[
    str | None,
    Query(
        alias="to", description="End, not included; as a date, that day's end. Default: now.", max_length=40
    ),
]
Window = Annotated[
    str | None,
    Query(
        description="Length of windows, such as 1h, 1d, 1w; default: 1d, or the model's if longer.",
        max_length=20,
    ),
]
Version = Annotated[
    str | None, Query(description="Version of the model; default: all versions together.", max_length=200)
]
AsOf = Annotated[
    str | None,
    Query(
        description="A date: only what had arrived by the end of that day, of figures that need labels.",
        max_length=10,
    ),
]
ReferenceAsked = Annotated[
    str | None,
    Query(
        alias="reference",
        description="What is compared with: name of a reference, or a past span such as 2011-01-01/2011-01-28. "
        "Default: the model's default reference.",
        max_length=200,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A model, a span and a version, as an address writes them."""

    project: str
    model: str
    first: str | None
    end: str | None
    version: str | None

    def asked(
        self,
        conn: sa.Connection,
        *,
        now: int,
        window: str | None = None,
        reference: str | None = None,
        as_of: str | None = None,
    ) -> Asked:
        """What is asked for; see `asked_of`.

        Parameters
        ----------
        now : microseconds UTC.
        """
        return asked_of(
            conn, model(conn, self.project, self.model), span=(self.first, self.end), window=window,
            version=self.version, reference=reference, as_of=as_of, now=now,
        )  # fmt: skip


def selection(
    project: ProjectName, model_name: ModelName, first: From = None, end: To = None, version: Version = None
) -> Selection:
    """The selection of a request, as a dependency."""
    return Selection(project=project, model=model_name, first=first, end=end, version=version)


Selected = Annotated[Selection, Depends(selection)]
