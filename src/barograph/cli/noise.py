"""`barograph noise`: which monitors were worth their alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from barograph.cli.http import ServerProject
from barograph.cli.streams import stdout, write_json


def run_noise(days: int, server: ServerProject, *, as_json: bool) -> None:
    """Show the report of a project."""
    found = server.ask("GET", "/noise", query={"days": str(days)})
    if as_json:
        write_json(found)
        return
    print(
        f"{_counted(found['alerts'], 'alert')} in {_counted(found['incidents'], 'incident')} within "
        f"{_counted(found['days'], 'day')}; people were told of {found['told']:,} of these"
    )
    if found["monitors"]:
        stdout().print(_table(found["monitors"]))
    for each in found["monitors"]:
        if each["suggestion"]:
            print(f"{each['monitor']}: {each['suggestion']}")


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _table(monitors: list[Mapping[str, Any]]) -> object:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("monitor", overflow="fold")
    for heading in ("told a week", "alerts a week", "acknowledged", "opened", "short", "useful", "noise"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in monitors:
        shares = [f"{each[name]:.0%}" for name in ("acknowledged_share", "opened_share", "short_share")]
        table.add_row(
            escape(each["monitor"]), f"{each['told_per_week']:.2g}", f"{each['per_week']:.2g}",
            *shares, str(each["useful"]), str(each["noise"])
        )  # fmt: skip
    return table
