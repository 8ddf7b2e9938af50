"""Units of figures, as people read them."""

from __future__ import annotations

from typing import Final

from barograph.locale.said import word
from barograph.schema.model import Schema

#: What specs write for a figure in whatever the label is in; its square with a sign after it.
_LABELS: Final = "label"


def shown_unit(unit: str, schema: Schema) -> str:
    """The unit of a metric; of one in the label's unit that of the label's column, or the column's name.

    Parameters
    ----------
    unit : as specs of metrics have it.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> shown_unit("label", Schema(columns=(Column(name="rides", role="label"),)))
    'rides'
    >>> shown_unit("share of rows", Schema(columns=()))
    'share of rows'
    """
    stem = unit.removesuffix("²")
    if stem != _LABELS:
        return word(unit)
    label = schema.one("label")
    return "" if label is None else f"{label.unit or label.name}{unit.removeprefix(stem)}"
