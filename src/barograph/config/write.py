"""Settings as variables, for another process of the same server."""

from __future__ import annotations

from barograph.config.read import Configuration
from barograph.config.table import SETTINGS


def as_environment(configuration: Configuration) -> dict[str, str]:
    """The variables that give another process the same settings, whatever its file says.

    Examples
    --------
    >>> from barograph.config.read import read_settings
    >>> found = read_settings(environment={}, flags={"port": "9000"})
    >>> read_settings(environment=as_environment(found)).settings.port
    9000
    """
    return {setting.variable: configuration.written[setting.name] for setting in SETTINGS}
