"""Forms whose fields are not known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import Request

#: Every text of each name, in the order in which it was sent.
TextsSent = Mapping[str, list[str]]
#: Some for each column of a file.
_MOST_FIELDS: Final = 5_000


async def texts_sent(request: Request) -> TextsSent:
    """Every text of the form, by name, as a dependency."""
    form = await request.form(max_fields=_MOST_FIELDS)
    return {name: [each for each in form.getlist(name) if isinstance(each, str)] for name in form}
