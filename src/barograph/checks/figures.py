"""The figures that checks ask for, each computed once."""

from __future__ import annotations

from dataclasses import dataclass, field

from barograph.errors import GridMismatch
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import metric
from barograph.metrics.sides import BOTH
from barograph.metrics.values import Result
from barograph.profile.value import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Two profiles, what is known of them so far, and their totals, which are added up once."""

    reference: Profile
    current: Profile
    totals: tuple[Profile, Profile]
    known: dict[tuple[str, Address], Result] = field(default_factory=dict)

    def of_current(self, address: Address) -> Result:
        """A metric of the current rows."""
        if ("current", address) not in self.known:
            reference, current = self._sides(address)
            self.known["current", address] = evaluate(address, current, reference)
        return self.known["current", address]

    def of_reference(self, address: Address) -> Result:
        """The same metric of the reference's rows."""
        if ("reference", address) not in self.known:
            self.known["reference", address] = evaluate(address, self._sides(address)[0])
        return self.known["reference", address]

    def _sides(self, address: Address) -> tuple[Profile, Profile]:
        """The profiles, without windows where the metric adds them up anyway."""
        windows = metric(address.metric, self.current.schema).scope in BOTH
        return (self.reference, self.current) if windows or address.get("segment") else self.totals


def figures_of(reference: Profile, current: Profile) -> Figures:
    """Make ready to compute figures of two profiles.

    Raises
    ------
    GridMismatch
        Where they are on different grids.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> rows = profile_of([1.0, None])
    >>> figures_of(rows, rows).of_current(parse_address('quality.null_share(column="x")')).value
    0.5
    """
    if reference.grid.hash != current.grid.hash:
        raise GridMismatch(
            f"reference and current are on different grids ({reference.grid.hash[:12]}, {current.grid.hash[:12]}), so "
            "they cannot be checked against each other. Profile the current rows with like=reference."
        )
    totals = reference.total(), current.total()
    return Figures(reference=reference, current=current, totals=totals)
