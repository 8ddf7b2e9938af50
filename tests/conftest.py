"""What all tests share."""

import importlib.util
import itertools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import settings

from barograph.store.database import Database, open_database
from barograph.store.tables import metadata

# A shared machine's pauses fail no test. In CI the same examples come every time, so that a red run says
# something about the change; elsewhere new ones.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

_numbers = itertools.count(1)


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator of the test's own: what it draws does not hang on which tests ran before it."""
    return np.random.default_rng(20)


@pytest.fixture
def english_in() -> Callable[..., list[str]]:
    """Finds what of a text in another language is English still: two words or more that are no known names."""

    def found(text: str, *known: str) -> list[str]:
        for name in sorted(known, key=len, reverse=True):
            text = text.replace(name, "·")
        return re.findall(r"[A-Za-z][a-z]+(?:[ \u202f]+[A-Za-z][a-z]+)+", text)

    return found


def _beside(name: str) -> ModuleType:
    """A module of this folder."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def hostile() -> ModuleType:
    """Writes one of everything that pages show, with texts that want to be run."""
    return _beside("hostile_store")


@pytest.fixture(scope="session")
def postgres_urls() -> Iterator[str]:
    """A real PostgreSQL; the URL of its databases, to be completed by a name: ``postgres_urls.format("name")``."""
    module = _beside("postgres_cluster")
    found = module.programs()
    if found is None:
        pytest.skip(f"needs PostgreSQL: {module.INSTALL}")
    with module.cluster(found) as urls:
        template = open_database(urls.format("postgres"))
        _on_server(template, "CREATE DATABASE barograph_template")
        template.close()
        made = open_database(urls.format("barograph_template"))
        with made.writing() as conn:
            metadata.create_all(conn)
        made.close()
        yield urls


def _on_server(database: Database, statement: str) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text(statement))


@pytest.fixture
def new_postgres_url(postgres_urls: str) -> Callable[..., str]:
    """A function that makes a database and gives its URL; with ``empty=True`` one without tables."""

    def new(*, empty: bool = False) -> str:
        name = f"test_{next(_numbers)}"
        server = open_database(postgres_urls.format("postgres"))
        _on_server(
            server, f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else 'barograph_template'}"
        )
        server.close()
        return postgres_urls.format(name)

    return new


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with all tables and no rows: once SQLite, once PostgreSQL."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("new_postgres_url")())
    url = f"sqlite:///{tmp_path / 'barograph.db'}"
    database = open_database(url)
    with database.writing() as conn:
        metadata.create_all(conn)
    database.close()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables and no rows: once SQLite, once PostgreSQL."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def log_url(database_url: str) -> str:
    """Where the log of `database` is: a file beside SQLite's, PostgreSQL's own database."""
    return database_url.replace("barograph.db", "log.db")
