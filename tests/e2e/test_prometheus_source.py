"""Existing figures are read from a real Prometheus."""

import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request

import pytest

from barograph.server.sources.forms import PrometheusForm
from barograph.server.sources.prometheus import PrometheusReader, fetched

PROMETHEUS = shutil.which("prometheus")
pytestmark = pytest.mark.skipif(PROMETHEUS is None, reason="needs Prometheus: apt-get install prometheus")

CONFIG = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: model
    static_configs: [{{targets: ["127.0.0.1:{port}"], labels: {{version: "7"}}}}]
"""


class Figures(http.server.BaseHTTPRequestHandler):
    """What a model's service tells of itself."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(b"# TYPE queue_length gauge\nqueue_length 42.5\n")

    def log_message(self, *parts):
        pass


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@pytest.fixture
def service():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Figures)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join(60)


@pytest.fixture
def prometheus(service, tmp_path):
    (tmp_path / "prometheus.yml").write_text(CONFIG.format(port=service))
    port = free_port()
    command = [
        PROMETHEUS, f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ}
    )
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


def is_ready(url):
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def reader(url, query):
    form = PrometheusForm(
        url=url, series=[{"query": query, "name": "queue", "unit": "1"}], step_seconds=1, history_seconds=60,
        version_label="version",
    )  # fmt: skip
    return PrometheusReader(form=form, model_id=3, environment={}, fetch=fetched, now=time.time_ns() // 1_000)


def test_figures_of_a_real_prometheus_become_readings(prometheus, service):
    waiting = threading.Event()
    deadline = time.monotonic() + 60
    found = []
    while not found and time.monotonic() < deadline:
        waiting.wait(0.5)
        if is_ready(prometheus):
            [increment] = reader(prometheus, "queue_length").increments({})
            found = increment.readings
    assert {(r.name, r.unit, r.model_id, r.version, r.host, r.sums.last) for r in found} == {
        ("queue", "1", 3, "7", f"127.0.0.1:{service}", 42.5)
    }
    with pytest.raises(OSError, match=r"refuses 'queue_length\('.*parse error"):
        list(reader(prometheus, "queue_length(").increments({}))
