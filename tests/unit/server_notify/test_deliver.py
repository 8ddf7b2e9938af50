"""What is due is sent once, through every fault of a receiver, a worker or both."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

import numpy as np
import pytest

from barograph.server.notify.addresses import Reach
from barograph.server.notify.deliver import HOLD_SECONDS, Deliveries, Sorting
from barograph.server.notify.kinds import Making
from barograph.server.notify.letter import Letter
from barograph.store import notifications
from barograph.store.channels import Seal
from barograph.store.tallies import tallies

from .conftest import SEAL, SECOND, Post
from .letters import letter
from .receivers import http_receiver

HOUR = 3_600


@dataclass
class Office:
    """Sends what is in a project's outbox, on the project's clock; claims go by it, too."""

    post: Post
    seal: Seal = SEAL
    pace_seconds: float = 0.0
    composed: list[int] = field(default_factory=list)
    deliveries: Deliveries = field(init=False)

    def __post_init__(self) -> None:
        self.deliveries = self.worker()

    def now(self) -> int:
        return self.post.now

    def compose(self, row) -> Letter:
        self.composed.append(row.id)
        return letter(reason=row.reason, what=f"as of {self.post.now}")

    def worker(self) -> Deliveries:
        making = Making(reach=Reach(), wall_seconds=lambda: self.post.now / 1e6)
        sorting = Sorting(
            database=self.post.database, seal=self.seal, making=making, compose=self.compose, wall_us=self.now,
            pace_seconds=self.pace_seconds,
        )  # fmt: skip
        return Deliveries(sorting, self, rng=np.random.default_rng(20))

    def send(self) -> bool:
        """All that is due now."""
        done = False
        while self.deliveries.step():
            self.deliveries.settle()
            done = True
        return done


@pytest.fixture
def office(post):
    made = Office(post)
    yield made
    made.deliveries.close()


@pytest.fixture
def any_office(any_post):
    made = Office(any_post)
    yield made
    made.deliveries.close()


@pytest.fixture
def receiver():
    with http_receiver() as held:
        yield held


def hook(office, receiver, name="ops"):
    office.post.channel(name, "webhook", url=receiver.url, secret_key="s" * 20)


def keys(receiver) -> list[str]:
    return [got.headers["idempotency-key"] for got in receiver.got]


def states(office) -> list[str]:
    return [row.state for row in office.post.rows()]


def test_what_is_put_is_sent_once(any_office, receiver):
    hook(any_office, receiver)
    any_office.post.put("a", incident_id=any_office.post.incident())
    assert any_office.send()
    assert not any_office.send()
    assert (keys(receiver), states(any_office)) == (["a"], ["sent"])


def test_nothing_is_sent_before_the_group_has_waited(office, receiver):
    hook(office, receiver)
    office.post.put("a", not_before=office.post.now + 30 * SECOND)
    assert not office.send()
    office.post.pass_seconds(30)
    assert office.send()


def test_a_body_is_made_at_the_first_attempt_and_stays_the_same(office, receiver):
    hook(office, receiver)
    receiver.answers = [(500, {}, b""), (200, {}, b"")]
    office.post.put("a", incident_id=office.post.incident())
    office.send()
    office.post.pass_seconds(HOUR)
    office.send()
    assert len(office.composed) == 1
    assert receiver.got[0].body == receiver.got[1].body
    assert keys(receiver) == ["a", "a"]


def test_a_receiver_that_is_down_for_a_day_gets_each_message_once(any_office, receiver):
    """Twelve intents, one every two hours, into a day without answers; then each arrives once, in order."""
    hook(any_office, receiver)
    incident, receiver.answers = any_office.post.incident(), [(503, {}, b"down")]
    began, put = any_office.post.now, 0
    while any_office.post.now < began + 24 * HOUR * SECOND:
        if any_office.post.now >= began + put * 2 * HOUR * SECOND:
            any_office.post.put(f"i{put:02}", reason="new" if put == 0 else "reminder", incident_id=incident)
            put += 1
        any_office.send()
        any_office.post.pass_seconds(600)
    tried, receiver.answers, receiver.got = len(receiver.got), [(200, {}, b"")], []
    for _ in range(24):
        any_office.send()
        any_office.post.pass_seconds(HOUR)
    assert keys(receiver) == [f"i{i:02}" for i in range(12)]
    assert states(any_office) == ["sent"] * 12
    # It was asked now and then, not all the time.
    assert 24 <= tried <= 100


def test_a_receiver_that_stays_down_is_given_up_after_a_day(office, receiver):
    hook(office, receiver)
    receiver.answers = [(503, {}, b"down")]
    office.post.put("a")
    for _ in range(26 * 6):
        office.send()
        office.post.pass_seconds(600)
    assert states(office) == ["dead"]
    assert office.post.held_channel().last_error == "the webhook answered 503: down"


@pytest.mark.parametrize("answer", [(404, {}, b"gone"), (302, {"Location": "http://127.0.0.1/"}, b"")])
def test_what_is_refused_is_not_tried_again(office, receiver, answer):
    hook(office, receiver)
    receiver.answers = [answer]
    office.post.put("a")
    office.send()
    office.post.pass_seconds(2 * HOUR)
    assert not office.send()
    assert (len(receiver.got), states(office)) == (1, ["dead"])


def test_a_worker_that_ends_between_sending_and_marking_sends_again_with_the_same_key(
    office, receiver, monkeypatch
):
    hook(office, receiver)
    office.post.put("a")
    monkeypatch.setattr(office.deliveries, "_note", lambda *_: None)
    office.send()
    assert (keys(receiver), states(office)) == (["a"], ["waiting"])
    other = office.worker()
    assert not other.step()
    office.post.pass_seconds(HOLD_SECONDS + 1)
    assert other.step()
    other.close()
    assert (keys(receiver), states(office)) == (["a", "a"], ["sent"])


def test_a_worker_that_ends_between_claiming_and_sending_loses_nothing(office, receiver):
    hook(office, receiver)
    office.post.put("a")
    office.post.claim(hold_seconds=HOLD_SECONDS)
    assert not office.send()
    office.post.pass_seconds(HOLD_SECONDS + 1)
    assert office.send()
    assert keys(receiver) == ["a"]


def test_several_workers_send_each_message_once(any_office, receiver):
    for i in range(6):
        hook(any_office, receiver, f"c{i}")
        for j in range(5):
            any_office.post.put(f"{i}/{j}", channel=f"c{i}")
    others = [any_office.worker() for _ in range(3)]
    for _ in range(1_000):
        if not any_office.post.claim(limit=0, hold_seconds=0) and "waiting" not in states(any_office):
            break
        for worker in others:
            worker.step()
        for worker in others:
            worker.settle()
    for worker in others:
        worker.close()
    assert sorted(keys(receiver)) == sorted(f"{i}/{j}" for i in range(6) for j in range(5))


def test_a_slow_receiver_holds_up_no_other(office, receiver):
    held, begun = Event(), Event()

    def wait():
        begun.set()
        held.wait(60)

    with http_receiver(before=wait) as slow:
        hook(office, slow, "slow")
        hook(office, receiver, "fast")
        office.post.put("s", channel="slow")
        office.deliveries.step()
        assert begun.wait(60)
        office.post.put("f", channel="fast")
        office.deliveries.step()
        for _ in range(6_000):
            if receiver.got:
                break
            office.deliveries.settle(0.01)
        held.set()
        office.deliveries.settle()
    assert keys(receiver) == ["f"]
    assert states(office) == ["sent", "sent"]


def test_more_channels_that_fail_than_there_are_threads_leave_one_to_those_that_work(
    office, receiver, monkeypatch
):
    """All of a service that is down, with much to tell."""
    monkeypatch.setattr("barograph.server.notify.deliver._WORKERS", 2)
    office.deliveries.close()
    office.deliveries = office.worker()
    with http_receiver() as down:
        down.answers = [(503, {}, b"down")]
        for i in range(3):
            hook(office, down, f"down{i}")
            for j in range(9):
                office.post.put(f"{i}/{j}", channel=f"down{i}")
        office.deliveries.step()
        office.deliveries.settle()
        office.post.pass_seconds(HOUR)
        hook(office, receiver, "fine")
        office.post.put("f", channel="fine")
        office.deliveries.step()
        office.deliveries.settle()
    assert keys(receiver) == ["f"]


def test_messages_of_a_channel_are_paced(post, receiver):
    office = Office(post, pace_seconds=5.0)
    hook(office, receiver)
    office.post.put("a")
    office.post.put("b")
    office.send()
    assert keys(receiver) == ["a"]
    office.post.pass_seconds(5)
    office.send()
    office.deliveries.close()
    assert keys(receiver) == ["a", "b"]


def test_a_channel_whose_secret_cannot_be_opened_says_so(post):
    office = Office(post, seal=Seal(key=bytes(32)))
    office.post.channel("ops", "browser")
    office.post.put("a")
    office.send()
    office.deliveries.close()
    (row,) = office.post.rows()
    assert row.state == "dead"
    assert "set the channel again" in (row.last_error or "")


def test_a_fault_of_our_own_is_tried_again_and_stops_nobody(office, receiver, monkeypatch):
    hook(office, receiver)
    office.post.channel("desk", "browser")
    office.post.put("a", channel="desk")
    office.post.put("b")
    monkeypatch.setattr(
        "barograph.server.notify.channels.browser.BrowserChannel.send", lambda *_: 1 / 0, raising=True
    )
    office.send()
    first, second = office.post.rows()
    assert (first.state, second.state) == ("waiting", "sent")
    assert "ZeroDivisionError" in (first.last_error or "")


def test_what_became_of_messages_is_counted(office, receiver):
    hook(office, receiver)
    receiver.answers = [(500, {}, b""), (200, {}, b"")]
    office.post.put("a")
    office.send()
    office.post.pass_seconds(HOUR)
    office.send()
    with office.post.database.reading() as conn:
        found = {(each.kind, each.outcome): each.count for each in tallies(conn, "notifications")}
        assert notifications.counts(conn, office.post.project_id) == {"sent": 1}
    assert found == {("webhook", "failed"): 1, ("webhook", "sent"): 1}
