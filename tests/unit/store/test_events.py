import threading

import pytest

from barograph.locale.language import language
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.environments import Environment, add_environment, read_environments
from barograph.store.events import EventError, read_events, record
from barograph.store.lineage import fed_by, read_lineage, set_lineage
from barograph.store.probes import add_answers, read_probes

HOUR = 3_600_000_000


@pytest.fixture
def model_id(database):
    with database.writing() as conn:
        catalog.create_project(conn, "shop", now=0)
        return catalog.create_model(conn, "shop", "churn", Schema(columns=(Column(name="x"),)), now=0).id


def test_events_come_in_order_of_time(database, model_id):
    with database.writing() as conn:
        for at in (3, 1, 2):
            record(conn, model_id=model_id, kind="note", at=at, name=f"n{at}", details={"k": at})
        record(conn, model_id=None, kind="deployment", at=2)
        found = read_events(conn, model_id=model_id, first=2, end=9)
        assert [(e.at, e.name, e.details) for e in found] == [(2, "n2", {"k": 2}), (3, "n3", {"k": 3})]
        assert [e.kind for e in read_events(conn, kinds=("deployment",))] == ["deployment"]
        assert [e.at for e in read_events(conn, model_id=model_id, limit=1)] == [3]


@pytest.mark.parametrize(
    "text", ['{"said": oops', '{"said": "{x}", "values": {}}', '{"said": "a", "values": {}}']
)
def test_what_somebody_types_is_no_sentence_that_was_kept(database, model_id, text):
    with database.writing() as conn:
        record(conn, model_id=model_id, kind="note", at=1, name=text)
    with database.reading() as conn:
        (found,) = read_events(conn, model_id=model_id)
    assert found.name == text
    assert language("zh-CN").said(found.name) == text


def test_a_project_has_its_own_events_and_its_models(database, model_id):
    with database.writing() as conn:
        shop, other = catalog.project(conn, "shop").id, catalog.create_project(conn, "other", now=0).id
        for at, of in enumerate([{"model_id": model_id}, {"project_id": shop}, {"project_id": other}, {}]):
            record(conn, **{"model_id": None, **of}, kind="note", at=at)
        assert [e.at for e in read_events(conn, project_id=shop)] == [0, 1]
        assert [e.at for e in read_events(conn, project_id=shop, model_id=model_id)] == [0, 1]
        assert [e.at for e in read_events(conn, project_id=other, model_id=model_id)] == [0, 2]
        assert [e.at for e in read_events(conn)] == [0, 1, 2, 3]


def test_what_is_told_once_is_not_told_again(database, model_id):
    with database.writing() as conn:
        told = {"model_id": model_id, "kind": "schema_change", "once": "column:x"}
        assert record(conn, at=1, **told) is not None
        assert record(conn, at=2, **told) is None
        assert record(conn, at=2, **{**told, "model_id": None}) is not None
        assert len(read_events(conn, model_id=model_id)) == 1


