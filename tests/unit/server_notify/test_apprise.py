"""Apprise's services, as far as one can be on this machine."""

from __future__ import annotations

import json
import warnings

import pytest

from barograph.server.notify.addresses import Reach
from barograph.server.notify.channels.apprise import AppriseChannel
from barograph.server.notify.outcome import Failed, Refused, Sent
from barograph.server.notify.schemes import SCHEMES

from .letters import ATTACK, letter
from .receivers import http_receiver

with warnings.catch_warnings():
    # Its services are loaded at the first address, and one of them imports what Python is to drop.
    warnings.simplefilter("ignore")
    import apprise

    apprise.Apprise.instantiate("json://localhost")

PATH = "/a1b2c3d4e5f6g7h8i9j0k1l2m3"


@pytest.fixture
def receiver():
    with http_receiver() as held:
        yield held


def channel(receiver) -> AppriseChannel:
    where = receiver.url.removeprefix("http://")
    return AppriseChannel(url=f"mmost://{where}{PATH}", reach=Reach())


def test_a_chat_gets_the_text(receiver):
    assert channel(receiver).send(letter(), "k") == Sent()
    assert "12 % of income are null" in json.loads(receiver.got[0].body)["text"]


def test_two_messages_do_not_wait_for_one_another(receiver):
    sender = channel(receiver)
    assert [sender.send(letter(), k) for k in ("a", "b")] == [Sent(), Sent()]
    assert len(receiver.got) == 2


def test_what_a_service_refuses_is_tried_again_and_its_reason_is_told(receiver):
    receiver.answers = [(500, {}, b"")]
    outcome = channel(receiver).send(letter(), "k")
    assert isinstance(outcome, Failed)
    assert "500" in outcome.why


def test_an_address_that_must_not_be_reached_is_refused():
    inside = AppriseChannel(url=f"mmost://169.254.169.254{PATH}", reach=Reach())
    outcome = inside.send(letter(), "k")
    assert isinstance(outcome, Refused)
    assert "metadata" in outcome.why


def test_markup_in_a_title_is_sent_as_text(receiver):
    channel(receiver).send(letter(title=ATTACK, what="<b>bold</b>"), "k")
    assert "<b>" not in json.loads(receiver.got[0].body)["text"]


def test_an_address_apprise_cannot_read_is_refused():
    assert isinstance(AppriseChannel(url="slack://x", reach=Reach()).send(letter(), "k"), Refused)


def test_every_scheme_is_one_that_apprise_knows():
    known = set()
    for plugin in apprise.Apprise().details()["schemas"]:
        known |= {*(plugin["protocols"] or ()), *(plugin["secure_protocols"] or ())}
    disabled = {"telegram", "wecom", "acs", "fcm"}
    assert SCHEMES - known - disabled == set()
