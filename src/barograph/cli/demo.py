"""`barograph demo`: a server with a year in it."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from barograph.cli.needs_server import need_server
from barograph.cli.streams import progress, stdout, write_json

if TYPE_CHECKING:
    from types import FrameType

    from barograph.demo.served.run import Told
    from barograph.demo.served.running import Demo


def run_demo(*, data: Path | None, port: int, models: int, leave: bool, as_json: bool) -> None:
    """Replay 2011 into a server of its own, say what happened, and serve until told to stop.

    Parameters
    ----------
    data : where its data are kept; None: in a folder that is deleted in the end.
    leave : end when all is told; so does a demo that nobody watches in a terminal.
    """
    need_server("demo")
    from barograph.demo.served import bikes, run
    from barograph.demo.served.clock import ReplayClock
    from barograph.demo.served.running import running
    from barograph.demo.served.sentences import how_to_look
    from barograph.demo.served.simulated import simulated_models

    simulated = simulated_models(models)
    with progress("training three versions"):
        year = bikes.make_year()
    with _folder(data) as folder, running(folder, ReplayClock(run.replay_start(year)), port=port) as demo:
        reference = run.begin(demo, year)
        with progress("replaying 2011", unit="days") as told:
            run.replay_year(demo, year, reference, told)
        if simulated:
            with progress("simulating models", unit="models") as told:
                run.send_simulated(demo, simulated, told)
        with progress("counting"):
            run.settled(demo, year, simulated)
        with progress("explaining"):
            found = run.ask(demo)
        path = run.write_truth(demo, simulated)
        demo.clock.run_on()
        demo.work.go_on()
        if as_json:
            write_json(run.document(demo, found, path))
        else:
            _tell(demo, found, path, len(simulated))
        stays = not leave and not as_json and sys.stdout.isatty()
        if stays:
            _wait(demo)
        elif not as_json:
            print(how_to_look(demo.data, demo.clock.now(), kept=data is not None))


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    made = Path(tempfile.mkdtemp(prefix="barograph-demo-"))
    try:
        yield made / "data"
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _tell(demo: Demo, found: Told, path: Path, simulated: int) -> None:
    from barograph.demo.served import sentences as say

    console = stdout()
    console.print("[bold]A year of bike rides, as a server saw it[/]\n")
    for sentence in say.happened(found):
        console.print(f"• {sentence}", markup=False, highlight=False)
    console.print("\n[bold]What it told whoever was on call, by the monitors it had suggested[/]")
    for sentence in say.told_of(found):
        console.print(f"• {sentence}", markup=False, highlight=False)
    console.print("\n[bold]Why, 12 to 14 September[/]")
    for sentence in found.why:
        console.print(f"• {sentence}", markup=False, highlight=False)
    if simulated:
        console.print(f"\n{simulated} simulated models of every task are beside it, each with its truth.")
    console.print("\n[bold]To ask the server yourself[/]")
    for line in say.to_ask(demo.address, path):
        print(line)


def _wait(demo: Demo) -> None:
    """Until Ctrl-C or SIGTERM."""
    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        print(f"\nSigned in by opening this, once and within an hour:\n\n    {demo.link()}\n")
        print("It serves until Ctrl-C.", flush=True)
        stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
