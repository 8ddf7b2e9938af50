"""What a window is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Comparison = Literal["none", "reference", "previous", "season", "segment", "version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """The other side of a comparison.

    Attributes
    ----------
    kind : `reference` a kept reference; `previous` the windows before; `season` the window one season earlier;
        `segment` another segment of the same window; `version` another version of the model in the same window.
    name : of the reference, segment or version, where it is not the default one: the model's reference, all rows
        outside the segment, the version before.
    windows : how many previous windows are taken together.
    season : length of the season, such as ``1w``.

    Examples
    --------
    >>> Against(kind="season", season="1w").kind
    'season'
    """

    kind: Comparison = "reference"
    name: str | None = None
    windows: int = 1
    season: str | None = None

    @property
    def is_of_same_window(self) -> bool:
        """Whether the other side is other rows of the window that is judged."""
        return self.kind in ("segment", "version")


#: What a monitor is compared with where it says nothing.
THE_REFERENCE: Final = Against()
