"""The schema: what the columns of a model's rows mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from barograph.errors import SchemaError, check_known, did_you_mean, no_column
from barograph.schema.custom.model import CustomMetric
from barograph.schema.needs import check_needs
from barograph.schema.redaction import Redact, check_redact

Task = Literal["regression", "binary", "multiclass", "multilabel", "ranking", "forecast"]
Role = Literal[
    "feature", "raw_input", "prediction", "score", "label", "id", "timestamp", "label_timestamp",
    "version", "segment", "group", "rank", "horizon", "decision", "entity", "weight", "value",
    "baseline", "attribution", "metadata",
]  # fmt: skip
Kind = Literal["numeric", "categorical", "datetime", "text"]
Reading = Literal[
    "plain", "number", "boolean", "decimal_comma", "thousands_comma",
    "year_first", "day_first", "month_first", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns",
]  # fmt: skip

TASKS: tuple[str, ...] = get_args(Task)
#: Tasks judged by the error of a number.
REGRESSION_TASKS = ("regression", "forecast")
#: Tasks whose label and prediction are numbers.
NUMERIC_TASKS = (*REGRESSION_TASKS, "ranking")
ROLES: tuple[str, ...] = get_args(Role)
KINDS: tuple[str, ...] = get_args(Kind)
READINGS: tuple[str, ...] = get_args(Reading)
#: Roles of which a schema holds at most one column.
SINGLE_ROLES = ("prediction", "label", "id", "timestamp", "label_timestamp", "version", "weight", "baseline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its role in the model, and how its values are read.

    Attributes
    ----------
    kind : how values are profiled. `numeric` covers durations (seconds) and decimals; `categorical`
        covers booleans (`"true"`, `"false"`) and integer codes; `datetime` is counted by hour of the
        week; `text` by its length in characters.
    reading : how raw values are turned into the kind: decimal or thousands comma, order of day and
        month, epoch unit; in a categorical column `number` writes `1.0` as `1`, `boolean` writes
        `True` and `1` as `true`.
    null_values : values that stand for a missing one, beside null itself.
    range : inclusive lower and upper limit of plausible numbers; either may be None.
    class_name : the class that a `score` column of a multiclass task scores, or a `label`, `prediction` or
        `score` column of a multi-label task is about.
    reason : why inference chose this kind; empty where the user said so.
    redact : what the server keeps of the values: `drop` nothing; `mask` their shape, with letters and digits
        replaced; `hash` a keyed hash, under which equal values stay equal.
    """

    name: str
    role: Role = "feature"
    kind: Kind = "numeric"
    reading: Reading = "plain"
    null_values: tuple[str, ...] = ()
    unit: str | None = None
    range: tuple[float | None, float | None] | None = None
    description: str | None = None
    class_name: str | None = None
    reason: str = ""
    redact: Redact | None = field(default=None, metadata={"later": True})

    def __post_init__(self) -> None:
        said = (
            ("role", self.role, ROLES),
            ("kind", self.kind, KINDS),
            ("reading", self.reading, READINGS),
        )
        check_known(f"column {self.name!r}", said, SchemaError)
        check_redact(self.name, self.redact, self.role, self.kind)


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The columns of a model's rows, its task, and how its times are read.

    Attributes
    ----------
    columns : profiled or otherwise used columns, in the order of the data.
    not_profiled : columns that cannot be profiled, each with the reason.
    positive : the positive class of a binary task, as text.
    threshold : for a binary task with a score and no prediction column.
    timezone : IANA name; naive times are read in it, windows are cut in it.
    metrics : figures of the user's own: sums of row expressions, their ratios, costs of answers.
    rules : by name an expression that should be true of every row; null counts as not checked.
    """

    columns: tuple[Column, ...]
    task: Task | None = None
    positive: str | None = None
    threshold: float | None = None
    timezone: str = "UTC"
    not_profiled: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    metrics: tuple[CustomMetric, ...] = ()
    rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.task is not None and self.task not in TASKS:
            hint = did_you_mean(str(self.task), TASKS) or "."
            raise SchemaError(f"task {self.task!r} is not known{hint} Expected one of: {', '.join(TASKS)}.")
        if self.threshold is not None and not 0.0 <= self.threshold <= 1.0:
            raise SchemaError(
                f"threshold is {self.threshold!r}; a score is a probability, so expected a number from 0 to 1."
            )
        names = [c.name for c in self.columns]
        twice = sorted({n for n in names if names.count(n) > 1}) if len(set(names)) < len(names) else []
        if twice:
            raise SchemaError(f"columns named twice: {twice}; give each column one entry.")
        for role in SINGLE_ROLES:
            if self.task == "multilabel" and role in ("label", "prediction"):
                continue
            held = [c.name for c in self.columns if c.role == role]
            if len(held) > 1:
                raise SchemaError(
                    f"role {role!r} is given to {held}; a schema has at most one {role} column."
                )
        check_needs(self.task, self.columns)
        if self.metrics or self.rules:
            from barograph.schema.custom.check import check_custom

            check_custom(self)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(c.name for c in self.columns)

    @cached_property
    def known(self) -> frozenset[str]:
        """Names of all columns, profiled or not."""
        return frozenset((*self.names, *self.not_profiled))

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {c.name: c for c in self.columns}

    def column(self, name: str) -> Column:
        """Return the column called `name`; raises ColumnMissing with the nearest names."""
        held = self._by_name.get(name)
        if held is None:
            raise no_column(name, self.names, "the schema")
        return held

    def with_role(self, role: Role) -> tuple[Column, ...]:
        """All columns of one role, in order."""
        return tuple(c for c in self.columns if c.role == role)

    def one(self, role: Role) -> Column | None:
        """The column of a role held at most once, or None."""
        held = self.with_role(role)
        return held[0] if held else None

    @classmethod
    def infer(
        cls,
        data: object,
        *,
        prediction: str | Mapping[str, str] | None = None,
        score: str | Sequence[str] | Mapping[str, str] | None = None,
        label: str | Mapping[str, str] | None = None,
        timestamp: str | None = None,
        id: str | None = None,
        segment: str | Sequence[str] = (),
        weight: str | None = None,
        task: Task | None = None,
        positive: object = None,
        threshold: float | None = None,
        timezone: str = "UTC",
        kinds: Mapping[str, Kind] | None = None,
        readings: Mapping[str, Reading] | None = None,
        roles: Mapping[str, Role] | None = None,
        null_values: Mapping[str, Sequence[object]] | None = None,
        metrics: Mapping[str, Mapping[str, object]] | None = None,
        rules: Mapping[str, str] | None = None,
    ) -> Schema:
        """Infer a schema from a sample of rows; every column says why it has its kind.

        Parameters
        ----------
        data : anything `barograph.profile` reads.
        prediction, score, label, timestamp, id, segment, weight : columns of these roles, never guessed from
            a name. `score` takes one column, several, or a mapping from class to column; so do `label` and
            `prediction` of a multi-label task.
        task : `regression`, `binary`, `multiclass`, `multilabel`, `ranking` or `forecast`; inferred where label and
            prediction leave no doubt, and several labels are a multi-label task; a ranking or forecast never.
        positive : positive class of a binary task; needed where the values are not 0 and 1 or false and true.
        threshold : score from which a binary task predicts its positive class, where no class is logged.
        timezone : IANA name in which times without a zone are read and windows are cut.
        kinds, readings, roles, null_values : kind, reading, role or values that mean missing, by column.
        metrics, rules : figures and rules of your own; see `with_metrics` and `with_rules`.

        Returns
        -------
        Schema; columns that cannot be profiled are listed in `not_profiled` with the reason.

        Raises
        ------
        ColumnMissing
            For a name that is not in the data, with the nearest one.
        SchemaError
            Where roles, task and values contradict each other, or two readings fit a column.
        DataError
            Where the data cannot be read.

        Notes
        -----
        Cost: at most 20,000 rows, spread over the data (fewer where there are more than 200 columns).

        Examples
        --------
        >>> import polars as pl
        >>> rows = pl.DataFrame({"zip": ["007", "042"], "y": [0, 1], "p": [1, 1]})
        >>> schema = Schema.infer(rows, label="y", prediction="p")
        >>> schema.task, schema.positive, schema.column("zip").kind
        ('binary', '1', 'categorical')
        """
        # The one import down the layers: users start here, and reading rows is the affair of the layer below.
        from barograph.frames.infer import infer_schema
        from barograph.schema.infer import Told

        told = Told(
            prediction=prediction, score=score, label=label, timestamp=timestamp, id=id, segment=segment,
            weight=weight, task=task, positive=positive, threshold=threshold, timezone=timezone,
            kinds=kinds or {}, readings=readings or {}, roles=roles or {}, null_values=null_values or {},
        )  # fmt: skip
        schema = infer_schema(data, told)
        schema = schema.with_metrics(metrics) if metrics else schema
        return schema.with_rules(rules) if rules else schema

    def with_metrics(self, metrics: Mapping[str, Mapping[str, object]]) -> Schema:
        """The schema with further metrics of the user's own.

        Parameters
        ----------
        metrics : by name, as in `schema.yml`, one formula each: `sum`, a row expression; `ratio` of two of them;
            `cost_matrix`, ``{label: {prediction: cost}}``; or `over` and `under`, the cost of a unit predicted too
            much or too little. Beside it `unit`, `better` (higher, lower, zero), `per`, `description`. Expressions
            are SQL over one typed row: numbers, and text for categories; NaN counts as null.

        Raises
        ------
        SchemaError
            Where a formula is malformed or the columns cannot answer it.

        Examples
        --------
        >>> schema = Schema(columns=(Column(name="amount"),))
        >>> schema.with_metrics({"fees": {"sum": "amount * 0.03", "unit": "EUR"}}).metrics[0].address
        'custom.fees'
        """
        from barograph.schema.custom.written import read_metrics
        from barograph.schema.document import Document

        read = read_metrics(Document(origin="schema", values={"metrics": metrics}, lines={}))
        return replace(self, metrics=(*self.metrics, *read))

    def with_rules(self, rules: Mapping[str, str]) -> Schema:
        """The schema with further rules: by name an SQL expression that should be true of every row.

        Raises
        ------
        SchemaError
            Where an expression is not true or false, or the columns cannot answer it.

        Examples
        --------
        >>> schema = Schema(columns=(Column(name="paid"), Column(name="due")))
        >>> dict(schema.with_rules({"paid at most what is due": "paid <= due"}).rules)
        {'paid at most what is due': 'paid <= due'}
        """
        from barograph.schema.custom.written import read_rules
        from barograph.schema.document import Document

        read = read_rules(Document(origin="schema", values={"rules": rules}, lines={}))
        return replace(self, rules=MappingProxyType({**self.rules, **read}))

    @classmethod
    def from_yaml(cls, path: str | Path) -> Schema:
        """Read `schema.yml`; see `barograph.schema.yaml.read_schema`."""
        from barograph.schema.yaml import read_schema

        return read_schema(path)

    def to_yaml(self, path: str | Path | None = None) -> str:
        """Return the schema as YAML, and write it where a path is given."""
        from barograph.schema.yaml import format_schema, write_schema

        if path is not None:
            write_schema(self, path)
        return format_schema(self)
