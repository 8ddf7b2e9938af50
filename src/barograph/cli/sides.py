"""The two selections of rows that a command sets beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from barograph.cli.flags import Counting, Meaning
from barograph.cli.rows import is_profile, profile_of, refuse_flags, schema_of
from barograph.cli.streams import hint
from barograph.errors import DataError

if TYPE_CHECKING:
    from barograph.profile.value import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What was given: two selections, or one file and the time at which it is cut.

    Attributes
    ----------
    since : rows of `reference` from this time on are the current ones; None: `current` has them.
    """

    reference: Path
    current: Path | None
    since: str | None

    @property
    def rows(self) -> Path | None:
        """The file of the current rows; None where only their profile is known."""
        path = self.reference if self.current is None else self.current
        return None if is_profile(path) else path


def both_profiles(
    sides: Sides, meaning: Meaning, counting: Counting, *, origin: str | None
) -> tuple[Profile, Profile]:
    """The two profiles, on one grid: that of whichever side was saved.

    Raises
    ------
    DataError
        Where neither a second selection nor a time was given, or both were.
    """
    from barograph.api import load_profile

    if sides.current is None:
        return _cut(sides, meaning, counting, origin)
    if sides.since is not None:
        raise DataError(
            "--since cuts one file in two, and CURRENT names a second one; leave one of them out."
        )
    reference, current = sides.reference, sides.current
    if is_profile(reference):
        before = load_profile(reference)
        if not is_profile(current):
            return before, profile_of(current, meaning, counting, like=before)
        refuse_flags(meaning)
        return before, load_profile(current)
    if is_profile(current):
        after = load_profile(current)
        return profile_of(reference, meaning, counting, like=after, origin=origin or "reference"), after
    before = profile_of(reference, meaning, counting, origin=origin)
    return before, profile_of(current, Meaning(), counting, like=before)


def _cut(sides: Sides, meaning: Meaning, counting: Counting, origin: str | None) -> tuple[Profile, Profile]:
    """Both sides of one file."""
    from barograph.frames.cut import split

    path = sides.reference
    if sides.since is None:
        raise DataError(
            "what is it compared with? Give a second file, or --since TIME where one file holds both: rows before that "
            f"time are the reference. `barograph schema {path.name}` ends with the command, filled in."
        )
    if is_profile(path):
        raise DataError(
            f"--since cuts rows, and {path.name!r} is a saved profile; give the file of its rows."
        )
    schema = schema_of(path, meaning)
    cut = split(path, schema, since=sides.since)
    if cut.without_time:
        hint(f"warning: {cut.without_time:,} rows have no time that can be read; they are on neither side")
    before = profile_of(path, meaning, counting, rows=cut.before, schema=schema, origin=origin)
    return before, profile_of(path, Meaning(), counting, rows=cut.since, like=before)
