"""Several checks, as they stand in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from barograph.checks.check import Check

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks in order; `str` is their YAML.

    Attributes
    ----------
    checks : each with its settings.
    comment : lines about the whole, written at the head of the file.

    Examples
    --------
    >>> checks = Checks((Check("drift.share <= 0.2"),))
    >>> print(checks.to_yaml(), end="")
    checks:
      - drift.share <= 0.2
    >>> [check.severity for check in checks]
    ['critical']
    """

    checks: tuple[Check, ...] = ()
    comment: str = ""

    def __iter__(self) -> Iterator[Check]:
        return iter(self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    def __str__(self) -> str:
        return self.to_yaml()

    @classmethod
    def from_yaml(cls, path: str | Path) -> Checks:
        """Read `checks.yml`; see `barograph.checks.yaml.parse_checks`."""
        from barograph.checks.yaml import read_checks

        return read_checks(path)

    def to_yaml(self, path: str | Path | None = None) -> str:
        """Return the checks as YAML, and write it where a path is given."""
        from barograph.checks.yaml import format_checks, write_checks

        if path is not None:
            write_checks(self, path)
        return format_checks(self)


def each_check(given: Iterable[str | Check | Checks]) -> tuple[Check, ...]:
    """All checks of conditions, checks and collections, in order.

    Examples
    --------
    >>> [c.condition for c in each_check(["drift.share <= 0.2", Checks((Check("drift.share <= 0.5"),))])]
    ['drift.share <= 0.2', 'drift.share <= 0.5']
    """
    out: list[Check] = []
    for one in given:
        if isinstance(one, Checks):
            out += one
        else:
            out.append(one if isinstance(one, Check) else Check(one))
    return tuple(out)
