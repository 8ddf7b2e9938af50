"""Write docs/reference/settings.md from the table of settings.

uv run python docs/generate_settings.py
"""

from __future__ import annotations

from pathlib import Path

from barograph.config.setting import Setting
from barograph.config.table import SETTINGS

PAGE = Path(__file__).parent / "reference" / "settings.md"
_HEAD = """\
# Settings of the server

Generated from the table of settings by `docs/generate_settings.py`; do not edit.

None has to be set. What is said on the command line holds before the environment, that before a file, that before the
default: a flag of `barograph serve`, or `--set NAME=VALUE` for any setting; a variable `BAROGRAPH_NAME`; a line of
`barograph.toml` in the current folder, or of the file named with `--config` or in `BAROGRAPH_CONFIG`.
`barograph config show` lists all with their values and where each came from.

```toml
# barograph.toml
data = "/var/lib/barograph"
port = 8080
retention_days = 365
trusted_proxies = ["10.0.0.0/8"]
body_bytes = "20 MiB"
```

Sizes are bytes, or have a unit (`KiB`, `MiB`, `GiB`, `kB`, `MB`, `GB`); lengths of time are seconds, or have one (`ms`,
`s`, `m`, `h`, `d`); lists are separated by commas. A setting that is not known, or a value that cannot be read, stops
the server with the place where it was set.
"""


def render() -> str:
    """The whole page."""
    groups = dict.fromkeys(setting.group for setting in SETTINGS)
    tables = [f"## {group}\n\n" + _table([s for s in SETTINGS if s.group == group]) for group in groups]
    return "\n".join([_HEAD, *tables])


def _table(settings: list[Setting]) -> str:
    rows = [
        f"| `{s.name}` | {f'`{s.default}`' if s.default else 'nothing'} | `{s.variable}` | {s.meaning} |"
        for s in settings
    ]
    return "\n".join(["| setting | default | variable | |", "|---|---|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(PAGE)
