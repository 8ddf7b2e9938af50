"""`barograph key`: the way in where the first key was lost."""

from __future__ import annotations

import json

from barograph.cli import main


def made(capsys, settings, *words: str) -> dict:
    assert main(["key", "test", "--json", "--data", settings.data, *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_key_made_in_the_database_opens_the_server(http, settings, capsys):
    token = made(capsys, settings, "--role", "admin")["token"]
    answer = http.get("/v1/audit", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json()["entries"][0]["actor"] == "command line"


def test_a_key_may_be_for_a_project(http, settings, capsys):
    http.post("/v1/projects", json={"name": "a"})
    token = made(capsys, settings, "--role", "viewer", "--project", "a")["token"]
    header = {"Authorization": f"Bearer {token}"}
    assert http.get("/v1/projects/a/models", headers=header).status_code == 200
    assert http.get("/v1/projects/b/models", headers=header).status_code == 404


def test_what_is_not_there_is_told(settings, token, capsys):
    for name, words, said in (
        ("x", ["--role", "adnim"], "did you mean 'admin'"),
        ("x", ["--project", "no"], "no project 'no'"),
        ("x", ["--data", "/no/such"], "no data folder"),
        (" ", [], "a key has no name; say what it is for"),
    ):
        assert main(["key", name, "--data", settings.data, *words]) == 2
        assert said in capsys.readouterr().err
