import pytest

SCHEMA = {"columns": {"age": {}}}


@pytest.fixture
def shop(http):
    assert http.post("/v1/projects", json={"name": "shop"}).status_code == 201
    return http


def body(**more):
    return {
        "name": "s",
        "kind": "files",
        "model": "churn",
        "schema": SCHEMA,
        "settings": {"path": "/rows"},
        **more,
    }


def test_a_source_is_made_with_its_model(shop):
    made = shop.post("/v1/projects/shop/sources", json=body(schedule="15m"))
    assert made.status_code == 201, made.text
    assert (made.json()["model"], made.json()["schedule_seconds"], made.json()["rows"]) == ("churn", 900, 0)
    assert shop.get("/v1/projects/shop/models/churn").status_code == 200
    assert shop.get("/v1/projects/shop/sources").json()["sources"] == [made.json()]
    assert shop.get("/v1/projects/shop/sources/s").json() == made.json()


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"model": "none", "schema": None}, 404, "no model 'none'"),
        ({"model": None}, 422, "has the rows of a model"),
        ({"schedule": "1x"}, 400, "expected minutes, hours or days"),
        ({"settings": {}}, 422, "path"),
        ({"kind": "sftp"}, 422, "files"),
        ({"name": "a/b"}, 422, "cannot be the name"),
        (
            {"kind": "sql", "settings": {"url": "postgresql://a:b@c/d", "query": "q", "cursor": "c"}},
            422,
            "password",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(shop, change, status, said):
    answer = shop.post("/v1/projects/shop/sources", json=body(**change))
    assert answer.status_code == status, answer.text
    assert said in answer.text


def test_a_name_is_given_once(shop):
    assert shop.post("/v1/projects/shop/sources", json=body()).status_code == 201
    assert shop.post("/v1/projects/shop/sources", json=body()).status_code == 409


def test_a_source_is_run_and_deleted(shop, clock):
    shop.post("/v1/projects/shop/sources", json=body())
    clock.pass_seconds(60)
    run = shop.post("/v1/projects/shop/sources/s/run")
    assert run.status_code == 202
    assert run.json()["due_at"] > run.json()["created_at"]
    assert shop.delete("/v1/projects/shop/sources/s").status_code == 204
    assert shop.get("/v1/projects/shop/sources/s").status_code == 404
    actions = [e["action"] for e in shop.get("/v1/audit").json()["entries"]]
    assert {"source.create", "source.run", "source.delete"} <= set(actions)


def test_a_key_of_one_project_makes_no_source(shop):
    key = shop.post("/v1/keys", json={"name": "k", "role": "admin", "projects": ["shop"]})
    assert key.status_code == 201, key.text
    told = {"Authorization": f"Bearer {key.json()['token']}"}
    answer = shop.post("/v1/projects/shop/sources", json=body(), headers=told)
    assert answer.status_code == 403
    assert "one for all" in answer.text


def test_figures_of_prometheus_need_no_model(shop):
    settings = {"url": "http://localhost:9090", "series": [{"query": "up", "name": "up"}]}
    made = shop.post(
        "/v1/projects/shop/sources", json={"name": "p", "kind": "prometheus", "settings": settings}
    )
    assert made.status_code == 201, made.text
