"""The language that a page is written in."""

from __future__ import annotations

from barograph.errors import DataError, check_known


def known_language(code: str) -> str:
    """The code of a language there is; raises DataError for another.

    Examples
    --------
    >>> known_language("zh-CN")
    'zh-CN'
    """
    if code != "en":
        # Loaded for whoever asks for another language: it takes longer than all that compares.
        from barograph.locale.language import LANGUAGES

        check_known("language=", [("language", code, tuple(LANGUAGES))], DataError)
    return code
