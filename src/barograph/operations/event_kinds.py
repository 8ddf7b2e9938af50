"""What kinds of events there are, and which of them users may tell."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: Kinds users tell of, with what they mean. The first six are those an explanation knows.
TOLD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "deployment": "a version of the model, or of the service around it, went live",
        "version": "a version was registered or chosen",
        "schema_change": "columns, or their types, are not what they were",
        "note": "something worth knowing when figures are read",
        "backfill": "rows of an earlier time were sent",
        "upstream": "something happened in a source of the model's data",
        "label_fault": "labels of a span of time are known to be wrong",
    }
)
#: All kinds, with those the server finds itself.
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **TOLD,
        "environment_change": "the environment a model runs in is not what it was",
        "training_difference": "a version is not served with what it was trained with",
        "probe_change": "a row scored again had another answer",
        "personal_data": "values look like personal data or secrets",
        "file_rewritten": "a file already read has other contents",
        "source_failed": "a source could not be read",
        "clock_skew": "a sender's clock is wrong",
        "dropped_rows": "a client could not send all rows",
        "reference_changed": "the model is compared with another reference",
        "grid_learned": "the bins of a model were fixed",
        "retention": "rows past their time were deleted",
        "rebuilt": "profiles were computed again from rows",
        "infrastructure": "an alert of another system began or is over, as Alertmanager told it",
        "notification_failed": "a message could not be delivered and was given up",
        "audit_failed": "a stored profile was not what its rows give",
        "segments_searched": "rows were searched for segments that became worse",
        "segment_worse": "a segment that nobody declared became worse",
    }
)
#: Changes of environment without a deployment or a version told within six hours of them: counted, not told apart.
UNDEPLOYED: Final = "undeployed_change"
#: What can be counted.
COUNTED: Final[Mapping[str, str]] = MappingProxyType(
    {**KINDS, UNDEPLOYED: "the environment changed, and nobody deployed anything"}
)
#: What the server does as a matter of course: told, but no mark on a chart.
ROUTINE: Final = frozenset({"grid_learned", "retention", "segments_searched"})
