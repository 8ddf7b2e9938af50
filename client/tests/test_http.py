"""The real way: a thread, a connection, a server on loopback that fails in many ways."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time

import pytest

from barograph_client.client import Client
from barograph_client.errors import SettingsError, UnreachableError
from barograph_client.sending.proxies import proxy_for
from barograph_client.sending.transport import HttpTransport
from barograph_client.settings import Settings


@pytest.fixture
def make(server):
    made = []

    def make(**settings):
        client = Client()
        client.init(
            strict=True,
            **{"url": server.url, "model": "credit", "retry_seconds": 0.05, "read_seconds": 2.0, **settings},
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


def test_rows_arrive_in_order_of_their_batches(make, server):
    client = make(api_key="bg_1_secret", project="risk")
    ids = [client.log({"x": i}) for i in range(2000)]
    assert client.flush(20.0)
    assert server.ids() == ids
    [posted] = [p for p in server.posts if "predictions" in p.path][:1]
    assert posted.path == "/v1/projects/risk/models/credit/predictions"
    assert posted.headers["Authorization"] == "Bearer bg_1_secret"


def test_one_connection_is_kept(make, server):
    client = make()
    for i in range(5):
        client.log({"x": i})
        assert client.flush(10.0)
    assert len(server.ids()) == 5
    assert server.connections == 1


def close_before_reply(handler, posted):
    handler.close_connection = True
    return True


def half_a_reply(handler, posted):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf")
    handler.close_connection = True
    return True


def nonsense(handler, posted):
    handler.wfile.write(b"\x00\xff nonsense\r\n\r\n")
    handler.close_connection = True
    return True


def busy(handler, posted):
    handler.answer(503, b"", Retry_After="0")
    return True


def redirect(handler, posted):
    handler.answer(302, b"", Location="http://127.0.0.1:1/")
    return True


@pytest.mark.parametrize("fault", [close_before_reply, half_a_reply, nonsense, busy, redirect])
def test_fault_is_outlived(make, server, fault):
    times = iter(range(100))
    server.fault = lambda handler, posted: next(times) < 5 and fault(handler, posted)
    client = make()
    ids = [client.log({"x": i}) for i in range(50)]
    assert client.flush(20.0)
    assert server.ids() == ids


def test_reply_that_was_lost_is_asked_for_again_under_the_same_key(make, server):
    keys = []

    def lost(handler, posted):
        if "predictions" in posted.path:
            keys.append(posted.key)
        if len(keys) == 1:
            server.posts.append(posted)
            return close_before_reply(handler, posted)
        return False

    server.fault = lost
    client = make(heartbeat_seconds=0, host_seconds=0, environment=False)
    identifier = client.log({"x": 1})
    assert client.flush(20.0)
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert server.ids() == [identifier]


def test_server_that_hangs_holds_up_nobody(make, server):
    waiting = threading.Event()
    server.fault = lambda handler, posted: not waiting.wait(5.0)
    client = make(read_seconds=0.1, exit_seconds=0.3)
    began = time.perf_counter()
    for i in range(100):
        client.log({"x": i})
    assert not client.flush(0.3)
    assert not client.close()
    assert time.perf_counter() - began < 4.0
    waiting.set()


def test_nobody_listens(make):
    client = make(url="http://127.0.0.1:9", exit_seconds=0.1)
    client.log({"x": 1})
    assert not client.flush(0.2)
    assert "Connection refused" in client.stats().last_error


def test_name_that_is_unknown():
    transport = HttpTransport(Settings(url="http://barograph.invalid"))
    with pytest.raises(UnreachableError, match=r"barograph\.invalid"):
        transport.post("/", {}, b"")


def test_proxy_is_asked(make, server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", server.url.replace("http://", "http://user:pa%40ss@"))
    monkeypatch.setenv("NO_PROXY", "")
    client = make(url="http://barograph.example:8080", heartbeat_seconds=0, host_seconds=0, environment=False)
    client.log({"x": 1})
    assert client.flush(10.0)
    [posted] = server.posts
    assert posted.path == "http://barograph.example:8080/v1/projects/default/models/credit/predictions"
    assert posted.headers["Proxy-Authorization"] == "Basic dXNlcjpwYUBzcw=="


@pytest.mark.parametrize("named", ["example.org", ".example.org", "*", "db.local,barograph.example.org"])
def test_no_proxy(named, monkeypatch):
    monkeypatch.setenv("NO_PROXY", named)
    assert proxy_for("https://barograph.example.org:8080", {"https": "http://proxy:1"}) is None


def test_proxy_of_another_kind_is_refused(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(SettingsError, match="HTTPS_PROXY is 'socks5://proxy:1'; expected http://host:port"):
        proxy_for("https://h", {"https": "socks5://proxy:1"})


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost that no machine trusts."""
    paths = [str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", paths[0]]
    try:
        subprocess.run([*command, "-out", paths[1], *subject], check=True, capture_output=True, timeout=600)
    except FileNotFoundError:
        pytest.skip("openssl is not installed: apt-get install openssl")
    return paths


@pytest.fixture
def tls(server, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
    return f"https://localhost:{server.http.server_port}"


def test_own_certificates_are_trusted(make, server, tls, certificate):
    client = make(url=tls, ca_bundle=certificate[1])
    identifier = client.log({"x": 1})
    assert client.flush(10.0)
    assert server.ids() == [identifier]


def test_other_certificates_are_not(make, tls):
    client = make(url=tls, exit_seconds=0.1)
    client.log({"x": 1})
    assert not client.flush(1.0)
    assert "certificate verify failed" in client.stats().last_error


def test_https_goes_through_the_tunnel_of_a_proxy(make, server, tls, certificate, monkeypatch):
    asked = []
    listener = socket.create_server(("127.0.0.1", 0))

    def tunnel():
        here, _ = listener.accept()
        asked.append(here.recv(65536).split(b"\r\n")[0])
        there = socket.create_connection(("127.0.0.1", server.http.server_port))
        here.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        pairs = ((here, there), (there, here))
        threads = [threading.Thread(target=pump, args=pair, daemon=True) for pair in pairs]
        for thread in threads:
            thread.start()

    threading.Thread(target=tunnel, daemon=True).start()
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
    monkeypatch.setenv("NO_PROXY", "")
    client = make(url=tls, ca_bundle=certificate[1])
    identifier = client.log({"x": 1})
    assert client.flush(10.0)
    assert server.ids() == [identifier]
    assert asked == [f"CONNECT localhost:{server.http.server_port} HTTP/1.1".encode()] or asked[0].startswith(
        b"CONNECT localhost:"
    )
    listener.close()


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        source.close()
        target.close()
