"""Leases, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

from barograph.store.leases import claim, holder, release, renew

SECOND = 1_000_000


def test_one_holds_it_until_it_expires(database):
    with database.writing() as conn:
        assert claim(conn, "apply/1", "a", 0, 10)
        assert not claim(conn, "apply/1", "b", 9 * SECOND, 10)
        assert claim(conn, "apply/1", "b", 10 * SECOND, 10)
        assert holder(conn, "apply/1", 11 * SECOND) == "b"


def test_one_may_claim_again_what_is_ones_own(database):
    with database.writing() as conn:
        assert claim(conn, "apply/1", "a", 0, 10)
        assert claim(conn, "apply/1", "a", 5 * SECOND, 10)
        assert holder(conn, "apply/1", 14 * SECOND) == "a"


def test_renewing_fails_once_another_holds_it(database):
    with database.writing() as conn:
        claim(conn, "apply/1", "a", 0, 10)
        assert renew(conn, "apply/1", "a", 5 * SECOND, 10)
        claim(conn, "apply/1", "b", 20 * SECOND, 10)
        assert not renew(conn, "apply/1", "a", 21 * SECOND, 10)


def test_release_frees_ones_own_alone(database):
    with database.writing() as conn:
        claim(conn, "apply/1", "a", 0, 10)
        release(conn, "apply/1", "b")
        assert holder(conn, "apply/1", 1) == "a"
        release(conn, "apply/1", "a")
        assert holder(conn, "apply/1", 1) is None


def test_of_many_at_a_time_one_gets_it(database):
    def try_it(owner):
        with database.writing() as conn:
            return claim(conn, "apply/1", owner, 0, 10)

    with ThreadPoolExecutor(6) as threads:
        won = list(threads.map(try_it, "abcdefgh"))
    assert sum(won) == 1
