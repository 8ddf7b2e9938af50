"""The cases: which causes are planted in which table, and the metric to be explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import plants as p
import polars as pl
import tables
from plants import Plant

MAE, LOG_LOSS = "performance.mae", "performance.log_loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One kind of data set.

    Attributes
    ----------
    plants : in the order in which `truth.amounts` defines them; none where nothing changes.
    size : of the amounts beside those of the first cases.
    rows : of the reference, and of the current period.
    """

    table: Callable[[], tables.Table]
    metric: str
    plants: tuple[Plant, ...]
    rows: tuple[int, int] = (20_000, 10_000)
    size: str = ""

    @property
    def cause(self) -> str:
        """The plants by name."""
        named = " + ".join(plant.name for plant in self.plants) or "nothing"
        return f"{named}, {self.size}" if self.size else named

    @property
    def name(self) -> str:
        """Table, metric, size where it is not the usual, and cause."""
        size = "" if self.rows[1] >= _BIKE[1] else f" {self.rows[1]:,} rows"
        return f"{self.table.__name__} {self.metric.removeprefix('performance.')}{size}: {self.cause}"


_BIKE = (3_000, 3_000)
_HARD = (pl.col("cat_1") == "c") | (pl.col("num_07") < 0.0)
_MIX = p.mix(("cat_1", "num_07"), _HARD, easy_kept=0.45, hard_share=0.44)
_LOUD = 2.0 * (pl.col("num_05") / 50.0 - 1.0).clip(0.0, 1.0)
_CONCEPT = p.concept("concept: column", ("num_05",), p.shifted(_LOUD))
_SOUTH = (pl.col("cat_3").is_in(["s00", "s01"])) & (pl.col("cat_5") == "no")
_SEGMENT = p.concept("concept: segment", ("cat_3",), p.shifted(pl.when(_SOUTH).then(2.5).otherwise(0.0)))
_NOISE = p.concept("label noise", (), p.spread(0.8))
_RANGE = p.beyond({"num_05": (105.0, 160.0)}, 0.10, p.shifted(pl.lit(3.0)))
_CATEGORY = p.new_category("cat_2", "violet", 0.10, p.shifted(pl.lit(2.5)))
_NULLS = p.nulls("num_05", 0.4)
_UNIT = p.unit("num_04", 1_000.0, 0.3)
_DEFAULT = p.default_value("num_04", -999.0, 0.15)

ORDERS_PLANTS: tuple[tuple[Plant, ...], ...] = (
    (),
    (_MIX,),
    (_RANGE,),
    (_CATEGORY,),
    (_CONCEPT,),
    (_SEGMENT,),
    (_NOISE,),
    (_NULLS,),
    (_DEFAULT,),
    (_UNIT,),
    (p.unit("num_05", 0.1, 1.0),),
    (p.stuck("num_06", 0.26),),
    (p.renamed("cat_2", {"black": "BLACK", "red": "RED"}),),
    (p.truncated("num_05", 60.0),),
    (p.time_zone("placed_at", 5),),
    (p.duplicates(pl.col("cat_1") == "c", 3),),
    (p.outage(("cat_1",), pl.col("cat_1") == "a", 0.9),),
    (p.as_text("num_05", 0.3),),
    (_MIX, _SEGMENT),
    (_MIX, _NULLS),
    (_RANGE, _CONCEPT),
    (_CONCEPT, _UNIT),
    (_NULLS, _DEFAULT),
)

_INCOME = p.unit("income", 0.001, 0.4)
#: F1 of rare defaults is a rough figure; a smaller share would hardly show.
_FLIPPED = p.concept("label noise", (), p.flipped(0.08))
_BROKE = pl.col("late_payments") >= 2
CREDIT_PLANTS: tuple[tuple[Plant, ...], ...] = (
    (),
    (p.mix(("late_payments",), _BROKE, easy_kept=0.35, hard_share=0.118),),
    (p.beyond({"utilisation": (1.05, 1.6)}, 0.06, p.raised(pl.lit(0.35))),),
    (p.new_category("channel", "partner", 0.12, p.raised(pl.lit(0.15))),),
    (
        p.concept(
            "concept: column", ("debt_ratio",), p.raised((pl.col("debt_ratio") - 0.2).clip(0.0, 1.0) * 0.3)
        ),
    ),
    (
        p.concept(
            "concept: segment",
            ("region",),
            p.raised(
                pl.when((pl.col("region") == "west") & (pl.col("product") == "car")).then(0.3).otherwise(0.0)
            ),
        ),
    ),
    (p.concept("label noise", (), p.flipped(0.03)),),
    (_INCOME,),
    (p.unit("utilisation", 10.0, 0.1),),
    (p.default_value("employment_years", 99.0, 0.4),),
)

