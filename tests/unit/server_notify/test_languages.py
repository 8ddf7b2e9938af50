"""Messages in the language of their channel."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from barograph.alerts.facts import facts_document, facts_of
from barograph.alerts.sentences import summary
from barograph.locale.said import say
from barograph.metrics.address import parse_address
from barograph.schema.model import Column, Schema
from barograph.server.notify.addresses import Reach
from barograph.server.notify.compose import incident_letter
from barograph.server.notify.deliver import Deliveries, Sorting
from barograph.server.notify.digest import Span, digest_document, summary_document
from barograph.server.notify.kinds import Making
from barograph.server.notify.letter import Letter, read_letter, said_in
from barograph.server.notify.render.html import html_text
from barograph.server.notify.render.sheet import REASONS
from barograph.server.notify.render.short import short_text
from barograph.server.notify.render.text import full_text
from barograph.server.notify.trial import trial_letter
from barograph.store import catalog
from barograph.store.alerts import StoredAlert, add_alert, alerts_of_incidents
from barograph.store.events import record
from barograph.store.incidents import incident_of

from .conftest import NOON, SEAL, SetClock
from .receivers import http_receiver

DAY = 86_400_000_000
ADDRESS = parse_address('quality.null_share(column="income")')
DETAIL = say("{figure}, {words}", figure="12 %", words=say("above the limit {limit}", limit="5 %"))


@pytest.fixture
def incident(any_post):
    """An incident of one alert, as the server writes it."""
    with any_post.database.writing() as conn:
        schema = Schema(columns=(Column(name="income"),), timezone="Europe/Berlin")
        model = catalog.create_model(conn, "bank", "credit", schema, now=NOON)
        record(conn, model_id=model.id, kind="schema_change", at=NOON - DAY)
    facts = facts_of(
        ADDRESS, model="credit", started_at=NOON - DAY, window_us=DAY, sources=["warehouse.people"]
    )
    said = summary("Missing values", ADDRESS, DETAIL, model="credit")
    made = any_post.incident(facts=facts_document(facts), started_at=NOON - DAY, title=said)
    alert = StoredAlert(
        project_id=any_post.project_id, model_id=model.id, incident_id=made, monitor_id=None, series_id=None,
        monitor="nulls", configuration=1, fingerprint="f", kind="breach", address=str(ADDRESS), version="",
        phase="firing", severity="info", peak_severity="critical", started_at=NOON - DAY, fired_at=NOON, summary=said,
        window_end=NOON, suppressed=[{"sentence": say("Silenced by {who}: {comment}", who="ada", comment="…")}],
        details={"model": "credit", "title": "Missing values", "verdict": {"value": 0.12, "n": 9, "detail": DETAIL}},
    )  # fmt: skip
    with any_post.database.writing() as conn:
        add_alert(conn, alert)
    return made


def composed(post, made):
    post.channel()
    post.put(incident_id=made)
    (row,) = post.rows()
    with post.database.reading() as conn:
        return incident_letter(conn, row, now=post.now, public_url="https://b.example.org")


def test_sentences_are_read_as_they_were_written(any_post, incident):
    with any_post.database.reading() as conn:
        (alert,) = alerts_of_incidents(conn, [incident])[incident]
        title = incident_of(conn, any_post.project_id, incident).title
    assert alert.summary == title == "credit: Missing values of income: 12 %, above the limit 5 %."
    templates = [each.template for each in (title, alert.summary, alert.details["verdict"]["detail"])]
    assert templates == ["{who}: {what}: {detail}", "{who}: {what}: {detail}", "{figure}, {words}"]
    assert alert.suppressed[0]["sentence"].template == "Silenced by {who}: {comment}"


@pytest.mark.parametrize(
    "reason", [reason for reason in REASONS if reason not in ("test", "digest", "summary")]
)
def test_all_forms_of_a_letter_are_in_its_language(any_post, incident, reason, english_in):
    letter = composed(any_post, incident)
    kept = read_letter(json.loads(json.dumps(letter.written())))
    assert said_in(letter, "en").document == kept.document
    spoken = said_in(Letter(**{**letter.written(), "reason": reason, "arrived": frozenset()}), "zh-CN")
    page = html_text(spoken, None)
    body = re.sub(r"<[^>]*>", " · ", page.partition("<body>")[2])
    for text in (full_text(spoken), body, short_text(spoken, 320)):
        assert "credit：income 的缺失值：12 %，高于阈值 5 %。" in text
        assert english_in(text, "Europe/Berlin") == []
    assert '<html lang="zh-CN">' in page


def test_digests_and_summaries_are_in_a_language(any_post, incident, english_in):
    assert incident
    span = Span(project_id=any_post.project_id, project="bank", first=NOON - DAY, end=NOON + DAY)
    with any_post.database.reading() as conn:
        found = {"digest": digest_document(conn, span), "summary": summary_document(conn, span)}
    for kind, document in found.items():
        letter = said_in(Letter(kind=kind, document=document, project="bank", reason=kind), "zh-CN")
        assert english_in(full_text(letter), "income moved") == []
    assert found["digest"]["title"] == "bank: 1 incident open, 1 minor alert"


def test_a_test_is_in_the_language_of_its_channel(english_in):
    letter = said_in(trial_letter("bank", "ops"), "zh-CN")
    assert english_in(full_text(letter)) == []
    assert letter.title == "Barograph：通知渠道 ops 的测试"


@pytest.mark.parametrize(("language", "said"), [({}, "Missing values"), ({"language": "zh-CN"}, "缺失值")])
def test_a_channel_is_told_in_its_language(post, language, said):
    what = summary("Missing values", ADDRESS, DETAIL, model="credit")
    letter = Letter(kind="test", document={"title": what}, project="bank", reason="test")
    sorting = Sorting(
        database=post.database, seal=SEAL, making=Making(reach=Reach()), compose=lambda row: letter,
        wall_us=lambda: post.now,
    )  # fmt: skip
    deliveries = Deliveries(sorting, SetClock(post.now), rng=np.random.default_rng(1))
    with http_receiver() as receiver:
        post.channel("hook", "webhook", url=receiver.url, secret_key="s" * 20, **language)
        post.put(channel="hook", body=letter.written())
        deliveries.step()
        deliveries.settle()
    deliveries.close()
    (got,) = receiver.got
    assert said in json.loads(got.body)["message"]["title"]
