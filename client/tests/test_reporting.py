"""What the client says by itself."""

from __future__ import annotations

import os
import platform
import sys

import pytest

from barograph_client.calls.histogram import Histogram
from barograph_client.clock import SystemClock
from barograph_client.host.cgroup import Cgroup, read_cgroup
from barograph_client.host.environment import environment
from barograph_client.host.readings import HostReadings


def test_heartbeats_name_the_models_served(make_client, transport, drive):
    client = make_client(heartbeat_seconds=30, host="vm-1")
    client.log({"x": 1}, version="2")
    drive(client, 95.0)
    beats = [b for p in transport.of("heartbeats") for b in p.json["heartbeats"]]
    assert len(beats) == 4
    assert {(b["model"], b["version"], b["host"], b["process"], b["every_seconds"]) for b in beats} == {
        ("credit", "2", "vm-1", os.getpid(), 30.0)
    }


def test_host_is_read(make_client, transport, drive):
    client = make_client(host_seconds=15)
    client.log_event("note")
    drive(client, 20.0)
    names = {r["name"] for p in transport.of("readings") for r in p.json["readings"]}
    assert {"process_cpu", "process_memory", "process_threads", "disk_used", "client_queued"} <= names


def test_environment_is_told_once_and_with_the_models_hash(make_client, transport, drive):
    client = make_client(environment=True)
    client.wrap(_Constant(), model="credit", version="3").predict([{"x": 1}])
    drive(client, 10.0)
    told = [e for p in transport.of("environments") for e in p.json["environments"]]
    found = {e.get("model"): e for e in told}
    assert len(told) == 2
    assert found[None]["python"] == platform.python_version()
    assert len(found["credit"]["model_hash"]) == 64


def test_environment_is_told_of_a_model_without_an_object_too(make_client, transport, drive):
    client = make_client(environment=True)
    client.monitor(model="credit", version="3")(lambda rows: [1])([{"x": 1}])
    drive(client, 10.0)
    told = [e for p in transport.of("environments") for e in p.json["environments"]]
    assert [(e.get("model"), e.get("version")) for e in told if "model" in e] == [("credit", "3")]


class _Constant:
    def predict(self, rows):
        return [1] * len(rows)


def test_environment_names_loaded_libraries():
    libraries = environment()["libraries"]
    assert "scikit-learn" in libraries if "sklearn" in sys.modules else True
    assert libraries.get("numpy") == sys.modules["numpy"].__version__ if "numpy" in sys.modules else True


def test_readings_without_psutil(monkeypatch):
    monkeypatch.setitem(sys.modules, "psutil", None)
    host = HostReadings(SystemClock())
    host.read()
    assert {"process_cpu", "process_threads", "disk_used"} <= set(host.read())


def test_container_limits(tmp_path):
    for name, text in {
        "memory.current": "1000",
        "memory.max": "4000",
        "memory.stat": "anon 1\ninactive_file 300",
        "cpu.stat": "usage_usec 2500000",
        "cpu.max": "150000 100000",
    }.items():
        (tmp_path / name).write_text(text)
    found = read_cgroup(tmp_path, tmp_path / "none")
    assert found == Cgroup(memory_bytes=700, memory_limit_bytes=4000, cpu_seconds=2.5, processors=1.5)


def test_group_without_limits(tmp_path):
    (tmp_path / "memory.max").write_text("max")
    (tmp_path / "cpu.max").write_text("max 100000")
    assert read_cgroup(tmp_path, tmp_path / "none") == Cgroup()


def test_histogram_keeps_every_duration():
    histogram = Histogram()
    durations = [1e-9, 0.001, 0.0011, 0.5, 100.0]
    for seconds in durations:
        histogram.add(seconds)
    told = histogram.to_dict()
    edges, counts = told["edges"], told["counts"]
    assert sum(counts) == 5
    assert edges == sorted(edges)
    assert len(edges) == len(counts) + 1
    assert edges[-2] <= 100.0 < edges[-1]


def test_probe_is_scored_on_schedule(make_client, transport, drive, clock):
    client = make_client()
    calls = []
    client.probe([{"x": 1}, {"x": 2}], lambda rows: calls.append(1) or [0.5, len(calls)], every_seconds=60)
    [probe] = client.recorder().parts.reporting._probes
    for _ in range(3):
        drive(client, 1.0)
        probe.wait(5.0)
        drive(client, 59.5)
    events = [e for p in transport.of("events") for e in p.json["events"]]
    assert [e["details"]["answers"] for e in events][:3] == [[0.5, 1], [0.5, 2], [0.5, 3]]
    assert len({e["details"]["rows_hash"] for e in events}) == 1
    assert len({e["details"]["answers_hash"] for e in events}) == len(events)


def test_probe_of_a_wrapped_model_is_not_recorded_as_production(make_client, transport, drive):
    client = make_client()
    model = client.wrap(_Constant())
    client.probe([{"x": 1}], model.predict)
    drive(client, 1.0)
    client.recorder().parts.reporting._probes[0].wait(5.0)
    drive(client, 2.0)
    assert transport.of("predictions") == []
    assert len(transport.of("events")) == 1


def test_failing_probe_is_counted(make_client, drive):
    client = make_client()
    client.probe([{"x": 1}], lambda rows: 1 / 0)
    drive(client, 1.0)
    client.recorder().parts.reporting._probes[0].wait(5.0)
    assert client.stats().errors == {"probe": 1}


@pytest.mark.parametrize("rows", [5, "text"])
def test_probe_without_rows_is_counted(make_client, rows):
    client = make_client()
    client.probe(rows, lambda rows: rows)
    assert client.stats().errors == {"probe": 1}
