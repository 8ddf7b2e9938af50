"""What channels are reached with is readable by nobody who has only the database."""

from __future__ import annotations

import stat

import pytest

from barograph.store.backup.linked import link_files
from barograph.store.channels import Seal, channel_named, channel_seal, delete_channel
from barograph.store.errors import Damaged, InvalidName, NotFound
from barograph.store.tables.alerts import channels

SEAL = Seal(key=bytes(range(32)))


def test_a_secret_is_in_no_row(any_post):
    any_post.channel(token="hunter2")
    with any_post.database.reading() as conn:
        assert b"hunter2" not in conn.execute(channels.select()).one().config
    assert "hunter2" not in repr(any_post.held_channel())


def test_what_was_sealed_opens(any_post):
    made = any_post.channel(token="hunter2")
    assert SEAL.open(made.sealed, project_id=made.project_id, name="ops") == {"token": "hunter2"}


def test_a_sealed_value_opens_for_its_channel_alone(post):
    made = post.channel(token="hunter2")
    with pytest.raises(Damaged, match="set the channel again"):
        SEAL.open(made.sealed, project_id=made.project_id, name="other")


def test_another_key_does_not_open_it(post):
    made = post.channel(token="hunter2")
    with pytest.raises(Damaged, match=r"channels\.secret"):
        Seal(key=bytes(32)).open(made.sealed, project_id=made.project_id, name="ops")


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path):
    assert channel_seal(tmp_path) == channel_seal(tmp_path)
    assert stat.S_IMODE((tmp_path / "channels.secret").stat().st_mode) == 0o600
    assert list(tmp_path.glob("*.key")) == []


def test_a_channel_can_be_changed_and_deleted(any_post):
    first = any_post.channel(token="a")
    changed = any_post.channel(token="b", enabled=False)
    assert (changed.id, changed.enabled) == (first.id, False)
    with any_post.database.writing() as conn:
        delete_channel(conn, changed)
    with any_post.database.reading() as conn, pytest.raises(NotFound, match="no channel 'ops'"):
        channel_named(conn, any_post.project_id, "ops")


def test_a_name_must_be_one(post):
    with pytest.raises(InvalidName, match="channel"):
        post.channel("a/b")


def test_the_key_is_in_no_backup(tmp_path):
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    channel_seal(data)
    (data / "redaction.key").write_bytes(bytes(32))
    assert link_files(data, copy) == {"redaction.key"}
