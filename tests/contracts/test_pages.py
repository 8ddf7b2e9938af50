"""Every page against every role and language: who may see it does, and text from users stays text."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from barograph.config.read import read_settings
from barograph.locale.language import LANGUAGES
from barograph.server.access.roles import ROLES, suffices
from barograph.server.app import create_app
from barograph.server.clock import SystemClock
from barograph.server.pages.accounts.cookies import digest_of, form_token, new_secret
from barograph.server.pages.accounts.passwords import hashed
from barograph.server.pages.routes import PAGES
from barograph.server.preparing import prepare
from barograph.store import sessions
from barograph.store.catalog import create_project
from barograph.store.database import open_database
from barograph.store.users import add_user

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
#: Before anybody is signed in: how one does, and in which language and colours.
OPEN = {
    "/static/{address:path}",
    "/signin",
    "/signin/once",
    "/language/{code}",
    "/theme/{name}",
    "/landing/{name}",
}
#: Answers without an end.
STREAMS = {"/live"}
VALUES = {
    "project": "theirs", "model": "credit", "code": "en", "name": "nulls", "monitor": "nulls", "channel": "on call"
}  # fmt: skip
#: What some pages must be asked for.
ASKED = {"/models/{project}/{model}/feature": {"column": "p"}}
ROUTES = [route for router in PAGES for route in router.routes if isinstance(route, APIRoute)]


def role_of(dependant: Dependant) -> str | None:
    """The role a handler asks for, however deep."""
    own = getattr(dependant.call, "role", None)
    return own or next((r for d in dependant.dependencies if (r := role_of(d)) is not None), None)


NEEDED = {route.path: role_of(route.dependant) for route in ROUTES if "GET" in route.methods}
#: Data and pictures of pages, which are asked for by name.
FILES = sorted(path for path in NEEDED if re.search(r"\.[a-z]+$", path))
SHOWN = sorted(path for path in NEEDED if path not in OPEN | STREAMS | set(FILES))
WITH_DATA = sorted(path for path in SHOWN if f"{path.rstrip('/') or '/index'}.json" in NEEDED)
FORMS = sorted({(r.path, role_of(r.dependant)) for r in ROUTES if "POST" in r.methods} - {("/signin", None)})

each_page = pytest.mark.parametrize("path", SHOWN)


def called(path: str, *, project: str = "theirs") -> str:
    """The path with something that is there in place of its parameters."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda m: (VALUES | {"project": project}).get(m[1], "1"), path)


@dataclass
class Walked:
    """A server, and a session for each kind of visitor."""

    http: TestClient
    secrets: dict[str, str]

    def get(
        self, path: str, who: str, *, language: str = "en", project: str = "theirs", accept: str = "text/html",
        **chosen: str,
    ):  # fmt: skip
        """The answer to somebody."""
        headers = {"Cookie": f"barograph={self.secrets[who]}", "Accept": accept, "Accept-Language": language}
        asked = ASKED.get(path.removesuffix(".json"), {}) | chosen
        return self.http.get(
            called(path, project=project), headers=headers, params=asked, follow_redirects=False
        )

    def post(self, path: str, who: str, token: str):
        """The answer to somebody's form."""
        headers = HERE | {"Cookie": f"barograph={self.secrets[who]}"}
        return self.http.post(
            called(path), headers=headers, data={"form_token": token}, follow_redirects=False
        )


@pytest.fixture(scope="module")
def walked(tmp_path_factory, hostile) -> Iterator[Walked]:
    folder: Path = tmp_path_factory.mktemp("pages")
    settings = read_settings(environment={}, flags={"data": str(folder)}).settings
    clock = SystemClock()
    assert prepare(settings, clock) is not None
    database, now, secrets = open_database(settings.database_url), clock.now(), {}
    with database.writing() as conn:
        hostile.write_hostile(conn, now)
        create_project(conn, "mine", now=now)
        password = hashed("a sentence to remember")
        for role in ROLES:
            for scope, projects in (("all", None), ("mine", ("mine",))):
                user = add_user(
                    conn, name=f"{role} {scope}", password=password, role=role, projects=projects,
                    created_by=hostile.HOSTILE, now=now, team=hostile.HOSTILE,
                )  # fmt: skip
                secret = secrets[f"{role}/{scope}"] = new_secret()
                sessions.begin(
                    conn,
                    digest=digest_of(secret),
                    user_id=user.id,
                    key_id=None,
                    address=hostile.HOSTILE,
                    now=now,
                )
    database.close()
    hostile.judge(settings, now)
    with TestClient(create_app(settings), base_url="http://localhost", raise_server_exceptions=False) as http:
        yield Walked(http, secrets)


def test_every_page_is_walked_and_says_what_it_needs():
    assert {path for path, role in NEEDED.items() if role is None} == OPEN
    assert len(SHOWN) > 5


