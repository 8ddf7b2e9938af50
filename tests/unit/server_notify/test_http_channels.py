"""Webhook, PagerDuty and SMS against a real HTTP server that answers well, badly, slowly or not at all."""

from __future__ import annotations

import base64
import hmac
import json
import socket
from threading import Event
from urllib.parse import parse_qs

import pytest

from barograph.server.notify.addresses import Reach
from barograph.server.notify.channels.pagerduty import PagerDutyChannel
from barograph.server.notify.channels.sms import LONGEST, LONGEST_OF_OTHERS, SmsChannel
from barograph.server.notify.channels.webhook import WebhookChannel
from barograph.server.notify.letter import said_in
from barograph.server.notify.outcome import Failed, Refused, Sent

from .letters import ATTACK, letter
from .receivers import http_receiver

SECRET = "a secret of some length"
NOW_SECONDS = 1_700_000_000.0


@pytest.fixture
def receiver():
    with http_receiver() as held:
        yield held


def webhook(url: str, **reach: object) -> WebhookChannel:
    return WebhookChannel(url=url, secret_key=SECRET, reach=Reach(**reach), wall_seconds=lambda: NOW_SECONDS)


def pagerduty(url: str) -> PagerDutyChannel:
    return PagerDutyChannel(routing_key="R1", url=url, reach=Reach())


def sms(url: str, *to: str) -> SmsChannel:
    return SmsChannel(account="AC1", token="t", sender="+1555", to=to, url=url, reach=Reach())


def test_a_webhook_can_be_verified_and_known_again(receiver):
    assert webhook(f"{receiver.url}/hook?a=1").send(letter(), "key-1") == Sent()
    (got,) = receiver.got
    said = f"key-1.{int(NOW_SECONDS)}.".encode() + got.body
    expected = base64.b64encode(hmac.digest(SECRET.encode(), said, "sha256")).decode()
    assert got.path == "/hook?a=1"
    assert got.headers["x-barograph-signature"] == f"v1,{expected}"
    assert got.headers["x-barograph-timestamp"] == "1700000000"
    assert got.headers["x-barograph-delivery"] == got.headers["idempotency-key"] == "key-1"
    body = json.loads(got.body)
    assert (body["id"], body["incident"], body["message"]["severity"]) == ("key-1", "7", "critical")


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (404, {}, Refused(why="the webhook answered 404: said")),
        (410, {}, Refused(why="the webhook answered 410: said")),
        (500, {}, Failed(why="the webhook answered 500: said")),
        (408, {}, Failed(why="the webhook answered 408: said")),
        (429, {"Retry-After": "90"}, Failed(why="the webhook answered 429: said", after_seconds=90.0)),
    ],
)
def test_what_a_receiver_answers_decides_whether_it_is_tried_again(receiver, status, headers, outcome):
    receiver.answers = [(status, headers, b"said")]
    assert webhook(receiver.url).send(letter(), "k") == outcome


def test_a_redirect_is_not_followed(receiver):
    with http_receiver() as inside:
        receiver.answers = [(302, {"Location": inside.url}, b"")]
        outcome = webhook(receiver.url).send(letter(), "k")
        assert inside.got == []
    assert isinstance(outcome, Refused)
    assert "redirects are not followed" in outcome.why


def test_a_receiver_that_is_gone_may_come_back():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    outcome = webhook(f"http://127.0.0.1:{port}").send(letter(), "k")
    assert isinstance(outcome, Failed)
    assert "gave no answer" in outcome.why


def test_a_slow_receiver_is_left_in_time():
    held = Event()
    with http_receiver(before=held.wait) as receiver:
        outcome = webhook(receiver.url, timeout_seconds=0.2).send(letter(), "k")
        held.set()
    assert isinstance(outcome, Failed)


def test_a_receiver_that_sends_a_byte_now_and_then_is_left_in_time():
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        from threading import Thread

        def trickle():
            conn, _ = listener.accept()
            with conn:
                while not ended.wait(0.02):
                    try:
                        conn.sendall(b"H")
                    except OSError:
                        return

        thread = Thread(target=trickle, daemon=True)
        thread.start()
        outcome = webhook(f"http://127.0.0.1:{port}", timeout_seconds=0.3).send(letter(), "k")
        ended.set()
        thread.join(60)
    assert isinstance(outcome, Failed)


def test_addresses_of_clouds_metadata_are_refused_whatever_their_name():
    def answers(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port))]

    outcome = webhook("http://innocent.example.org/", look_up=answers).send(letter(), "k")
    assert isinstance(outcome, Refused)
    assert "169.254.169.254" in outcome.why


