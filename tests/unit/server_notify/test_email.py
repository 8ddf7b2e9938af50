"""E-mail against a real mail server."""

from __future__ import annotations

import socket

import pytest

from barograph.server.notify.addresses import Reach
from barograph.server.notify.channels.email import EmailChannel
from barograph.server.notify.outcome import Failed, Refused, Sent

from .letters import ATTACK, letter
from .receivers import mail_receiver


@pytest.fixture
def receiver():
    with mail_receiver() as held:
        yield held


def channel(port: int, *to: str, **said: object) -> EmailChannel:
    settings = {
        "host": "127.0.0.1", "port": port, "security": "none", "user": "", "password": "", "sender": "baro@example.org",
        "to": to or ("ops@example.org",), "reach": Reach(), "wall_seconds": lambda: 1_700_000_000.0,
    }  # fmt: skip
    return EmailChannel(**{**settings, **said})


def test_a_mail_has_text_html_and_the_chart_in_it(receiver):
    assert channel(receiver.port).send(letter(), "k") == Sent()
    ((to, got),) = receiver.got
    assert to == ["ops@example.org"]
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert "12 % of income are null" in text.get_content()
    assert 'src="cid:chart@barograph"' in html.get_content()
    (picture,) = [part for part in got.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<chart@barograph>"
    assert picture.get_content().startswith(b"\x89PNG")


def test_messages_of_an_incident_are_one_thread_and_each_is_known_again(receiver):
    for key in ("k1", "k2", "k2"):
        channel(receiver.port).send(letter(), key)
    ids = [got["Message-ID"] for _, got in receiver.got]
    assert ids == ["<k1@example.org>", "<k2@example.org>", "<k2@example.org>"]
    assert {got["References"] for _, got in receiver.got} == {"<barograph.bank.incident.7@example.org>"}
    assert receiver.got[0][1]["Auto-Submitted"] == "auto-generated"


def test_a_title_adds_no_header(receiver):
    channel(receiver.port).send(letter(title=ATTACK), "k")
    ((_, got),) = receiver.got
    assert got["Bcc"] is None
    assert got["Subject"] == "<script>alert(1)</script> Bcc: everybody@example.org"
    assert "<script>" not in got.get_body(("html",)).get_content()


def test_who_is_unknown_is_told_of_and_the_others_have_it(receiver):
    receiver.replies = {"bounce@example.org": "550 no such user"}
    outcome = channel(receiver.port, "ops@example.org", "bounce@example.org").send(letter(), "k")
    assert outcome == Sent(note="bounce@example.org: the mail server answered 550: no such user")
    assert [to for to, _ in receiver.got] == [["ops@example.org"]]


def test_where_nobody_is_known_it_is_refused(receiver):
    receiver.replies = {"bounce@example.org": "550 no such user"}
    outcome = channel(receiver.port, "bounce@example.org").send(letter(), "k")
    assert outcome == Refused(why="bounce@example.org: the mail server answered 550: no such user")


def test_who_is_told_to_wait_is_the_only_one_to_be_sent_again(receiver):
    receiver.replies = {"grey@example.org": "451 come later"}
    sender = channel(receiver.port, "ops@example.org", "grey@example.org")
    first = sender.send(letter(), "k")
    assert isinstance(first, Failed)
    assert first.arrived == ("ops@example.org",)
    receiver.replies = {}
    assert sender.send(letter(arrived=frozenset(first.arrived)), "k") == Sent()
    assert [to for to, _ in receiver.got] == [["ops@example.org"], ["grey@example.org"]]


def test_a_full_mailbox_may_be_empty_later(receiver):
    receiver.replies = {"DATA": "452 full"}
    outcome = channel(receiver.port).send(letter(), "k")
    assert outcome == Failed(why="the mail server answered 452: full")


def test_a_mail_server_that_is_gone_may_come_back():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    outcome = channel(port).send(letter(), "k")
    assert isinstance(outcome, Failed)
    assert "cannot be reached" in outcome.why


def test_a_server_without_encryption_is_sent_no_password(receiver):
    outcome = channel(receiver.port, security="starttls", user="me", password="hunter2").send(letter(), "k")
    assert isinstance(outcome, Refused)
    assert "STARTTLS" in outcome.why


def test_without_the_extra_the_chart_is_an_attachment(receiver, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    channel(receiver.port).send(letter(), "k")
    ((_, got),) = receiver.got
    assert "cid:" not in got.get_body(("html",)).get_content()
    assert [part.get_filename() for part in got.iter_attachments()] == ["chart.svg"]
