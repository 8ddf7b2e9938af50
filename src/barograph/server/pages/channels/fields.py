"""The form of a channel: a field for all that is said of its kind, and what was typed read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import ValidationError

from barograph.server.notify.forms import MASK, masked_address
from barograph.server.notify.kinds import KINDS

Shape = Literal["line", "secret", "number", "choice", "lines", "pairs", "flag"]
#: By what pydantic calls an error, the word of what is wrong; else what it says itself.
_WRONG: Final[Mapping[str, str]] = {
    "missing": "missing", "string_too_short": "missing", "too_short": "missing", "int_parsing": "number",
    "float_parsing": "number", "greater_than_equal": "number", "less_than_equal": "number", "literal_error": "choice",
    "string_pattern_mismatch": "unreadable", "string_too_long": "long", "too_long": "long",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a field: a word that the page says as a sentence, or `said` as it is."""

    word: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelField:
    """One field.

    Attributes
    ----------
    value : as it stands in the form; empty of what is never shown.
    options : of a choice.
    kept : of a secret there is one that stays unless another is typed: what may be shown of it.
    """

    name: str
    shape: Shape
    value: str
    options: tuple[str, ...] = ()
    is_needed: bool = False
    kept: str = ""
    fault: Fault | None = None


def fields_of(
    kind: str,
    typed: Mapping[str, str],
    held: Mapping[str, Any],
    faults: Mapping[str, Fault],
) -> tuple[ChannelField, ...]:
    """The fields of a kind.

    Parameters
    ----------
    typed : by name, what somebody typed, which stays but for secrets; where nothing was sent, the fields show what is
        held, or is usual.
    held : what the channel is reached with so far; secrets of it are not shown.

    Examples
    --------
    >>> found = fields_of("webhook", {}, {"url": "https://e.org/s3cret", "secret_key": "s" * 16}, {})
    >>> [(each.name, each.shape, each.value, each.kept) for each in found]
    [('url', 'secret', '', 'https://e.org/••••'), ('secret_key', 'secret', '', '••••')]
    """
    form = KINDS[kind].form
    made = []
    for name, field in form.model_fields.items():
        shape, is_secret = shape_of(kind, name), name in form.secret or name in form.addresses
        now = held.get(name, None if field.is_required() else field.get_default(call_default_factory=True))
        kept = _shown(now, is_address=name in form.addresses) if is_secret and held.get(name) else ""
        value = (
            "" if is_secret or (now is None and not typed) else typed.get(name, "") if typed else _text(now)
        )
        made.append(
            ChannelField(
                name=name, shape=shape, value=value, kept=kept,
                options=get_args(field.annotation) if shape == "choice" else (),
                is_needed=field.is_required() and not kept, fault=faults.get(name),
            )
        )  # fmt: skip
    return tuple(made)


def shape_of(kind: str, name: str) -> Shape:
    """How a field is typed."""
    form = KINDS[kind].form
    annotation = form.model_fields[name].annotation
    origin = get_origin(annotation)
    if origin is Literal:
        return "choice"
    if origin is list:
        return "lines"
    if origin is dict:
        return "pairs"
    if annotation is bool:
        return "flag"
    if annotation in (int, float):
        return "number"
    return "secret" if name in form.secret or name in form.addresses else "line"


def config_typed(kind: str, typed: Mapping[str, str], held: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says a channel is reached with; a secret that was left empty stays as it is held.

    Examples
    --------
    >>> config_typed("sms", {"to": "+491, +492", "account": "a", "sender": "b"}, {"token": "t"})
    {'account': 'a', 'token': 't', 'sender': 'b', 'to': ['+491', '+492']}
    """
    form, made = KINDS[kind].form, dict[str, Any]()
    for name in form.model_fields:
        read = _read(shape_of(kind, name), typed.get(name))
        if read in (None, "", {}) and (name in form.secret or name in form.addresses):
            read = held.get(name)
        if read not in (None, ""):
            made[name] = read
    return made


def faults_of(kind: str, config: Mapping[str, Any]) -> dict[str, Fault]:
    """What is wrong with it, by field.

    Examples
    --------
    >>> faults_of("email", {"host": "mail", "sender": "b@e.org", "to": ["ann"]})
    {'to': Fault(word='unreadable', said='')}
    """
    try:
        KINDS[kind].form.model_validate(dict(config))
    except ValidationError as error:
        found: dict[str, Fault] = {}
        for each in error.errors(include_url=False, include_input=False, include_context=False):
            said = each["msg"].removeprefix("Value error, ")
            word = _WRONG.get(each["type"])
            fault = Fault(word="", said=f"{said}.") if word is None else Fault(word=word)
            found.setdefault(str(each["loc"][0]), fault)
        return found
    return {}


def _shown(value: Any, *, is_address: bool) -> str:
    return masked_address(value) if is_address else MASK


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {each}" for name, each in value.items())
    return "\n".join(str(each) for each in value) if isinstance(value, list | tuple) else f"{value}"


def _read(shape: Shape, text: str | None) -> Any:
    if shape == "flag":
        return text is not None
    if text is None:
        return None
    if shape == "lines":
        return [each for line in text.splitlines() for each in _parts(line.split(","))]
    if shape == "pairs":
        pairs = (line.partition(":") for line in text.splitlines() if line.strip())
        return {name.strip(): value.strip() for name, _, value in pairs}
    return text.strip()


def _parts(texts: Iterable[str]) -> list[str]:
    return [each.strip() for each in texts if each.strip()]
