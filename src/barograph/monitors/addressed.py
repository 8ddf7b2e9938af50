"""What a monitor names: its metric, and the other side of its comparison, each known to be there."""

from __future__ import annotations

from barograph.errors import AddressError, MonitorError
from barograph.metrics.address import Address, parse_address
from barograph.metrics.arguments import resolved_in
from barograph.metrics.custom.specs import is_custom
from barograph.metrics.spec import MetricSpec
from barograph.monitors import entries
from barograph.monitors.against import Against
from barograph.monitors.against_text import parse_against
from barograph.operations.evaluate import resolved_reading
from barograph.schema.document import Document, Path
from barograph.schema.model import Schema


def read_metric(document: Document, path: Path, value: object) -> Address:
    """The address of a metric there is, with arguments it takes; one of a schema is looked for where that is known."""
    try:
        asked = parse_address(entries.text(document, path, value))
        if not is_custom(asked.metric):
            spec_of(asked)
    except AddressError as error:
        raise document.error(f"{document.at(path)}: {error}") from None
    return asked


def spec_of(address: Address, schema: Schema | None = None) -> MetricSpec:
    """The metric an address names, of rows or of operations; its arguments are known to fit it.

    Raises
    ------
    AddressError
        With the nearest names, where there is none.

    Examples
    --------
    >>> spec_of(parse_address("operations.latency(q=0.95)")).title
    'Latency'
    """
    if address.family == "operations":
        return resolved_reading(address)[1]
    return resolved_in(address, schema)[1]


def read_against(document: Document, path: Path, value: object) -> Against:
    """What a window is compared with."""
    try:
        return parse_against(entries.text(document, path, value))
    except MonitorError as error:
        raise document.error(f"{document.at(path)}: {error}") from None
