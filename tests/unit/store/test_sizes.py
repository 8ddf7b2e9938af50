"""How much room the store takes."""

from barograph.store.sizes import database_bytes, folder_bytes, table_bytes


def test_a_database_has_a_size_and_so_have_its_tables(database):
    assert database_bytes(database) > 0
    sizes = table_bytes(database)
    # This build of SQLite may not tell; what is told is of tables that are there, the largest first.
    assert list(sizes.values()) == sorted(sizes.values(), reverse=True)
    assert not sizes or "models" in sizes


def test_files_below_a_folder_are_added_up(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(bytes(10))
    (tmp_path / "a" / "b" / "two").write_bytes(bytes(5))
    assert folder_bytes(tmp_path) == 15
    assert folder_bytes(tmp_path / "none") == 0