@each_page
def test_who_is_not_signed_in_is_led_to_where_that_is_done(walked, path):
    answer = walked.http.get(called(path), headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin?to=")


@pytest.mark.parametrize("path", FILES)
def test_files_are_for_those_who_may_see_their_page(walked, path):
    assert walked.http.get(called(path)).status_code == 401
    for role in ROLES:
        status = walked.get(path, f"{role}/all", accept="*/*").status_code
        assert (status == 403) != suffices(role, NEEDED[path]), (role, status)
        assert status != 500


@each_page
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_role_sees_its_pages_in_each_language(walked, path, language):
    for role in ROLES:
        answer = walked.get(path, f"{role}/all", language=language)
        assert (answer.status_code == 403) != suffices(role, NEEDED[path]), (role, answer.status_code)
        assert answer.status_code in (200, 303, 403), answer.text
        if answer.status_code != 303:
            assert f'<html lang="{language}"' in answer.text


def shown_in(page: str) -> str:
    """What people meet: texts, and the names of pictures and their parts."""
    body = re.sub(r"<(script|style|code|pre).*?</\1>", " · ", page, flags=re.DOTALL)
    named = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', body)
    return html.unescape(" · ".join([*named, re.sub(r"<[^>]*>", " · ", body)]))


@each_page
def test_in_chinese_nothing_but_names_is_left_in_english(walked, hostile, english_in, path):
    page = walked.get(path, "admin/all", language="zh-CN")
    # Long names are shortened somewhere within; a budget is written as in files.
    names = [hostile.KIND, hostile.HOSTILE, hostile.IMAGE, "img src", *hostile.SUGGESTED]
    names += ["on call", "per model per quarter", "barograph worker", "barograph doctor"]
    names += [f"{role} {scope}" for role in ROLES for scope in ("all", "mine")]
    assert english_in(shown_in(page.text), *names, "Barograph", "ROC AUC") == []


def is_text(shown: str) -> bool:
    """Whether nothing of what users wrote is run."""
    return not any(each in shown for each in ("<script>alert", "<img src=x", "onerror=alert(1)>"))


@each_page
def test_text_of_users_is_text(walked, path):
    assert is_text(walked.get(path, "admin/all").text)


@pytest.mark.parametrize("path", [path for path in WITH_DATA if "{model}" in path] + ["/compare"])
def test_names_that_users_chose_are_text_where_something_is_chosen_by_them(walked, hostile, path):
    of = {"model": "theirs/credit", "explain": "true", "show": "all"} if path == "/compare" else {}
    for chosen in (
        {"column": hostile.HOSTILE}, {"column": hostile.KIND}, {"version": hostile.HOSTILE},
        {"segment": f"{hostile.KIND}={hostile.HOSTILE}", "reference": hostile.IMAGE},
    ):  # fmt: skip
        answer = walked.get(path, "admin/all", **of, **chosen)
        assert answer.status_code == 200, (chosen, re.sub("<[^>]+>", "", answer.text)[-500:])
        assert is_text(answer.text), chosen


def test_what_is_drawn_of_hostile_names_is_text(walked, hostile):
    pages = {path: walked.get(path, "admin/all").text for path in WITH_DATA}
    drawn = {path for path, text in pages.items() if "<svg" in text}
    assert drawn >= {"/", "/models/{project}/{model}/features", "/incidents/{incident}"}
    assert "&lt;script&gt;alert" in pages["/models/{project}/{model}/performance"]
    assert "&lt;img src=x" in pages["/models/{project}/{model}/versions"]
    found = re.search(r'href="([^"]*\.svg[^"]*)"', pages["/models/{project}/{model}/features"])
    picture = walked.get(html.unescape(found[1]), "admin/all", accept="*/*")
    assert picture.status_code == 200
    assert picture.headers["content-type"].startswith("image/svg")
    assert is_text(picture.text)


@pytest.mark.parametrize("path", [path for path in SHOWN if path not in WITH_DATA])
def test_a_page_without_data_only_leads_on(walked, path):
    assert walked.get(path, "admin/all").status_code == 303


@pytest.mark.parametrize("path", WITH_DATA)
def test_a_page_has_its_data_beside_it(walked, path):
    answer = walked.get(f"{path.rstrip('/') or '/index'}.json", "admin/all", accept="*/*")
    assert answer.status_code == 200, answer.text
    assert answer.json()["template"]


@pytest.mark.parametrize("path", [path for path in SHOWN if "{project}" in path])
def test_a_project_of_others_cannot_be_told_from_none(walked, path):
    theirs, none = (
        walked.get(path, "viewer/mine", project=name, accept="application/json")
        for name in ("theirs", "no such")
    )
    assert theirs.status_code == none.status_code
    if suffices("viewer", NEEDED[path]):
        assert theirs.status_code == 404
    one, other = (answer.json()["error"]["message"] for answer in (theirs, none))
    assert one.replace("theirs", "no such") == other


@each_page
def test_nothing_of_other_projects_is_on_a_page(walked, path):
    page = walked.get(path, "viewer/mine")
    assert page.status_code in (200, 303, 403, 404)
    assert "theirs" not in re.sub(r'"[^"]*/theirs[^"]*"', "", page.text).replace("&#39;theirs&#39;", "")


@pytest.mark.parametrize(("path", "needed"), FORMS)
def test_a_form_needs_its_token_and_a_role(walked, path, needed):
    for role in ROLES:
        answer = walked.post(path, f"{role}/all", "0" * 64)
        assert answer.status_code == 403, (role, answer.text)
        if needed is not None and not suffices(role, needed):
            right = walked.post(path, f"{role}/all", form_token(walked.secrets[f"{role}/all"]))
            assert right.status_code == 403, (role, right.text)
