"""What is to be said of a source, by its kind."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from barograph.errors import DataError

_Text = Annotated[str, Field(min_length=1, max_length=4_096, pattern=r"^[^\x00]*$")]
_Query = Annotated[str, Field(min_length=1, max_length=50_000, pattern=r"^[^\x00]*$")]
_Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
_PASSWORD: Final = re.compile(r"://[^/@\s]*:(?!\$\{)[^/@\s]+@")
_EVERY: Final = re.compile(r"([1-9][0-9]{0,4})(m|h|d)")
_SECONDS: Final = {"m": 60, "h": 3_600, "d": 86_400}


class _Rows(BaseModel):
    """What all sources of rows say."""

    model_config = ConfigDict(extra="forbid")

    takes: Literal["rows", "labels"] = Field(
        "rows",
        description="rows: predictions with the labels they have, counted and not copied. labels: labels of "
        "predictions that were sent, joined to them by id; they are kept as if they were sent.",
    )
    version: _Name | None = Field(None, description="Version of rows that name none.")
    run: _Name | None = Field(
        None,
        description="Column that names the run a row is of. Where rows have no time, those of a run are placed at the "
        "time it names (ISO 8601), else at the time it was first read.",
    )


class FilesForm(_Rows):
    """A folder of files: Parquet, CSV or NDJSON. A file is read once."""

    path: _Text = Field(description="The folder, or one file.")
    pattern: _Name = Field("**/*", description="Which files of it, such as *.parquet.")
    settle_seconds: float = Field(
        10.0, ge=0, le=86_400, description="A file that changed later than this ago is still being written."
    )


class DeltaForm(_Rows):
    """A Delta table on disk, version by version."""

    path: _Text


class SqlForm(_Rows):
    """A query of PostgreSQL or SQLite, read where its cursor column is larger than it was."""

    url: _Text = Field(
        description="postgresql+psycopg://user:${BAROGRAPH_SOURCE_PASSWORD}@host/db or sqlite:////path. Passwords come "
        "from environment variables whose names begin with BAROGRAPH_SOURCE_."
    )
    query: _Query = Field(description="A SELECT without ORDER BY.")
    cursor: _Name = Field(description="Column that grows: an id, or a time of writing; not null.")
    overlap_seconds: float = Field(
        0.0,
        ge=0,
        le=30 * 86_400,
        description="How far before the cursor rows may still appear, where it is a time; none is counted twice.",
    )
    overlap: float = Field(0.0, ge=0, description="The same where it is a number.")

    @field_validator("url")
    @classmethod
    def _no_password(cls, url: str) -> str:
        if _PASSWORD.search(url):
            raise ValueError(
                "a password stands in the address; write ${BAROGRAPH_SOURCE_…} and set that variable"
            )
        return url


class Series(BaseModel):
    """A query of Prometheus, and what its figures are called here."""

    model_config = ConfigDict(extra="forbid")

    query: _Query = Field(description="PromQL; increments and levels, such as increase(requests_total[1m]).")
    name: _Name
    unit: str = Field("", max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")


class PrometheusForm(BaseModel):
    """Existing figures, read from Prometheus as readings."""

    model_config = ConfigDict(extra="forbid")

    url: _Text = Field(description="Such as http://localhost:9090.")
    series: list[Series] = Field(min_length=1, max_length=100)
    step_seconds: int = Field(60, ge=1, le=86_400)
    history_seconds: int = Field(
        86_400, ge=0, le=400 * 86_400, description="How far back the first read goes."
    )
    host_label: _Name = Field("instance", description="Label that names the host.")
    version_label: _Name | None = Field(None, description="Label that names the model's version.")
    token_variable: str | None = Field(
        None,
        pattern=r"^BAROGRAPH_SOURCE_[A-Z0-9_]+$",
        description="Environment variable with a bearer token.",
    )


Kind = Literal["files", "delta", "sql", "prometheus"]
Form = FilesForm | DeltaForm | SqlForm | PrometheusForm
FORMS: Final[dict[Kind, type[FilesForm] | type[DeltaForm] | type[SqlForm] | type[PrometheusForm]]] = {
    "files": FilesForm, "delta": DeltaForm, "sql": SqlForm, "prometheus": PrometheusForm,
}  # fmt: skip


def read_form(kind: str, settings: dict[str, Any]) -> Form:
    """What is said of a source; raises pydantic's ValidationError for what cannot be meant."""
    return TypeAdapter(FORMS[kind]).validate_python(settings)  # type: ignore[index]


def schedule_seconds(text: str) -> int:
    """Length of a schedule: `15m`, `1h`, `1d`.

    Raises
    ------
    DataError
        For anything else.

    Examples
    --------
    >>> schedule_seconds("15m")
    900
    """
    found = _EVERY.fullmatch(text)
    if found is None:
        raise DataError(
            f"schedule {text!r} is not known; expected minutes, hours or days, such as 15m, 1h, 1d."
        )
    return int(found[1]) * _SECONDS[found[2]]
