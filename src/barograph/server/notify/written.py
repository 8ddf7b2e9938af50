"""What a channel writes of a letter, for those who want to read what was sent."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from barograph.server.notify.letter import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter as a receiver has it, without what the channel is reached with.

    Attributes
    ----------
    title : on its own, as of a mail's subject; empty where the service has none.
    text : as text, or as JSON where programs read it; empty where nothing more than that it was told is sent.
    html : the same as a document of its own; None where the channel sends none.
    """

    title: str
    text: str
    html: str | None = None


def as_mail(letter: Letter) -> Written:
    """Both parts of an e-mail; its chart is in the document, as an address that holds it.

    Examples
    --------
    >>> held = {"title": "income moved", "what": "It did."}
    >>> made = as_mail(Letter(kind="incident", document=held, project="bank", reason="new", incident_id=7))
    >>> made.title, made.html.startswith("<!doctype html>"), "It did." in made.text
    ('income moved', True, True)
    """
    from barograph.server.notify.render.html import html_text
    from barograph.server.notify.render.picture import picture
    from barograph.server.notify.render.text import full_text

    drawn, image = picture(letter), None
    if drawn is not None and drawn.is_shown:
        image = f"data:{drawn.media_type};base64,{base64.b64encode(drawn.content).decode()}"
    return Written(title=letter.title, text=full_text(letter), html=html_text(letter, image))
