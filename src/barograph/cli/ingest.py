"""`barograph ingest`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from barograph.cli.http import server_project
from barograph.cli.streams import hint, progress, write_json
from barograph.cli.to_server import ToServer
from barograph.errors import DataError
from barograph.frames.row_batches import Kind, RowBatch, Taken, nothing, row_batches

_REASONS_SHOWN: Final = 5


class Destination(Protocol):
    """Where rows go."""

    @property
    def seen_at(self) -> str:
        """Address of the page that shows what came of them; empty where no server runs."""
        ...

    def begin(self, schema: str | None) -> None:
        """See that the model is there, or make it by the text of a schema.yml."""
        ...

    def send(self, batch: RowBatch) -> Taken:
        """Hand over a batch; what was accepted is on the disk when this returns."""
        ...

    def finish(self) -> None:
        """Do what is left."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the command was given beside the files; None: from the environment, or the default."""

    project: str | None = None
    version: str | None = None
    schema: Path | None = None
    url: str | None = None
    api_key: str | None = None
    data: str | None = None


def run_ingest(model: str, file: Path | None, labels: Path | None, given: Given, *, as_json: bool) -> None:
    """Send the rows of a file, then labels, and say what became of them."""
    if file is None and labels is None:
        raise DataError("nothing to send; name a file of predictions, or labels with --labels.")
    with _destination(model, given) as to:
        to.begin(None if given.schema is None else given.schema.read_text("utf-8"))
        files: tuple[tuple[Kind, Path | None], ...] = (("predictions", file), ("labels", labels))
        taken = {kind: _sent(to, kind, path) for kind, path in files if path is not None}
        to.finish()
        seen_at = to.seen_at
    if as_json:
        write_json({kind: _document(found) for kind, found in taken.items()})
        return
    for kind, found in taken.items():
        _tell(kind, found)
    predictions = taken.get("predictions")
    if predictions is not None and predictions.accepted and not predictions.labelled and labels is None:
        hint("No label was among the rows; labels that come later are sent with --labels FILE.")
    if seen_at:
        hint(f"See {seen_at}")


def _sent(to: Destination, kind: Kind, path: Path) -> Taken:
    from barograph.frames.source import source

    rows, taken, done = source(path), nothing(), 0
    with progress(f"sending {kind}") as report:
        for batch in row_batches(rows, kind):
            taken.add(to.send(batch))
            done += batch.frame.height
            report(done, rows.rows)
    return taken


@contextmanager
def _destination(model: str, given: Given) -> Iterator[Destination]:
    if given.data is None:
        to = server_project(given.project, given.url, given.api_key)
        yield ToServer(
            url=to.url, api_key=to.api_key, project=to.project, model=model, version=given.version
        )  # fmt: skip
        return
    from barograph.cli.needs_server import need_server

    if given.url is not None:
        raise DataError("--url and --data name two destinations; give one of them.")
    need_server("ingest --data")
    from barograph.cli.settings import configured
    from barograph.cli.to_data import ToData, data_opened

    settings = configured({"data": given.data}).settings
    project = server_project(given.project, None, None).project
    with data_opened(settings) as server, progress("counting") as report:
        yield ToData(server=server, project=project, model=model, version=given.version, report=_left(report))


def _left(report: Callable[[int, int | None], None]) -> Callable[[int], None]:
    """Shows how many of the rows that waited at first are done."""
    most = 0

    def show(waiting: int) -> None:
        nonlocal most
        most = max(most, waiting)
        report(most - waiting, most)

    return show


def _document(taken: Taken) -> dict[str, object]:
    reasons = [
        {"reason": reason, "field": field, "rows": rows}
        for (reason, field), rows in sorted(taken.reasons.items(), key=lambda item: (-item[1], item[0]))
    ]
    return {
        "accepted": taken.accepted, "labelled": taken.labelled, "duplicates": taken.duplicates,
        "rejected": taken.rejected, "reasons": reasons,
    }  # fmt: skip


def _tell(kind: Kind, taken: Taken) -> None:
    rows = "rows" if kind == "predictions" else "labels"
    labelled = (
        f", {taken.labelled:,} of them with a label" if kind == "predictions" and taken.labelled else ""
    )
    before = f", {taken.duplicates:,} sent before" if taken.duplicates else ""
    print(f"{taken.accepted:,} {rows} taken{labelled}{before}")
    if taken.rejected:
        hint(f"{taken.rejected:,} {rows} were not taken: {_shown(taken.reasons)}")


def _shown(reasons: Counter[tuple[str, str]]) -> str:
    found = [
        f"{reason} in {field!r} ({rows:,})" if field else f"{reason} ({rows:,})"
        for (reason, field), rows in reasons.most_common(_REASONS_SHOWN)
    ]
    return ", ".join(found) + (" …" if len(reasons) > _REASONS_SHOWN else "")
