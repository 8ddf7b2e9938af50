"""A PostgreSQL of the tests' own: its files in a temporary folder, reached by a socket in it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Set in place of the skip where the programs are not there.
INSTALL = "apt-get install -y --no-install-recommends postgresql"


def programs() -> Path | None:
    """The folder of the server's programs, newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: -int(p.parts[-3]))
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def cluster(folder_of_programs: Path) -> Iterator[str]:
    """Run a server and give the URL of its databases, to be completed by a name: ``….format("name")``."""
    # The server refuses to run as root, and the user it runs as cannot enter pytest's own folders.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="barograph-pg-"))
    if user is not None:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(folder_of_programs / program), *arguments]
        subprocess.run(command, check=True, user=user, cwd=folder, capture_output=True, timeout=600)

    try:
        run("initdb", "-D", "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = (
            f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=300"
        )
        run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", settings, "start")
        try:
            yield f"postgresql+psycopg://postgres@/{{}}?host={folder}"
        finally:
            run("pg_ctl", "-D", "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
