"""A condition: one metric between limits."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.checks.expression import Expression, mentions_reference
from barograph.metrics.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One end of what is allowed; `strict` where the end itself is not."""

    expression: Expression
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A metric and the limits its value shall keep; at least one is there, both are for ``==``.

    Attributes
    ----------
    text : as it was written.
    metric : the address, whose arguments may be ``*``.
    span : where the address stands in `text`.
    """

    text: str
    metric: Address
    span: tuple[int, int]
    lower: Limit | None = None
    upper: Limit | None = None

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits there are."""
        return tuple(limit for limit in (self.lower, self.upper) if limit is not None)

    @property
    def mentions_reference(self) -> bool:
        """Whether a limit depends on the reference's value."""
        return any(mentions_reference(limit.expression) for limit in self.limits)

    def with_metric(self, address: Address) -> str:
        """The text of the condition for another address, such as one of those ``*`` stands for.

        Examples
        --------
        >>> from barograph.checks.parse import parse_condition
        >>> condition = parse_condition("quality.null_share(column=*) <= 1%")
        >>> condition.with_metric(condition.metric.with_argument("column", "zip"))
        'quality.null_share(column="zip") <= 1%'
        """
        start, end = self.span
        return f"{self.text[:start]}{address}{self.text[end:]}"
