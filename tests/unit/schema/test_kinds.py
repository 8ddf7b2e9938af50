"""The table of docs/reference/kinds.md, row by row."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest

from barograph.errors import SchemaError
from barograph.schema.kinds import settle, settle_as

PROSE = [f"the parcel number {i} came late" for i in range(40)]


@pytest.mark.parametrize(
    ("values", "kind", "reading"),
    [
        ([0.5, 1.5], "numeric", "plain"),
        ([1, 2, 3], "numeric", "plain"),
        ([0, 1, 1], "categorical", "number"),
        ([0.0, 1.0, None], "categorical", "number"),
        ([5, 7, 5, 7], "categorical", "number"),
        ([5, 7], "numeric", "plain"),
        ([1.0, 2.0, 1.0, 2.0], "numeric", "plain"),
        (["007", "042"], "categorical", "plain"),
        (["Y", "N"], "categorical", "plain"),
        (["12", "7"], "numeric", "plain"),
        (["1", "0", "1"], "categorical", "number"),
        (["1.0", "0.0", ""], "categorical", "number"),
        (["3,5", "4,25"], "numeric", "decimal_comma"),
        (["1.234,5", "7"], "numeric", "decimal_comma"),
        (["1,234", "1,234,567"], "numeric", "thousands_comma"),
        (["1,234.50", "7"], "numeric", "thousands_comma"),
        (PROSE, "text", "plain"),
        ([f"sku{i}" for i in range(5_000)], "categorical", "plain"),
        ([True, False], "categorical", "boolean"),
        (["True", "FALSE"], "categorical", "boolean"),
        ([1704412800, 1704412801, 1704412802], "numeric", "plain"),
        ([datetime(2024, 1, 1)], "datetime", "plain"),
        ([date(2024, 1, 1)], "datetime", "plain"),
        (["2024-01-05", "2024-02-03T10:00"], "datetime", "year_first"),
        (["2024-01-05T10:00:00+02:00"], "datetime", "year_first"),
        (["13/01/2024", "02/03/2024"], "datetime", "day_first"),
        (["01/13/2024 2:30 PM"], "datetime", "month_first"),
        ([Decimal("1.50")], "numeric", "plain"),
        ([timedelta(hours=1)], "numeric", "plain"),
        ([time(1)], "numeric", "plain"),
        (["12345678901234567890"], "categorical", "plain"),
    ],
)
def test_kind_and_reading(values, kind, reading):
    found = settle(pl.Series("c", values, strict=False))
    assert (found.kind, found.reading) == (kind, reading)
    assert found.reason


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([[1]], "lists have no kind"),
        ([{"a": 1}], "structs have no kind"),
        ([b"x"], "binary values have no kind"),
        ([None, None], "every value is null"),
    ],
)
def test_what_cannot_be_profiled_says_why(values, reason):
    found = settle(pl.Series("c", values))
    assert found.kind is None
    assert reason in found.reason


def test_python_objects_name_their_types():
    assert "(set)" in settle(pl.Series("c", [{1}], dtype=pl.Object)).reason


def test_null_tokens_in_text_are_null_values():
    found = settle(pl.Series(["12", "7", "NA", "", "null", "None", "NaN", "N/A"]))
    assert found.kind == "numeric"
    assert set(found.null_values) == {"NA", "", "null", "None", "NaN", "N/A"}


def test_na_among_country_codes_is_namibia():
    assert settle(pl.Series(["NA", "DE", "FR"])).null_values == ()


@pytest.mark.parametrize("values", [[-999] * 3 + [1, 2, 3] * 5, [-999.0] * 3 + [0.5, 2.0, 3.25]])
def test_sentinels_are_suggested_not_applied(values):
    found = settle(pl.Series(values))
    assert found.null_values == ()
    assert "null_values: [-999]" in found.reason


def test_a_sentinel_amid_other_values_is_an_amount():
    assert "null_values" not in settle(pl.Series([-999, -999, -998, -1_000, 5])).reason


def test_few_integers_may_be_codes():
    assert "4 distinct values; if they are codes" in settle(pl.Series([1, 2, 3, 4] * 10)).reason


def test_distinct_integers_may_identify_rows():
    assert "give the role id" in settle(pl.Series(range(50))).reason


def test_epoch_outside_the_timestamp_role_is_suggested():
    assert "reading: epoch_s" in settle(pl.Series([1704412800, 1704412801, 1704412803])).reason


def test_ambiguous_dates_show_two_rows():
    with pytest.raises(
        SchemaError, match=r"'01/02/2024' and '03/04/2024'.*day_first or reading: month_first"
    ):
        settle(pl.Series("when", ["01/02/2024", "03/04/2024", "03/04/2024"]))


def test_ambiguous_thousands_show_two_rows():
    with pytest.raises(SchemaError, match=r"'1,234' and '2,500'.*reading: decimal_comma or"):
        settle(pl.Series("x", ["1,234", "2,500", "12"]))


def test_dates_in_both_orders_are_no_dates():
    assert settle(pl.Series(["31/12/2024", "12/31/2024"] * 3)).kind == "categorical"


def test_a_few_misfits_leave_a_column_numeric_and_are_named():
    found = settle(pl.Series(["many", *map(str, range(100))]))
    assert found.kind == "numeric"
    assert "'many'" in found.reason


def test_all_null_column_of_a_known_type_keeps_its_kind():
    kinds = {t: settle(pl.Series([None], dtype=t)).kind for t in (pl.Float64, pl.String, pl.Boolean, pl.Date)}
    assert list(kinds.values()) == ["numeric", "categorical", "categorical", "datetime"]


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["1", "2"])])
def test_declared_categories_stay_categories(dtype):
    assert settle(pl.Series(["1", "2"], dtype=dtype)).kind == "categorical"


DTYPES = [
    *(
        pl.Int8,
        pl.Int16,
        pl.Int32,
        pl.Int64,
        pl.Int128,
        pl.UInt8,
        pl.UInt16,
        pl.UInt32,
        pl.UInt64,
        pl.UInt128,
    ),
    *(
        pl.Float16,
        pl.Float32,
        pl.Float64,
        pl.Decimal(10, 2),
        pl.Boolean,
        pl.String,
        pl.Binary,
        pl.Null,
        pl.Object,
    ),
    *(
        pl.Date,
        pl.Time,
        pl.Datetime("ms"),
        pl.Datetime("us", "Europe/Berlin"),
        pl.Datetime("ns"),
        pl.Duration("ns"),
    ),
    *(pl.Categorical(), pl.Enum(["a"]), pl.List(pl.Int8), pl.Array(pl.Int8, 2), pl.Struct({"a": pl.Int8})),
    pl.Map(pl.String, pl.Int8),
]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_type_has_a_kind_or_a_reason(dtype):
    found = settle(pl.Series("c", [], dtype=dtype))
    assert found.kind is not None or "have no kind" in found.reason or "every value is null" in found.reason


def test_the_list_of_types_is_complete():
    def leaves(cls):
        below = cls.__subclasses__()
        return {cls.__name__} if not below else set().union(*map(leaves, below))

    tested = {(d if isinstance(d, type) else type(d)).__name__ for d in DTYPES}
    abstract = {"Unknown", "BaseExtension", "Extension", "ObjectType", "NestedType"}
    assert {n for n in leaves(pl.DataType) if hasattr(pl, n)} - tested - abstract == set()


@pytest.mark.parametrize(
    ("factor", "reading"), [(1, "epoch_s"), (10**3, "epoch_ms"), (10**6, "epoch_us"), (10**9, "epoch_ns")]
)
def test_epoch_units_are_told_by_size(factor, reading):
    assert settle_as(pl.Series([1704412800 * factor]), "datetime", "role timestamp").reading == reading


def test_numbers_that_are_no_epoch_are_refused():
    with pytest.raises(SchemaError, match=r"20240115.*no time since 1970"):
        settle_as(pl.Series("ts", [20240115]), "datetime", "role timestamp")


def test_quoted_epoch_is_read():
    assert settle_as(pl.Series(["1704412800"]), "datetime", "role timestamp").reading == "epoch_s"


def test_text_that_is_no_number_is_refused_with_a_value():
    with pytest.raises(SchemaError, match=r"column 'y' cannot be numeric: 'late' is no number"):
        settle_as(pl.Series("y", ["late", "3"]), "numeric", "label of a regression task")


def test_lists_cannot_have_a_role():
    with pytest.raises(SchemaError, match="cannot be categorical: lists have no kind"):
        settle_as(pl.Series("y", [[1]]), "categorical", "label")