_RUSH = pl.col("hr").is_in([7, 8, 17, 18])
BIKE_PLANTS: tuple[tuple[Plant, ...], ...] = (
    (),
    (p.mix(("hr",), _RUSH, easy_kept=0.3, hard_share=0.168),),
    (p.beyond({"temp": (1.0, 1.3), "atemp": (1.05, 1.3)}, 0.12, p.shifted(pl.col(p.LABEL) * -0.5)),),
    (
        p.concept(
            "concept: column", ("temp", "atemp"), p.shifted(200.0 * (pl.col("temp") - 0.5).clip(0.0, 1.0))
        ),
    ),
    (
        p.concept(
            "concept: segment",
            ("hr", "workingday"),
            p.shifted(pl.when(_RUSH & (pl.col("workingday") == 1)).then(120.0).otherwise(0.0)),
        ),
    ),
    (p.concept("label noise", (), p.spread(25.0)),),
    (p.unit("hum", 100.0, 1.0),),
    (p.nulls("temp", 0.8),),
)

#: A half and a quarter of the amounts above: of rows hit, of new rows, or of rows whose label moves.
SIZES = {"half": 0.5, "a quarter": 0.25}


def smaller_orders(part: float) -> tuple[tuple[Plant, ...], ...]:
    """Single causes and pairs in orders."""
    # Of these shares of easy rows kept, that of hard ones rises by a half and a quarter of 20 points.
    mixed = p.mix(("cat_1", "num_07"), _HARD, easy_kept={0.5: 0.675, 0.25: 0.821}[part], hard_share=0.44)
    south = pl.when(_SOUTH).then(2.5).otherwise(0.0)
    column = p.concept("concept: column", ("num_05",), p.thinned(p.shifted(_LOUD), part))
    segment = p.concept("concept: segment", ("cat_3",), p.thinned(p.shifted(south), part))
    nulls = p.nulls("num_05", 0.4 * part)
    unit = p.unit("num_04", 1_000.0, 0.3 * part)
    new = p.beyond({"num_05": (105.0, 160.0)}, 0.10 * part, p.shifted(pl.lit(3.0)))
    single = (mixed, new, column, segment, nulls, unit)
    return (*((plant,) for plant in single), (mixed, nulls), (column, unit))


def smaller_credit(part: float) -> tuple[tuple[Plant, ...], ...]:
    """Single causes in loans."""
    ratio = (pl.col("debt_ratio") - 0.2).clip(0.0, 1.0) * 0.3 * part
    return (
        (p.concept("concept: column", ("debt_ratio",), p.raised(ratio)),),
        (p.unit("income", 0.001, 0.4 * part),),
    )


def smaller_bike(part: float) -> tuple[tuple[Plant, ...], ...]:
    """Single causes in bike rides."""
    rush = pl.when(_RUSH & (pl.col("workingday") == 1)).then(120.0).otherwise(0.0)
    return (
        (p.concept("concept: segment", ("hr", "workingday"), p.thinned(p.shifted(rush), part)),),
        (p.nulls("temp", 0.8 * part),),
    )


CASES = (
    *(Case(table=tables.orders, metric=MAE, plants=planted) for planted in ORDERS_PLANTS),
    *(
        Case(table=tables.orders, metric=MAE, plants=planted, rows=(20_000, 1_000))
        for planted in ((), (_MIX,), (_SEGMENT,), (_NULLS,))
    ),
    *(
        Case(table=tables.credit, metric=LOG_LOSS, plants=planted, rows=(20_000, 20_000))
        for planted in CREDIT_PLANTS
    ),
    *(
        Case(table=tables.credit, metric=metric, plants=planted, rows=(20_000, 20_000))
        for metric in ("performance.roc_auc", "performance.f1")
        for planted in ((), (_FLIPPED,), (_INCOME,))
    ),
    *(Case(table=tables.bike, metric=MAE, plants=planted, rows=_BIKE) for planted in BIKE_PLANTS),
    *(
        Case(table=table, metric=metric, plants=planted, rows=rows, size=size)
        for size, part in SIZES.items()
        for table, metric, smaller, rows in (
            (tables.orders, MAE, smaller_orders, (20_000, 10_000)),
            (tables.credit, LOG_LOSS, smaller_credit, (20_000, 20_000)),
            (tables.bike, MAE, smaller_bike, _BIKE),
        )
        for planted in smaller(part)
    ),
)
