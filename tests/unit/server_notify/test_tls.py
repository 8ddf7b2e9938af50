"""Encrypted receivers: one whose certificate nobody vouches for is sent nothing."""

from __future__ import annotations

import http.server
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from barograph.server.notify.addresses import Reach
from barograph.server.notify.channels.email import EmailChannel
from barograph.server.notify.channels.webhook import WebhookChannel
from barograph.server.notify.outcome import Failed, Sent

from .letters import letter
from .receivers import AnyPort, MailReceiver


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "receiver.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def served(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever signed the certificate is trusted on this machine."""
    usual = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda *_, **__: usual(cafile=str(certificate)))


@pytest.fixture
def hook(served: ssl.SSLContext) -> Iterator[WebhookChannel]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = served.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    url = f"https://127.0.0.1:{server.server_address[1]}/"
    yield WebhookChannel(url=url, secret_key="s" * 20, reach=Reach(), wall_seconds=lambda: 0.0)
    server.shutdown()
    thread.join(60)
    server.server_close()


def test_a_webhook_whose_certificate_is_trusted_is_sent_to(hook, trusted):
    assert hook.send(letter(), "k") == Sent()


def test_a_webhook_whose_certificate_nobody_vouches_for_is_not(hook):
    outcome = hook.send(letter(), "k")
    assert isinstance(outcome, Failed)
    assert "certificate" in outcome.why


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("is_trusted", [True, False])
def test_mail_goes_over_tls_or_not_at_all(security, is_trusted, served, request):
    if is_trusted:
        request.getfixturevalue("trusted")
    receiver = MailReceiver()
    own = {"ssl_context": served} if security == "tls" else {"tls_context": served, "require_starttls": True}
    controller: Controller = AnyPort(receiver, hostname="127.0.0.1", port=0, **own)
    controller.start()
    channel = EmailChannel(
        host="127.0.0.1", port=controller.port, security=security, user="", password="", sender="b@example.org",
        to=("ops@example.org",), reach=Reach(), wall_seconds=lambda: 0.0,
    )  # fmt: skip
    outcome = channel.send(letter(), "k")
    controller.stop()
    assert isinstance(outcome, Sent if is_trusted else Failed)
    assert len(receiver.got) == is_trusted
