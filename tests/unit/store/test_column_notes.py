"""Changes and findings of columns are events when they begin."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from barograph.schema.model import Column, Schema
from barograph.server.door.changes import Deviation
from barograph.server.door.privacy import Finding
from barograph.store import catalog
from barograph.store.column_changes import note_changes
from barograph.store.column_findings import note_findings
from barograph.store.database import Database
from barograph.store.events import read_events

_DAY = 86_400_000_000
_MISSING, _NEW = Deviation("a", "missing"), Deviation("b", "new", "text")


@dataclass
class Noted:
    database: Database
    model_id: int

    def changes(self, day: int, *found: Deviation) -> int:
        with self.database.writing() as conn:
            return note_changes(conn, self.model_id, found, at=day * _DAY, version="v2")

    def findings(self, *found: Finding) -> None:
        with self.database.writing() as conn:
            note_findings(conn, self.model_id, found, at=_DAY)

    def events(self) -> list[str]:
        with self.database.reading() as conn:
            return [e.name for e in read_events(conn, model_id=self.model_id)]


@pytest.fixture
def noted(database: Database) -> Noted:
    with database.writing() as conn:
        catalog.create_project(conn, "p", now=0)
        model = catalog.create_model(conn, "p", "m", Schema(columns=(Column(name="a"),)), now=0)
    return Noted(database, model.id)


def test_changes_of_one_kind_are_one_event(noted: Noted) -> None:
    assert noted.changes(1, _MISSING, Deviation("c", "missing"), _NEW) == 3
    assert sorted(noted.events()) == ["columns 'a', 'c' missing", "new column 'b' (text)"]


def test_a_change_that_goes_on_is_told_once(noted: Noted) -> None:
    assert [noted.changes(day, _MISSING) for day in (1, 1, 2, 3)] == [1, 0, 0, 0]


def test_a_change_that_comes_again_after_a_while_is_told_again(noted: Noted) -> None:
    assert [noted.changes(day, _MISSING) for day in (1, 5)] == [1, 1]


def test_a_new_column_is_new_once(noted: Noted) -> None:
    assert [noted.changes(day, _NEW) for day in (1, 50)] == [1, 0]


def test_of_many_columns_five_are_named(noted: Noted) -> None:
    noted.changes(1, *(Deviation(f"c{i}", "missing") for i in range(9)))
    assert noted.events() == ["columns 'c0', 'c1', 'c2', 'c3', 'c4' and 4 more missing"]


def test_a_finding_flags_the_model_and_is_told_once(noted: Noted) -> None:
    finding = Finding(column="a", kind="email", looked_at=10, found=9, least_share=0.6)
    noted.findings(finding)
    noted.findings(finding, Finding(column="a", kind="iban", looked_at=10, found=2, least_share=0.1))
    with noted.database.reading() as conn:
        assert dict(catalog.model_by_id(conn, noted.model_id).flags) == {"a": ("email", "iban")}
    assert noted.events() == [
        "column 'a' holds what looks like email",
        "column 'a' holds what looks like iban",
    ]
