"""When people are told, minute by minute."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from barograph.alerts.incident_view import IncidentView
from barograph.alerts.intents import message_key
from barograph.alerts.routes import Escalation, Route
from barograph.alerts.telling import due, withdrawn

MINUTE = 60_000_000
HOUR = 60 * MINUTE
ROUTE = Route(
    name="on-call",
    channels=("pager",),
    escalate=tuple(Escalation(after_seconds=60.0 * m, channels=(who,)) for m, who in ((15, "a"), (30, "b"), (60, "c"))),
)  # fmt: skip


class Story:
    """An incident as time goes by; every change is told of at once, as the server does."""

    def __init__(self, route: Route = ROUTE, **begun: Any) -> None:
        self.route, self.now, self.said = route, 0, []
        loud = {
            "severity": "warning",
            "loud_severity": begun.get("severity", "warning"),
            "firing": 1,
            "loud": 1,
        }
        self.incident = IncidentView(**({"id": 7, "opened_at": 0} | loud | begun))
        self.tick()

    def tick(self) -> None:
        taken = withdrawn(self.incident, self.route, now=self.now)
        kept = [
            next((w for w in taken if replace(w, withdrawn=False) == one), one) for one in self.incident.told
        ]
        self.incident = replace(self.incident, told=tuple(kept))
        self.said += [f"-{one.reason}" for one in taken]
        for telling in due(self.incident, self.route, now=self.now):
            self.said.append(" ".join((telling.reason, *telling.channels)))
            self.incident = replace(self.incident, told=(*self.incident.told, telling.told))
        assert due(self.incident, self.route, now=self.now) == ()

    def at(self, minute: float, **changed: Any) -> Story:
        self.now = int(minute * MINUTE)
        self.incident = replace(self.incident, **changed)
        self.tick()
        return self

    def wait(self, first: int, last: int) -> Story:
        for minute in range(first, last):
            self.at(minute)
        return self


CRITICAL = {"severity": "critical", "loud_severity": "critical"}


def test_a_warning_is_told_once_and_again_after_a_day():
    assert Story().wait(1, 48 * 60).said == ["new pager", "reminder pager"]


def test_the_first_message_waits_for_the_alerts_of_its_cause():
    assert Story().incident.told[0].not_before == 30_000_000


def test_what_is_over_within_the_wait_is_told_to_nobody():
    over = {"resolved_at": 20_000_000, "firing": 0, "loud": 0, "loud_severity": None}
    assert Story().at(1 / 3, **over).at(5).said == ["new pager", "-new"]


def test_what_is_inhibited_within_the_wait_is_told_when_the_cause_is_gone():
    story = Story().at(0.2, loud=0, loud_severity=None).at(30)
    story.at(60, loud=1, loud_severity="warning", lifted_at=60 * MINUTE)
    assert story.said == ["new pager", "-new", "lifted pager"]


def test_a_message_that_takes_the_place_of_a_withdrawn_one_has_a_key_of_its_own():
    story = Story().at(0.2, loud=0, loud_severity=None)
    first = due(Story().incident, ROUTE, now=0)
    (again,) = due(replace(story.incident, loud=1, loud_severity="warning"), ROUTE, now=MINUTE)
    (begun,) = due(replace(story.incident, loud=1, loud_severity="warning", told=()), ROUTE, now=0)
    assert first == ()
    assert (again.reason, begun.reason) == ("new", "new")
    assert again.keys != begun.keys


def test_nobody_acknowledges_a_critical_one_so_the_next_are_told():
    story = Story(severity="critical").wait(1, 8 * 60)
    assert story.said == [
        "new pager", "unacknowledged a", "unacknowledged b", "unacknowledged c", "reminder pager",
    ]  # fmt: skip
    assert [one.at // MINUTE for one in story.incident.told[1:4]] == [16, 31, 61]


def test_an_acknowledgement_ends_steps_and_reminders():
    story = Story(severity="critical").wait(1, 20).at(20, acknowledged_at=20 * MINUTE).wait(21, 24 * 60)
    assert story.said == ["new pager", "unacknowledged a"]


def test_a_warning_has_no_steps():
    assert Story().wait(1, 120).said == ["new pager"]


def test_worse_is_told_though_somebody_has_seen_it_and_steps_begin_anew():
    story = Story().at(5, acknowledged_at=5 * MINUTE).at(10, **CRITICAL).wait(11, 30)
    assert story.said == ["new pager", "escalated pager", "unacknowledged a"]


def test_milder_and_as_bad_again_is_not_told_twice():
    story = Story(severity="critical").at(5, severity="warning", loud_severity="warning").at(6, **CRITICAL)
    assert story.said == ["new pager"]


def test_a_snooze_that_ends_while_it_fires_is_told():
    story = Story(severity="critical").at(5, snoozed_until=90 * MINUTE).wait(6, 106)
    assert story.said == ["new pager", "unsnoozed pager", "unacknowledged a"]


def test_nothing_is_said_of_a_snooze_that_ends_after_it_was_over():
    over = {"resolved_at": 60 * MINUTE, "firing": 0, "loud": 0, "loud_severity": None}
    assert Story().at(5, snoozed_until=90 * MINUTE).at(60, **over).wait(61, 100).said == [
        "new pager", "resolved pager",
    ]  # fmt: skip


def test_worse_ends_a_snooze():
    assert Story().at(5, snoozed_until=90 * MINUTE).at(10, **CRITICAL).said == [
        "new pager",
        "escalated pager",
    ]


def test_a_maintenance_window_of_every_night_is_told_to_be_over_once_a_week():
    """Nobody answers: beside that there are the reminders, six of them, which it does not begin anew."""
    story = Story(Route(name="on-call", channels=("pager",)), severity="critical")
    for night in range(1, 15):
        end = (24 * night + 2) * 60
        story.at(end - 60, loud=0, loud_severity=None)
        story.at(end, loud=1, loud_severity="critical", lifted_at=end * MINUTE).wait(end + 1, end + 1_300)
    assert story.said.count("lifted pager") == 2
    assert story.said.count("reminder pager") == 6
    acknowledged = Story(severity="critical").at(10, acknowledged_at=10 * MINUTE)
    for night in range(1, 6):
        end = (24 * night + 2) * 60
        acknowledged.at(end - 60, loud=0, loud_severity=None)
        acknowledged.at(end, loud=1, loud_severity="critical", lifted_at=end * MINUTE)
    assert acknowledged.said == ["new pager"]


def test_a_silence_is_quiet_and_told_when_it_ends():
    story = Story(severity="critical").at(5, loud=0, loud_severity=None).wait(6, 600)
    story.at(600, loud=1, loud_severity="critical", lifted_at=600 * MINUTE).wait(601, 617)
    assert story.said == ["new pager", "lifted pager", "unacknowledged a"]


def test_one_that_was_silenced_all_the_time_is_told_to_nobody():
    story = Story(loud=0, loud_severity=None).wait(1, 60)
    assert story.at(60, resolved_at=60 * MINUTE, firing=0).said == []


def test_the_end_is_told_to_everybody_who_was_told():
    over = {"resolved_at": 40 * MINUTE, "firing": 0, "loud": 0, "loud_severity": None}
    story = Story(severity="critical").wait(1, 40).at(40, **over).wait(41, 600)
    assert story.said[-1] == "resolved pager a b"
    assert story.said.count("resolved pager a b") == 1


def test_flapping_is_told_once_and_then_only_worse_and_over():
    over = {"resolved_at": 500 * MINUTE, "firing": 0, "loud": 0, "loud_severity": None}
    story = Story().at(5, flapping_since=5 * MINUTE).wait(6, 300).at(300, **CRITICAL).wait(301, 500)
    assert story.at(500, flapping_since=None, **over).said == [
        "new pager", "flapping pager", "escalated pager", "resolved pager",
    ]  # fmt: skip


def test_one_that_flaps_from_its_start_says_so_first():
    assert Story(flapping_since=0, previous_id=3).said == ["flapping pager"]


def test_what_comes_back_says_so():
    assert Story(previous_id=3).said == ["regressed pager"]


def test_info_is_for_the_digest():
    assert Story(severity="info").wait(1, 100).said == []
    assert Story(severity="info").at(10, severity="warning", loud_severity="warning").said == ["new pager"]


def test_a_route_for_the_gravest_only_is_quiet_about_the_rest():
    assert Story(replace(ROUTE, least="critical")).at(9, **CRITICAL).said == ["new pager"]


def test_history_is_told_to_nobody():
    assert Story(severity="critical", backfilled=True).wait(1, 100).said == []


def test_two_routes_to_one_channel_are_one_message():
    other = replace(ROUTE, name="other")
    begun = IncidentView(id=7, severity="warning", opened_at=0, firing=1, loud=1, loud_severity="warning")
    (one,), (two,) = due(begun, ROUTE, now=0), due(begun, other, now=0)
    assert one.keys == two.keys


def test_routes_do_not_hear_what_the_others_said():
    story = Story()
    assert [t.reason for t in due(story.incident, replace(ROUTE, name="other"), now=MINUTE)] == ["new"]


def test_worse_and_flapping_at_once_are_one_message():
    assert Story().at(5, flapping_since=5 * MINUTE, **CRITICAL).at(6).said == ["new pager", "escalated pager"]


def test_what_gets_worse_within_the_wait_is_one_message():
    story = Story().at(0.2, **CRITICAL).at(5)
    assert story.said == ["new pager", "-new", "new pager"]
    assert (story.incident.told[-1].severity, story.incident.told[-1].not_before) == ("critical", 30_000_000)


def test_the_end_of_what_still_waits_is_not_told():
    told = Story().incident
    over = replace(told, resolved_at=MINUTE // 4, firing=0, loud=0, loud_severity=None)
    assert due(over, ROUTE, now=MINUTE // 4) == ()
    assert [one.reason for one in due(over, ROUTE, now=MINUTE)] == ["resolved"]


def test_reminders_become_fewer_the_longer_nobody_answers():
    said = Story().wait(1, 100 * 24 * 60).said
    # A day after the first message, then two, four and at last seven days apart; six, and no more.
    assert said == ["new pager", *["reminder pager"] * 6]


def test_it_is_over_for_people_once_nothing_is_left_that_they_would_ever_be_told():
    told = Story(open_peak="warning").wait(1, 10).incident
    left = replace(told, severity="info", loud_severity="info")
    # What was a warning and is milder now may be one again.
    assert due(left, ROUTE, now=20 * MINUTE) == ()
    (over,) = due(replace(left, open_peak="info"), ROUTE, now=20 * MINUTE)
    assert (over.reason, over.channels) == ("resolved", ("pager",))
    ended = replace(left, open_peak="info", told=(*told.told, over.told))
    assert due(ended, ROUTE, now=21 * MINUTE) == ()
    assert due(replace(ended, resolved_at=22 * MINUTE, open_peak=None), ROUTE, now=22 * MINUTE) == ()
    worse = replace(ended, severity="critical", loud_severity="critical", open_peak="critical")
    assert [one.reason for one in due(worse, ROUTE, now=23 * MINUTE)] == ["new"]


def test_a_route_that_hears_of_it_later_tells_its_channel_too():
    story = Story().wait(1, 5)
    (later,) = due(story.incident, replace(ROUTE, name="other"), now=5 * MINUTE)
    assert later.reason == "new"
    assert set(later.keys).isdisjoint(story.incident.told[0].keys)


def test_a_route_that_hears_of_it_within_the_wait_of_another_shares_its_message():
    story = Story().at(0.2)
    (shared,) = due(story.incident, replace(ROUTE, name="other"), now=MINUTE // 4)
    assert shared.keys == story.incident.told[0].keys


def test_what_is_told_of_another_severity_is_another_message():
    worse = replace(Story().incident, **CRITICAL)
    (other,) = due(worse, replace(ROUTE, name="other"), now=MINUTE // 4)
    assert set(other.keys).isdisjoint(worse.told[0].keys)


def test_a_clock_that_is_set_back_shares_nothing_that_was_sent():
    ahead = Story(loud=0, loud_severity=None).at(6 * 60, loud=1, loud_severity="warning").incident
    (later,) = due(ahead, replace(ROUTE, name="other"), now=60 * MINUTE)
    assert set(later.keys).isdisjoint(ahead.told[0].keys)


def test_after_a_route_has_another_name_its_messages_are_none_that_were_sent():
    story = Story().at(5, **CRITICAL).wait(6, 10)
    renamed = Story(replace(ROUTE, name="night shift"), told=story.incident.told, **CRITICAL).at(10)
    renamed.at(11, severity="emergency", loud_severity="emergency")
    assert renamed.said == ["new pager", "escalated pager"]
    keys = [key for one in renamed.incident.told for key in one.keys]
    assert len(set(keys)) == len(keys)


def test_reminders_and_the_end_by_two_routes_at_one_time_are_one_message_each():
    first, second = Story(), Story(replace(ROUTE, name="other"))
    over = {"resolved_at": 30 * HOUR, "firing": 0, "loud": 0, "loud_severity": None}
    told = [story.wait(1, 25 * 60).at(30 * 60, **over).incident.told for story in (first, second)]
    assert [one.reason for one in told[0]] == ["new", "reminder", "resolved"]
    assert [one.keys for one in told[0]] == [one.keys for one in told[1]]


def test_what_waits_under_a_key_of_the_earlier_rule_is_shared_and_what_was_sent_under_one_is_not():
    """Numbers were counted by route, from 0 on."""
    old = message_key("pager", 7, "new", "0/0")
    (told,) = Story().incident.told
    assert told.keys == (old,)
    again = replace(told, route="gone", keys=(message_key("pager", 7, "new", "1/0"),))
    waits = replace(Story().incident, told=(told.taken_back(), again))
    (shared,) = due(waits, ROUTE, now=MINUTE // 4)
    (later,) = due(replace(waits, told=(told, again)), replace(ROUTE, name="other"), now=MINUTE)
    assert shared.keys == again.keys
    assert set(later.keys).isdisjoint((old, *again.keys))


def heard(*routes: Route, until: int, joins: int = 0) -> list[tuple[str, int]]:
    """What is told of a critical incident, and at which minute; all routes but the first join at one."""
    incident = IncidentView(id=7, opened_at=0, firing=1, loud=1, **CRITICAL)
    first: dict[str, tuple[str, int]] = {}
    for minute in range(until):
        for route in routes if minute >= joins else routes[:1]:
            for said in due(incident, route, now=minute * MINUTE):
                incident = replace(incident, told=(*incident.told, said.told))
                for channel, key in zip(said.channels, said.keys, strict=True):
                    first.setdefault(key, (f"{said.reason} {channel}", minute))
    return list(first.values())


def test_a_step_is_told_once_by_two_routes_that_wait_for_unlike_times():
    slow = replace(ROUTE, name="slow", wait_seconds=300.0)
    once = [("new pager", 0), ("unacknowledged a", 16), ("unacknowledged b", 31), ("unacknowledged c", 61)]
    assert heard(ROUTE, slow, until=120) == heard(slow, ROUTE, until=120) == once


def test_a_reminder_is_told_once_by_two_routes_that_wait_for_unlike_times():
    one = Route(name="one", channels=("pager",))
    slow = replace(one, name="slow", wait_seconds=600.0)
    alone = heard(one, until=40 * 24 * 60)
    assert [what for what, _ in alone] == ["new pager", *["reminder pager"] * 6]
    assert heard(one, slow, until=40 * 24 * 60) == heard(slow, one, until=40 * 24 * 60) == alone


def test_a_route_that_joins_later_reminds_of_nothing_that_was_reminded_of_since():
    one = Route(name="one", channels=("pager",))
    alone = heard(one, until=40 * 24 * 60)
    later = replace(one, name="later")
    assert heard(one, later, until=40 * 24 * 60, joins=60) == [alone[0], ("new pager", 60), *alone[1:]]


def test_a_route_that_joins_later_tells_the_steps_that_were_told_before_it_did():
    later = heard(ROUTE, replace(ROUTE, name="later"), until=120, joins=40)
    assert [minute for what, minute in later if what == "new pager"] == [0, 40]
    assert [minute for what, minute in later if what == "unacknowledged a"] == [16, 55]
    assert [minute for what, minute in later if what == "unacknowledged b"] == [31, 70]
    assert [minute for what, minute in later if what == "unacknowledged c"] == [61]


def test_a_step_that_was_taken_back_is_no_message_of_another_route():
    other = replace(ROUTE, name="other")
    story = Story(severity="critical")
    (begun,) = due(story.incident, other, now=0)
    told = replace(story.incident, told=(*story.incident.told, begun.told))
    (gone,) = due(told, ROUTE, now=16 * MINUTE)
    without = replace(told, told=(*told.told, gone.told.taken_back()))
    (again,) = due(without, other, now=16 * MINUTE)
    assert set(again.keys).isdisjoint(gone.keys)


def test_where_only_a_step_was_told_people_are_told_from_the_beginning():
    steps = Story(severity="critical").wait(1, 20).incident
    left = replace(steps, told=tuple(one.taken_back() if one.step == 0 else one for one in steps.told))
    (again,) = due(left, ROUTE, now=20 * MINUTE)
    (step,) = due(replace(left, told=(*left.told, again.told)), ROUTE, now=35 * MINUTE)
    assert (again.reason, step.reason, step.channels) == ("new", "unacknowledged", ("a",))