def test_private_addresses_are_refused_where_the_setting_says_so(receiver):
    outcome = webhook(receiver.url, private=False).send(letter(), "k")
    assert isinstance(outcome, Refused)
    assert "notify_private_addresses" in outcome.why
    assert receiver.got == []


def test_pagerduty_is_told_of_one_incident_from_trigger_to_resolve(receiver):
    receiver.answers = [(202, {}, b"{}")]
    channel = pagerduty(receiver.url)
    for reason in ("new", "acknowledged", "resolved"):
        assert channel.send(letter(reason=reason), "k") == Sent()
    sent = [json.loads(got.body) for got in receiver.got]
    assert [event["event_action"] for event in sent] == ["trigger", "acknowledge", "resolve"]
    assert {event["dedup_key"] for event in sent} == {"barograph/bank/incident/7"}
    assert (sent[0]["payload"]["severity"], sent[0]["payload"]["source"]) == ("error", "bank")
    assert sent[0]["links"][0]["href"].endswith("/incidents/7")
    assert receiver.got[0].path == "/v2/enqueue"


@pytest.mark.parametrize("path", ["", "/", "/v2/enqueue", "/v2/enqueue/"])
def test_pagerduty_is_reached_by_its_base_address_and_by_the_whole_one(receiver, path):
    receiver.answers = [(202, {}, b"{}")]
    assert pagerduty(receiver.url + path).send(letter(), "k") == Sent()
    assert [got.path for got in receiver.got] == ["/v2/enqueue"]


def test_a_test_of_pagerduty_wakes_nobody_for_long(receiver):
    assert pagerduty(receiver.url).send(letter(kind="test", reason="test"), "k") == Sent()
    assert [json.loads(got.body)["event_action"] for got in receiver.got] == ["trigger", "resolve"]


def test_pagerduty_is_sent_no_digest(receiver):
    assert isinstance(pagerduty(receiver.url).send(letter(kind="digest", reason="digest"), "k"), Refused)
    assert receiver.got == []


def test_a_key_that_pagerduty_does_not_know_is_not_tried_again(receiver):
    receiver.answers = [(400, {}, b'{"status":"invalid event","errors":["routing_key"]}')]
    assert isinstance(pagerduty(receiver.url).send(letter(), "k"), Refused)


@pytest.mark.parametrize(("language", "longest"), [("en", LONGEST), ("zh-CN", LONGEST_OF_OTHERS)])
def test_sms_are_short_and_signed_in(receiver, language, longest):
    receiver.answers = [(201, {}, b"{}")]
    assert sms(receiver.url, "+4930").send(said_in(letter(what="x" * 2_000), language), "k") == Sent()
    (got,) = receiver.got
    form = parse_qs(got.body.decode())
    assert got.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert got.headers["authorization"] == f"Basic {base64.b64encode(b'AC1:t').decode()}"
    assert form["To"] == ["+4930"]
    assert len(form["Body"][0]) <= longest
    assert form["Body"][0].endswith("https://b.example.org/incidents/7")


def test_of_several_numbers_only_those_left_are_sent_again(receiver):
    receiver.answers = [(201, {}, b"{}"), (500, {}, b""), (201, {}, b"{}")]
    channel = sms(receiver.url, "+1", "+2")
    first = channel.send(letter(), "k")
    assert isinstance(first, Failed)
    assert first.arrived == ("+1",)
    assert channel.send(letter(arrived=frozenset(first.arrived)), "k") == Sent()
    assert [parse_qs(got.body.decode())["To"][0] for got in receiver.got] == ["+1", "+2", "+2"]


def test_the_sms_services_own_words_are_told(receiver):
    receiver.answers = [(400, {}, b'{"code":21211,"message":"The number is not valid."}')]
    outcome = sms(receiver.url, "+1").send(letter(), "k")
    assert outcome == Refused(why="+1: the SMS service answered 400: The number is not valid.")


def test_an_sms_that_was_taken_is_not_sent_again_for_what_was_answered(receiver):
    receiver.answers = [(201, {}, b"[" * 60_000)]
    assert sms(receiver.url, "+1").send(letter(), "k") == Sent()


def test_what_somebody_wrote_into_a_title_stays_one_line(receiver):
    pagerduty(receiver.url).send(letter(title=ATTACK), "k")
    assert "\n" not in json.loads(receiver.got[0].body)["payload"]["summary"]
