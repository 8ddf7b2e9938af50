"""The lake on a disk that is really full."""

import os
import subprocess

import polars as pl
import pytest

from barograph.store.errors import StoreUnavailable
from barograph.store.lake.lake import Lake


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
        timeout=600,
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a tmpfs: run the tests as root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=600)


def rows(seq, height, rng):
    made = pl.DataFrame({"barograph_id": [f"{seq}-{i}" for i in range(height)], "x": rng.random(height)})
    return made.with_columns(
        pl.lit(seq, dtype=pl.Int64).alias("barograph_seq"),
        pl.int_range(height, dtype=pl.Int32).alias("barograph_position"),
        pl.lit(1, dtype=pl.Int32).alias("barograph_day"),
    )


def test_what_does_not_fit_is_refused_whole_and_reading_goes_on(small_disk, rng):
    lake = Lake(folder=small_disk / "lake", model_id=1)
    lake.append("predictions", rows(1, 1_000, rng), through=1)
    with pytest.raises(StoreUnavailable, match="No space left"):
        lake.append("predictions", rows(2, 1_000_000, rng), through=2)
    assert (lake.moved("predictions"), lake.scan("predictions").collect().height) == (1, 1_000)
    assert len(list(small_disk.rglob("*.parquet"))) == 1


def test_wherever_the_disk_ends_nothing_is_half_done_and_it_recovers(small_disk, rng):
    """Room is given a page at a time: first too little for the rows, then for the commit, then enough."""
    lake = Lake(folder=small_disk / "lake", model_id=1)
    lake.append("predictions", rows(1, 1_000, rng), through=1)
    fill = small_disk / "fill"
    fill.write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize))
    refused = 0
    while lake.moved("predictions") == 1:
        try:
            lake.append("predictions", rows(2, 10, rng), through=2)
        except StoreUnavailable:
            refused += 1
            assert lake.scan("predictions").collect().height == 1_000
            os.truncate(fill, fill.stat().st_size - 4_096)
    assert refused >= 2
    assert lake.scan("predictions").collect().height == 1_010
