"""What is fixed before the user's own sums are taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TermGrid:
    """What is fixed before a row expression of the user's, or a pair of them, is summed.

    Attributes
    ----------
    of_label : labelled rows alone are summed.
    centres : subtracted from the value of each expression.
    steps : power-of-two step of each product of powers, in the order of `custom_rows.powers_of`.
    """

    expressions: tuple[str, ...]
    of_label: bool
    centres: tuple[float, ...]
    steps: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class CustomGrid:
    """The user's sums and rules, by name."""

    terms: Mapping[str, TermGrid]
    rules: Mapping[str, str]
