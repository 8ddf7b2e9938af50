"""The command line: what the library does, from a shell.

Nothing heavy is imported before a command needs it, so that ``barograph --help`` answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 a check failed, 2 usage or data error.

    Parameters
    ----------
    arguments : words after the program's name; default: those of the process.

    Notes
    -----
    What is wrong with the call or the data is one line on stderr. Anything else is a bug and keeps its
    traceback.

    Examples
    --------
    >>> main(["--version"])
    barograph 0.1.0
    0
    """
    import sys

    import typer

    from barograph.cli.app import app
    from barograph.cli.streams import refuse
    from barograph.errors import BarographError

    # Typer gives no name to the class of all its usage errors; it is the parent of the one it names.
    usage_error = cast("type[Exception]", typer.BadParameter.__bases__[0])
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=words or ["--help"], prog_name="barograph", standalone_mode=False)
    except BarographError as error:
        return refuse(str(error))
    except usage_error as error:
        return refuse(_usage(error))
    return code if isinstance(code, int) else 0


def _usage(error: Exception) -> str:
    """A usage error as a line that names the command whose help to read."""
    told = str(getattr(error, "format_message", error.__str__)()).strip().replace("\n", " ")
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "barograph")
    return f"{told.rstrip('.')}. See `{command} --help`."
