"""The side of a condition that is compared with: numbers, `reference`, and arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Sign = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `percent` where it was written as one, and `value` is then the share."""

    value: float
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference's value of the same metric."""


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus an expression."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions and the sign between them."""

    sign: Sign
    left: Expression
    right: Expression


Expression = Number | Reference | Negative | Operation


def mentions_reference(expression: Expression) -> bool:
    """Whether the reference's value is needed.

    Examples
    --------
    >>> mentions_reference(Operation("*", Number(1.1), Reference()))
    True
    """
    match expression:
        case Reference():
            return True
        case Negative(of):
            return mentions_reference(of)
        case Operation(_, left, right):
            return mentions_reference(left) or mentions_reference(right)
        case _:
            return False


def value_of(expression: Expression, reference: float) -> float:
    """The value of an expression.

    Parameters
    ----------
    reference : what `reference` stands for; NaN where it is not mentioned.

    Returns
    -------
    The value; infinite or NaN where it is beyond the largest number, and NaN where it divides by 0.

    Examples
    --------
    >>> value_of(Operation("+", Reference(), Number(0.25)), 0.5)
    0.75
    """
    match expression:
        case Number(value):
            return value
        case Reference():
            return reference
        case Negative(of):
            return -value_of(of, reference)
        case Operation(sign, left, right):
            return _calculated(sign, value_of(left, reference), value_of(right, reference))


def _calculated(sign: Sign, left: float, right: float) -> float:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    return left / right if right else math.nan
