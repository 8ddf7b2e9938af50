"""What one setting is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: What a setting can hold.
Held = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One line of the table of settings.

    Parameters
    ----------
    name : as in the file, and after `--set`.
    default : as it would be written; what holds where nothing is set.
    read : from the written text to the value; a ValueError's text is what was expected.
    meaning : what it is for, with its unit.
    group : heading it stands under in the documentation.
    secret : never shown, such as a database's password.
    """

    name: str
    default: str
    read: Callable[[str], Held]
    meaning: str
    group: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it.

        Examples
        --------
        >>> from barograph.config.table import SETTINGS
        >>> SETTINGS[0].variable
        'BAROGRAPH_DATA'
        """
        return f"BAROGRAPH_{self.name.upper()}"
