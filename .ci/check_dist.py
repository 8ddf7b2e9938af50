"""Check what a wheel and an sdist hold."""

from __future__ import annotations

import sys
import tarfile
import zipfile

WANTED = (
    "barograph/__init__.py",
    "barograph/py.typed",
    "barograph/cli/__init__.py",
    "barograph/demo/bike/data/README.md",
    "barograph/demo/bike/data/bikeshare_2011.csv.gz",
    "barograph/report/templates/page.html",
    "barograph/report/templates/style.css",
    "barograph/store/migrations/state/0001.postgresql.sql",
)
#: Nearly all of it is source; the largest file is the bundled rows.
MOST_BYTES = 2_500_000


def check(wheel: str, sdist: str) -> list[str]:
    """What is wrong, a line each."""
    with zipfile.ZipFile(wheel) as archive:
        held = archive.namelist()
        size = sum(i.compress_size for i in archive.infolist())
        metadata = next(archive.read(n).decode() for n in held if n.endswith(".dist-info/METADATA"))
    wrong = [f"the wheel has no {name}" for name in WANTED if name not in held]
    wrong += [f"the wheel holds {n}" for n in held if not n.startswith(("barograph/", "barograph-"))]
    wrong += [f"the wheel holds {n}" for n in held if "/tests/" in n or n.endswith(".pyc")]
    if size > MOST_BYTES:
        wrong.append(f"the wheel has {size:,} bytes, more than {MOST_BYTES:,}")
    if not any(n.endswith("licenses/LICENSE") for n in held):
        wrong.append("the wheel has no licence")
    if "Requires-Dist: pyarrow" in metadata or "Requires-Dist: pandas" in metadata:
        wrong.append("the wheel requires pandas or PyArrow")
    with tarfile.open(sdist) as archive:
        names = [n.partition("/")[2] for n in archive.getnames()]
    return wrong + [
        f"the sdist has no {name}" for name in ("src/barograph/__init__.py", "README.md") if name not in names
    ]


if __name__ == "__main__":
    found = check(sys.argv[1], sys.argv[2])
    print("\n".join(found) or "complete")
    sys.exit(bool(found))
