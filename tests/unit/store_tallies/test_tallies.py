"""Counts in the store."""

from __future__ import annotations

from barograph.store.tallies import tallies, tally


def test_counts_add_up_by_project_kind_and_outcome(database):
    with database.writing() as conn:
        tally(conn, "notifications", 1, {("email", "sent"): 2, ("email", "failed"): 1}, now=10)
        tally(conn, "notifications", 1, {("email", "sent"): 3}, now=20)
        tally(conn, "notifications", 2, {("email", "sent"): 1}, now=5)
        tally(conn, "evaluations", 1, {("", "ok"): 7}, now=5)
    with database.reading() as conn:
        found = [(t.project_id, t.kind, t.outcome, t.count) for t in tallies(conn, "notifications")]
    assert found == [(1, "email", "failed", 1), (1, "email", "sent", 5), (2, "email", "sent", 1)]


def test_the_last_time_never_goes_back(database):
    with database.writing() as conn:
        tally(conn, "evaluations", 1, {("", "ok"): 1}, now=20)
        tally(conn, "evaluations", 1, {("", "ok"): 1}, now=10)
        tally(conn, "evaluations", 1, {}, now=99)
    with database.reading() as conn:
        assert [(t.count, t.last_at) for t in tallies(conn, "evaluations")] == [(2, 20)]
