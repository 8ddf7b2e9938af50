"""Forms of the items that services tell of themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictFloat, StrictInt, WithJsonSchema

from barograph.operations.event_kinds import TOLD
from barograph.server.times import as_time_us

_LONGEST: Final = 200
_LONGEST_TEXT: Final = 10_000
#: 1 January 1970 to 2200.
_LAST_US: Final = 7_258_118_400_000_000

Name = Annotated[str, Field(min_length=1, max_length=_LONGEST, pattern=r"^[^\x00-\x1f\x7f]+$")]
Label = Annotated[str, Field(max_length=_LONGEST, pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[str, Field(max_length=_LONGEST_TEXT, pattern=r"^[^\x00]*$")]


def read_time(given: object) -> int:
    """Microseconds since 1970 in UTC of a time as it is sent.

    Raises
    ------
    ValueError
        For anything but whole microseconds from 1970 to 2200, or ISO 8601 with a zone.

    Examples
    --------
    >>> read_time("1970-01-01T01:00:00.5+01:00")
    500000
    """
    at = given
    if isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given)
            at = None if moment.tzinfo is None else as_time_us(moment)
        except (ValueError, OverflowError):
            at = None
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at <= _LAST_US:
        return at
    raise ValueError("expected whole microseconds since 1970 in UTC, or ISO 8601 with a zone")


Time = Annotated[
    int,
    BeforeValidator(read_time),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": _LAST_US}, {"type": "string", "format": "date-time"},
            ],
            "description": "Microseconds since 1970 in UTC, or ISO 8601 with a zone; default: now.",
        }
    ),
]  # fmt: skip
Number = StrictInt | StrictFloat


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    time: Time | None = None
    version: Label | None = None
    host: Label | None = None


class ReadingItem(_Item):
    """A reading, or a histogram of many."""

    name: Name = Field(description="Such as latency, requests, errors, process_memory, revenue.")
    unit: Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")] | None = Field(
        None, description="The first one sent holds for the name: s, B, 1, ratio, EUR, …"
    )
    model: Label | None = Field(None, description="None for readings of a host.")
    value: Number | None = Field(None, description="A level or an increment, never a running total.")
    histogram: dict[str, Any] | None = Field(
        None,
        description="{edges, counts, sum, min, max}: one edge more than counts, ascending; or {bins, sum, "
        "sum_of_squares, min, max} with 8 linear bins an octave.",
    )


class HeartbeatItem(_Item):
    """A sign of life."""

    model: Label | None = Field(None, description="The model that is served; without one nothing is kept.")
    process: StrictInt | Label | None = None
    every_seconds: Annotated[float, Field(gt=0, le=3_600)] = 60.0


class EnvironmentItem(_Item):
    """What a model runs in, or was trained in."""

    model_config = ConfigDict(extra="allow")

    model: Label | None = None
    stage: Literal["serving", "training"] = "serving"
    libraries: dict[Name, Label] | None = None


class EventItem(_Item):
    """Something that happened."""

    kind: Literal[
        "deployment", "version", "schema_change", "note", "backfill", "upstream", "label_fault", "probe"
    ]
    model: Label | None = None
    name: Text | None = None
    text: Text | None = None
    source: Label | None = None
    details: dict[str, Any] = Field(default_factory=dict)


class LineageItem(BaseModel):
    """What the features of a model are made from; replaces what was said before."""

    model_config = ConfigDict(extra="forbid")

    model: Name
    features: Annotated[dict[Name, Annotated[list[Name], Field(max_length=100)]], Field(max_length=5_000)]


#: Kinds of events that an item may have: those users tell, and the answers of probe rows.
EVENT_KINDS: Final = (*TOLD, "probe")
