"""From the text of a condition to its tree; nothing is evaluated."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, cast

from barograph.checks.condition import Condition, Limit
from barograph.checks.expression import (
    Expression,
    Negative,
    Number,
    Operation,
    Reference,
    Sign,
    mentions_reference,
)
from barograph.checks.meaning import check_meaning
from barograph.checks.tokens import Token, tokens, wrong
from barograph.metrics.address import Address

_DEEPEST: Final = 20
_MOST_SIGNS: Final = 100
_MIRRORED: Final = {"<=": ">=", "<": ">", ">=": "<=", ">": "<", "==": "=="}


class _Cursor:
    """The place the parser has come to."""

    __slots__ = ("_next", "_tokens", "depth", "signs", "text")

    def __init__(self, text: str) -> None:
        self.text, self._tokens, self._next = text, tokens(text), 0
        self.depth = self.signs = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._next]

    def take(self) -> Token:
        token = self.token
        self._next += token.kind != "end"
        return token


@lru_cache(maxsize=1024)
def parse_condition(text: str) -> Condition:
    """Read a condition such as ``performance.mae <= 1.1 * reference``.

    ::

        condition  = metric comparison sum | sum comparison metric | sum "<=" metric "<=" sum
        comparison = "<=" | "<" | ">=" | ">" | "=="
        sum        = product { ("+" | "-") product }
        product    = factor { ("*" | "/") factor }
        factor     = number | number "%" | "reference" | "-" factor | "(" sum ")"

    Raises
    ------
    CheckError
        Says what is wrong, at which character, and what was expected there; also for a metric or argument
        that does not exist, and for a condition that could never fail or never pass.

    Examples
    --------
    >>> condition = parse_condition("0.9 * reference <= performance.mae <= 1.1 * reference")
    >>> str(condition.metric), condition.mentions_reference
    ('performance.mae', True)
    """
    text = text.strip()
    cursor = _Cursor(text)
    sides: list[tuple[Token, Address | Expression]] = [_side(cursor)]
    signs: list[Token] = []
    while cursor.token.kind == "comparison":
        signs.append(cursor.take())
        sides.append(_side(cursor))
    if cursor.token.kind != "end" or not signs:
        raise wrong(text, cursor.token.start, "a comparison such as <= 0.2" if not signs else "the end")
    condition = _condition(text, sides, signs)
    check_meaning(condition)
    return condition


def _condition(text: str, sides: list[tuple[Token, Address | Expression]], signs: list[Token]) -> Condition:
    subjects = [(i, token, side) for i, (token, side) in enumerate(sides) if isinstance(side, Address)]
    if not subjects:
        raise wrong(text, 0, "a metric on one side of the comparison, such as drift.share")
    if len(subjects) > 1:
        raise wrong(text, subjects[1][1].start, "one metric a check; compare it with numbers and reference")
    if len(signs) > 2:
        raise wrong(text, signs[2].start, "the end; a metric has two limits at most")
    place, token, metric = subjects[0]
    if len(signs) == 2:
        _require_range(text, place, signs)
    lower = upper = None
    for i, (_, side) in enumerate(sides):
        if i == place:
            continue
        sign = signs[min(i, place)].value
        sign = cast("str", sign) if i > place else _MIRRORED[cast("str", sign)]
        limit = Limit(expression=cast("Expression", side), strict=sign in ("<", ">"))
        lower = limit if sign in (">=", ">", "==") else lower
        upper = limit if sign in ("<=", "<", "==") else upper
    span = (token.start, token.end)
    return Condition(text=text, metric=metric, span=span, lower=lower, upper=upper)


def _require_range(text: str, place: int, signs: list[Token]) -> None:
    """Two comparisons have the metric in the middle and run the same way."""
    if place != 1:
        raise wrong(
            text, signs[1].start, "the metric between its two limits, as in 0.1 <= drift.share <= 0.2"
        )
    first, second = (str(sign.value)[0] for sign in signs)
    if first != second or first == "=":
        raise wrong(text, signs[1].start, "a range that runs one way, as in 0.1 <= drift.share <= 0.2")


def _side(cursor: _Cursor) -> tuple[Token, Address | Expression]:
    """One side of a comparison: a metric alone, or an expression."""
    token = cursor.token
    if token.kind == "metric":
        cursor.take()
        if cursor.token.kind not in ("comparison", "end"):
            raise wrong(
                cursor.text,
                cursor.token.start,
                "a comparison; a metric stands alone on its side, the arithmetic on the other",
            )
        return token, cast("Address", token.value)
    return token, _sum(cursor)


def _sum(cursor: _Cursor) -> Expression:
    left = _product(cursor)
    while cursor.token.value in ("+", "-"):
        sign = _sign(cursor)
        right = _product(cursor)
        _refuse_percent(cursor.text, sign, left, right)
        left = Operation(cast("Sign", sign.value), left, right)
    return left


def _refuse_percent(text: str, sign: Token, left: Expression, right: Expression) -> None:
    """``reference + 10%`` may mean a tenth more of it, or 0.1 more."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Number) and one.percent and mentions_reference(other):
            share = one.value
            by = f"{1 + share if sign.value == '+' else 1 - share:.6g} * reference"
            raise wrong(
                text, sign.start, f"{by}, or {sign.value} {share:.6g}: a percentage of what is not said"
            )


def _product(cursor: _Cursor) -> Expression:
    left = _factor(cursor)
    while cursor.token.value in ("*", "/"):
        sign = cast("Sign", _sign(cursor).value)
        left = Operation(sign, left, _factor(cursor))
    return left


def _sign(cursor: _Cursor) -> Token:
    """Take a sign: each puts what stands before it one deeper."""
    token = cursor.take()
    cursor.signs += 1
    if cursor.signs > _MOST_SIGNS:
        raise wrong(cursor.text, token.start, f"at most {_MOST_SIGNS} signs in a condition")
    return token


def _factor(cursor: _Cursor) -> Expression:
    token = cursor.take()
    if token.kind == "number":
        return cast("Number", token.value)
    if token.kind == "reference":
        return Reference()
    if token.kind == "metric":
        raise wrong(cursor.text, token.start, "a number or reference; a metric stands alone on its side")
    if token.kind != "(" and token.value != "-":
        raise wrong(cursor.text, token.start, "a metric, a number or reference")
    cursor.depth += 1
    if cursor.depth > _DEEPEST:
        raise wrong(cursor.text, token.start, f"at most {_DEEPEST} brackets and signs inside each other")
    inner = Negative(_factor(cursor)) if token.value == "-" else _sum(cursor)
    if token.kind == "(" and cursor.take().kind != ")":
        raise wrong(cursor.text, cursor.token.start, '")"')
    cursor.depth -= 1
    return inner
