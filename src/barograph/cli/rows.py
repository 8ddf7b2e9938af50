"""From files named on the command line to schemas and profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barograph.cli.flags import Counting, Meaning
from barograph.cli.streams import hint, progress
from barograph.errors import DataError, SchemaError

if TYPE_CHECKING:
    from barograph.profile.value import Profile
    from barograph.schema.model import Schema
    from barograph.schema.roles import Suggestion


def is_profile(path: Path) -> bool:
    """Whether a file is a saved profile, told from its name or its first bytes; it may be a damaged one."""
    from barograph.profile.codec import MAGIC

    if not path.is_file():
        return False
    if path.suffix.lower() == ".baro":
        return True
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def schema_of(path: Path, meaning: Meaning) -> Schema:
    """The schema named by `--schema`, or one inferred from the rows and the other flags."""
    from barograph.schema.model import Schema

    if meaning.schema is not None:
        others = [flag for flag in _given(meaning) if flag != "--schema"]
        if others:
            raise SchemaError(
                f"--schema says what the columns mean, and so do {', '.join(others)}. "
                "Leave these out, or write them into the schema file."
            )
        return Schema.from_yaml(meaning.schema)
    roles: dict[str, Any] = {
        name: getattr(meaning, name)
        for name in ("task", "id", "timestamp", "segment", "positive", "threshold", "weight")
    }
    roles |= {name: _by_class(name, getattr(meaning, name)) for name in ("prediction", "score", "label")}
    return Schema.infer(
        path,
        **roles,
        timezone=meaning.timezone or "UTC",
        kinds=_pairs("--kind", meaning.kind),
        readings=_pairs("--reading", meaning.reading),
        roles=_pairs("--role", meaning.role),
        null_values=_several("--null-value", meaning.null_value),
    )


def suggestions(path: Path, schema: Schema) -> tuple[Suggestion, ...]:
    """Roles that columns may have; none is ever set from its name."""
    from barograph.frames.source import source
    from barograph.schema.roles import suggest_roles

    return suggest_roles(source(path).sample(2_000), schema)


def profile_of(
    path: Path,
    meaning: Meaning,
    counting: Counting,
    *,
    rows: object = None,
    schema: Schema | None = None,
    like: Profile | None = None,
    **kept: Any,
) -> Profile:
    """Profile the rows of a file or folder.

    Parameters
    ----------
    rows : those of the file that are profiled; default: all.
    schema : of the file, where it was read already.
    like : a reference, whose schema and grid are then used; flags on meaning are refused beside it.
    kept : `origin`, `name`, `sampling_fraction` as in `barograph.profile`.
    """
    from barograph.api import profile

    if like is not None:
        refuse_flags(meaning)
    schema = schema_of(path, meaning) if like is None and schema is None else schema
    if schema is not None and meaning.schema is None:
        for found in suggestions(path, schema):
            hint(f"hint: {found.column!r} may be the {found.role} ({found.reason}): {found.flag}")
    declared = like.schema if like is not None else schema
    segments = [] if declared is None else [c.name for c in declared.with_role("segment")]
    by = [*map(division, counting.by), *segments]
    with progress(f"profiling {path.name}") as report:
        return profile(
            path if rows is None else rows,
            schema,
            like=like,
            every=None if counting.every == "none" else counting.every,
            by=by,
            threads=counting.threads,
            progress=report,
            **kept,
        )


def refuse_flags(meaning: Meaning) -> None:
    """Refuse flags on the meaning of columns where a saved profile says it."""
    if given := _given(meaning):
        raise SchemaError(
            f"the saved profile says what the columns mean, and so do {', '.join(given)}. "
            "Leave these out, or profile the rows again with them."
        )


def writable(path: Path | None, endings: Sequence[str] = ()) -> None:
    """Refuse a path that cannot be written, before any work is done for it."""
    if path is None:
        return
    if endings and path.suffix.lower() not in endings:
        raise DataError(
            f"cannot tell the format of {str(path)!r}; expected a name ending in {' or '.join(endings)}."
        )
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder; expected the name of a file to write.")
    if not path.absolute().parent.is_dir():
        raise DataError(f"folder {str(path.parent)!r} does not exist; make it, or write somewhere else.")


def writable_folder(path: Path) -> None:
    """Refuse a folder that cannot be made, before any work is done for it."""
    if path.exists() and not path.is_dir():
        raise DataError(f"{str(path)!r} is a file; expected the name of a folder to write to.")


def division(text: str) -> str | tuple[str, ...]:
    """Read one `--by`: parts between commas outside brackets and quotes are intersected.

    Examples
    --------
    >>> division("country, coalesce(a, b)"), division("age > 30")
    (('country', 'coalesce(a, b)'), 'age > 30')
    """
    parts, depth, quote = [""], 0, ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "()[]":
            depth += 1 if char in "([" else -1
        elif char == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += char
    held = tuple(part.strip() for part in parts if part.strip())
    if not held:
        raise SchemaError(f"--by {text!r} names nothing; expected a column or an SQL expression.")
    return held[0] if len(held) == 1 else held


def _given(meaning: Meaning) -> list[str]:
    """Flags on the meaning of columns that were used."""
    held = [f.name for f in fields(meaning) if getattr(meaning, f.name) not in (None, [])]
    return [f"--{name.replace('_', '-')}" for name in held]


def _by_class(role: str, given: Sequence[str]) -> str | dict[str, str] | None:
    """One column; or, for several classes, the column of each class."""
    if not given:
        return None
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    return _pairs(f"--{role}", given)


def _pairs(flag: str, given: Sequence[str]) -> dict[str, Any]:
    """Read ``a=b`` words, each name once; `flag` is named where one is not."""
    several = _several(flag, given)
    for name, values in several.items():
        if len(values) > 1:
            raise SchemaError(f"{flag} names {name!r} twice; leave one of them out.")
    return {name: values[0] for name, values in several.items()}


def _several(flag: str, given: Sequence[str]) -> dict[str, list[str]]:
    """Read ``a=b`` words, a name as often as it is given."""
    found: dict[str, list[str]] = {}
    for word in given:
        left, sign, right = word.partition("=")
        if not (left and sign and right):
            raise SchemaError(f"{flag} {word!r} is not of the form name=value.")
        found.setdefault(left, []).append(right)
    return found
