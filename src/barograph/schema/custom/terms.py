"""What the metrics of a schema sum: row expressions, and the columns that these need."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.errors import DataError, SchemaError, did_you_mean
from barograph.schema.custom.model import CustomMetric, Ratio, Total
from barograph.schema.expressions import row_expression
from barograph.schema.model import Role, Schema

#: Columns of these roles come after the row.
LABEL_ROLES: frozenset[Role] = frozenset({"label", "label_timestamp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One row expression, or two whose sums are divided, summed once for every metric that needs it.

    Attributes
    ----------
    key : name of the first metric that needs it.
    columns : of the schema that the expressions need.
    of_label : whether one of them comes with the label, so that labelled rows alone are summed.
    """

    key: str
    expressions: tuple[str, ...]
    columns: tuple[str, ...]
    of_label: bool


def terms(schema: Schema) -> tuple[Term, ...]:
    """The terms of a schema's metrics, in their order; of costs none, which follow from other sums.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> columns = (Column(name="amount"), Column(name="y", role="label"), Column(name="p", role="prediction"))
    >>> schema = Schema(columns=columns, task="regression")
    >>> (term,) = terms(schema.with_metrics({"lost": {"sum": "amount * y"}}))
    >>> term.columns, term.of_label
    (('amount', 'y'), True)
    """
    found: dict[tuple[str, ...], Term] = {}
    for metric in schema.metrics:
        texts = expressions_of(metric, schema)
        if texts and texts not in found:
            what = f"metrics.{metric.name}"
            columns = tuple(
                dict.fromkeys(c for text in texts for c in expression_columns(text, schema, what))
            )
            of_label = any(schema.column(c).role in LABEL_ROLES for c in columns)
            found[texts] = Term(key=metric.name, expressions=texts, columns=columns, of_label=of_label)
    return tuple(found.values())


def term_of(metric: CustomMetric, schema: Schema) -> Term:
    """The term that a sum or a ratio is computed from.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> given = {"lost": {"sum": "amount"}, "lost_per_row": {"sum": "amount", "per": "row"}}
    >>> schema = Schema(columns=(Column(name="amount"),)).with_metrics(given)
    >>> term_of(schema.metrics[1], schema).key
    'lost'
    """
    texts = expressions_of(metric, schema)
    return next(term for term in terms(schema) if term.expressions == texts)


def expressions_of(metric: CustomMetric, schema: Schema) -> tuple[str, ...]:
    """The row expressions that a metric sums; of a ratio both, names of other sums replaced.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> given = {"cost": {"sum": "hours * 40"}, "rate": {"ratio": ["cost", "hours"]}}
    >>> schema = Schema(columns=(Column(name="hours"),)).with_metrics(given)
    >>> expressions_of(schema.metrics[1], schema)
    ('hours * 40', 'hours')
    """
    formula = metric.formula
    if isinstance(formula, Total):
        return (formula.expression,)
    if isinstance(formula, Ratio):
        return tuple(_named_sum(text, metric, schema) for text in (formula.above, formula.below))
    return ()


def expression_columns(text: str, schema: Schema, what: str) -> tuple[str, ...]:
    """The columns that an expression needs; `what` names it in errors.

    Raises
    ------
    SchemaError
        Where it is no expression of one row, or names a column that the schema does not have.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> expression_columns("a + 1", Schema(columns=(Column(name="a"),)), "metrics.more")
    ('a',)
    """
    if text in schema.names:
        return (text,)
    try:
        names = tuple(dict.fromkeys(row_expression(text, what).meta.root_names()))
    except DataError as error:
        raise SchemaError(str(error)) from None
    for name in names:
        if name in schema.not_profiled:
            raise SchemaError(
                f"{what}: column {name!r} cannot be used, it is not profiled: {schema.not_profiled[name]}. "
                "Give it a kind under columns."
            )
        if name not in schema.names:
            hint = did_you_mean(name, schema.names) or "."
            known = ", ".join(repr(n) for n in schema.names[:12]) + (" …" if len(schema.names) > 12 else "")
            quoted = " Text stands in single quotes." if '"' in text else ""
            raise SchemaError(
                f"{what}: {text!r} needs a column {name!r}, which the schema does not have{hint} Columns: {known}."
                f"{quoted}"
            )
    return names


def _named_sum(text: str, metric: CustomMetric, schema: Schema) -> str:
    other = next((m for m in schema.metrics if m.name == text and m is not metric), None)
    if other is None or (isinstance(other.formula, Total) and other.formula.expression == text):
        return text
    if text in schema.names:
        raise SchemaError(
            f"metrics.{metric.name}: {text!r} is a column and a metric, which differ. Give the metric another name."
        )
    if not isinstance(other.formula, Total):
        raise SchemaError(
            f"metrics.{metric.name}: {text!r} is a metric, but no sum; a ratio divides sums. "
            "Name one with the key sum, or write an expression."
        )
    return other.formula.expression
