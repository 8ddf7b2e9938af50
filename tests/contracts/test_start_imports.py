"""A server is ready within seconds: it and its workers start without what they need only when asked."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: What no start needs, by what it is for: other formats, explaining, migrating, reports.
LATER = (
    "alembic",
    "barograph.demo",
    "barograph.explain",
    "barograph.report",
    "jinja2",
    "mako",
    "pandas",
    "pyarrow",
    "pygments",
    "rich",
    "scipy",
    "sklearn",
)
#: Pages draw and say what reports do; all of it costs a start about 0.4 s.
OF_PAGES = ("barograph.explain", "barograph.report", "jinja2")
OF_THE_SERVER = ("barograph.server.app", "fastapi", "starlette.applications", "uvicorn")


def loaded(*modules: str) -> set[str]:
    code = f"import {', '.join(modules)}, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("modules", "needed"),
    [
        pytest.param(("barograph.server.serve", "barograph.server.answering"), OF_PAGES, id="server"),
        pytest.param(("barograph.server.worker_process",), (), id="worker"),
    ],
)
def test_a_start_loads_nothing_that_can_come_later(modules, needed):
    assert sorted(loaded(*modules) & set(LATER) - set(needed)) == []


def test_a_worker_loads_nothing_of_what_answers_requests():
    assert sorted(loaded("barograph.server.worker_process") & set(OF_THE_SERVER)) == []


def test_workers_are_started_before_the_application_is_loaded():
    assert "barograph.server.app" not in loaded("barograph.server.serve")