def test_of_two_who_tell_the_same_at_once_one_does(database, model_id):
    ids = []

    def tell():
        with database.writing() as conn:
            ids.append(record(conn, model_id=model_id, kind="schema_change", at=1, once="column:x"))

    threads = [threading.Thread(target=tell, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(i is None for i in ids) == [False, *[True] * 5]


def test_an_unknown_kind_is_refused(database, model_id):
    with database.writing() as conn, pytest.raises(EventError, match="did you mean 'deployment'"):
        record(conn, model_id=model_id, kind="deploymnt", at=0)


def environment(model_id, at, numpy, *, own=None, **more):
    details = {"python": "3.11", "libraries": {"numpy": numpy}, **(own or {})}
    return Environment(model_id=model_id, at=at, details=details, **{"host": "a", "version": "1", **more})


def test_an_environment_that_changes_without_a_deployment_is_an_event(database, model_id):
    with database.writing() as conn:
        assert add_environment(conn, environment(model_id, 1, "1.26")) == []
        assert add_environment(conn, environment(model_id, 2, "1.26")) == []
        assert len(add_environment(conn, environment(model_id, 3, "2.1"))) == 1
        [event] = read_events(conn, model_id=model_id)
        assert event.name == "libraries.numpy changed on a without a deployment"
        assert event.details["changed"] == {"libraries.numpy": ["1.26", "2.1"]}
        [held] = read_environments(conn, model_id)
        assert (held["since"], held["seen_at"]) == (3, 3)


@pytest.mark.parametrize("whole_project", [False, True])
def test_a_deployment_nearby_explains_it(database, model_id, whole_project):
    with database.writing() as conn:
        shop = catalog.project(conn, "shop").id
        of = {"model_id": None, "project_id": shop} if whole_project else {"model_id": model_id}
        record(conn, **of, kind="deployment", at=HOUR)
        add_environment(conn, environment(model_id, 1, "1.26"))
        add_environment(conn, environment(model_id, 3 * HOUR, "2.1"))
        event = read_events(conn, model_id=model_id, kinds=("environment_change",))[0]
        assert event.details["deployment"]
        assert event.name == "libraries.numpy changed on a"


def test_an_environment_that_comes_late_changes_nothing(database, model_id):
    with database.writing() as conn:
        add_environment(conn, environment(model_id, 5, "2.1"))
        assert add_environment(conn, environment(model_id, 4, "1.26")) == []
        assert read_environments(conn, model_id)[0]["details"]["libraries"] == {"numpy": "2.1"}


@pytest.mark.parametrize("first", ["training", "serving"])
def test_a_version_that_is_served_otherwise_than_it_was_trained_is_an_event(database, model_id, first):
    sides = {
        "training": environment(model_id, 1, "1.26", stage="training", host="gpu", own={"host_type": "gpu"}),
        "serving": environment(model_id, 1, "2.1", own={"host_type": "small", "image": "a"}),
    }
    with database.writing() as conn:
        assert add_environment(conn, sides.pop(first)) == []
        [told] = add_environment(conn, *sides.values())
        [event] = read_events(conn, model_id=model_id)
        assert (event.id, event.kind, event.version) == (told, "training_difference", "1")
        assert event.details["changed"] == {"libraries.numpy": ["1.26", "2.1"]}
        assert event.name == "libraries.numpy not as in training"
        # Another host that runs the same is no news.
        same = environment(model_id, 2, "2.1", host="b", own={"host_type": "small", "image": "a"})
        assert add_environment(conn, same) == []
        assert [e["stage"] for e in read_environments(conn, model_id)] == ["serving", "serving", "training"]


def test_other_versions_machines_and_libraries_of_one_side_are_no_difference(database, model_id):
    with database.writing() as conn:
        add_environment(
            conn, environment(model_id, 1, "1.26", stage="training", own={"libraries": {"jupyter": "1"}})
        )
        add_environment(conn, environment(model_id, 1, "1.26", own={"image": "b"}))
        add_environment(conn, environment(model_id, 1, "2.1", version="2"))
        assert read_events(conn, model_id=model_id) == []


def test_a_new_host_that_runs_something_else_is_an_event(database, model_id):
    with database.writing() as conn:
        add_environment(conn, environment(model_id, 1, "1.26"))
        assert (
            add_environment(conn, environment(model_id, 2, "1.26", host="b", own={"host_type": "big"})) == []
        )
        assert len(add_environment(conn, environment(model_id, 3, "2.1", host="c"))) == 1
        [event] = read_events(conn, model_id=model_id)
        assert event.kind == "environment_change"
        assert event.name == "libraries.numpy on c is not what it is on b"


def test_a_training_difference_is_told_once_however_many_hosts_have_it(database, model_id):
    with database.writing() as conn:
        add_environment(conn, environment(model_id, 1, "1.26", stage="training"))
        for at, host in enumerate("bcde", 2):
            add_environment(conn, environment(model_id, at, "2.1", host=host, own={"host_type": f"m-{host}"}))
        [event] = read_events(conn, model_id=model_id)
        assert (event.kind, event.details["host"]) == ("training_difference", "b")
        [other] = add_environment(conn, environment(model_id, 9, "2.2", host="f"))[1:]
        assert read_events(conn, model_id=model_id)[-1].id == other
        # Another image of what was told is told as a change of the host alone.
        assert len(add_environment(conn, environment(model_id, 10, "2.1", host="b", own={"image": "n"}))) == 1


def test_a_new_host_that_is_like_any_other_is_no_event(database, model_id):
    with database.writing() as conn:
        add_environment(conn, environment(model_id, 1, "1.26", host="a"))
        add_environment(conn, environment(model_id, 2, "2.1", host="b"))
        told = read_events(conn, model_id=model_id)
        assert [event.details["other"] for event in told] == ["a"]
        assert add_environment(conn, environment(model_id, 3, "1.26", host="c", own={"image": "n"})) == []
        assert read_events(conn, model_id=model_id) == told


def test_lineage_is_replaced_as_a_whole_and_read_both_ways(database, model_id):
    with database.writing() as conn:
        set_lineage(conn, model_id, {"age": ["crm"]}, at=0)
        set_lineage(conn, model_id, {"income": ["dwh", "dwh", "crm"], "zip": ["crm"]}, at=1)
        assert read_lineage(conn, model_id) == {"income": ("crm", "dwh"), "zip": ("crm",)}
        assert fed_by(conn, "shop", "crm") == {"churn": ("income", "zip")}
        assert fed_by(conn, "shop", "nothing") == {}


def test_a_probe_row_with_another_answer_is_an_event(database, model_id):
    with database.writing() as conn:
        assert add_answers(conn, model_id, {"a": "yes", "b": 0.25}, at=1, version="1") == 0
        assert add_answers(conn, model_id, {"a": "yes", "b": 0.5}, at=2, version="1") == 1
        assert add_answers(conn, model_id, {"a": "no"}, at=1, version="1") == 0  # older than what is known
        assert add_answers(conn, model_id, {"a": "no"}, at=2, version="2") == 0
        [event] = read_events(conn, model_id=model_id)
        assert event.name == "1 of 2 probe rows have another answer"
        assert read_probes(conn, model_id) == (3, {2: 1})
