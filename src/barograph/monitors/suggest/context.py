"""What suggestions are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from barograph.metrics.address import parse_address
from barograph.monitors.condition import Condition
from barograph.monitors.monitor import Monitor
from barograph.monitors.suggest.use_cases import UseCase
from barograph.profile.value import Profile
from barograph.windows import parse_every

#: Fewer windows of a reference say too little of how they differ.
FEWEST_WINDOWS: Final = 5
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A reference and what its model is for.

    Attributes
    ----------
    whole : the reference added up.
    window : length of the monitors' windows.
    windows : of this length the reference has.
    model : name it has on the server; None: any model.
    """

    reference: Profile
    whole: Profile
    case: UseCase
    window: str
    windows: int
    model: str | None = None

    @property
    def rows_a_window(self) -> float:
        """Rows of a window, as the reference has them; all of them where it has no time."""
        return self.reference.rows / max(self.windows, 1)

    def made(
        self, name: str, metric: str, when: Condition, reason: str, more: Mapping[str, Any] = _NOTHING
    ) -> Monitor:
        """A monitor of the model, a window at a time unless `more` says otherwise."""
        own = {"window": self.window, **more}
        return Monitor(
            name=name if self.model is None else f"{self.model}: {name}",
            metric=parse_address(metric),
            when=when,
            models=("*",) if self.model is None else (self.model,),
            reason=reason,
            **own,
        )


def context_of(reference: Profile, case: UseCase, model: str | None, *, window: str) -> Context:
    """Windows are as long as asked for, but no shorter than the reference's own."""
    every = reference.grid.every
    if every and _seconds(every) > _seconds(window):
        window = every
    length = round(_seconds(window) * 1e6)
    return Context(
        reference=reference, whole=reference.total(), case=case, window=window, model=model,
        windows=len({start // length for start in reference.windows}),
    )  # fmt: skip


def _seconds(window: str) -> float:
    return parse_every(window).approximate_seconds
