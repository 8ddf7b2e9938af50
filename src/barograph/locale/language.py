"""Languages: words and sentences from catalogues, numbers, dates and spans of time as each writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, negotiate_locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent, parse_pattern

from barograph.locale.said import Said, dressed

#: By the code in addresses and cookies, the name each calls itself by.
LANGUAGES: Final = {"en": "English", "zh-CN": "简体中文"}
_LOCALES: Final = {"en": "en", "zh-CN": "zh_Hans_CN"}
#: Where a language's catalogues are, one a part of the product.
_FOLDERS: Final = {"zh-CN": "zh_CN"}
#: The catalogue of what pages say of themselves: short words, which mean other things in sentences.
_PAGES: Final = "pages.po"
#: What stands between the parts of a sentence, the longest first.
_BETWEEN: Final = {
    "zh-CN": {"; ": "；", ", ": "，", ": ": "：", ". ": "。", ".": "。", " (": "（", ")": "）", " ": ""}
}
#: The same of names and figures, which are no parts of a sentence.
_BETWEEN_NAMES: Final = {"zh-CN": {", ": "、"}}
#: Patterns of numbers, read once.
_NUMBER: Final = parse_pattern("#,##0.##########")
_COUNT: Final = parse_pattern("#,##0")
_PERCENT: Final = parse_pattern("#,##0%")
_FINE_PERCENT: Final = parse_pattern("#,##0.#%")
#: Numbers and times that are held as they were written: pages of a fleet write the same ones again and again.
_HELD: Final = 16_384
_MINUS: Final = "\u2212"
#: A span is told in a unit once it is two of them: 11 days, not 2 weeks.
_THRESHOLD: Final = 2.0
_MINUTE_US: Final = 60_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AFTER_MARK: Final = re.compile("([，；：。、]) ")
_HAN: Final = re.compile(r"[\u3000-\u9fff\uff01-\uff60]")
_PLACE: Final = re.compile(r"(\{\w+\})")
#: A Chinese letter and a Latin one, where a value and the text around it meet.
_MEETING: Final = re.compile(r"[\u4e00-\u9fff][A-Za-z]|[A-Za-z][\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language people are spoken to in.

    Attributes
    ----------
    code : as in `LANGUAGES`.
    words : translations by the English, of sentences first; what is not in it stays English.
    of_pages : the same, of the words of pages first; None where there are no pages.
    """

    code: str
    locale: Locale
    words: Catalog | None = field(repr=False)
    of_pages: Catalog | None = field(default=None, repr=False)

    def gettext(self, text: str) -> str:
        """A text of a page in this language; a sentence as it is said."""
        if isinstance(text, Said):
            return self.said(text)
        message = self._of_page(text)
        return text if message is None or not message.string else str(message.string)

    def said(self, text: str) -> str:
        """A sentence in this language; plain text, such as a name, as it is.

        Examples
        --------
        >>> from barograph.locale.said import say, together
        >>> language("en").said(say("{column} moved", column="temp"))
        'temp moved'
        """
        if not isinstance(text, Said) or self.words is None:
            return str(text)
        values = {name: self.said(value) for name, value in text.values.items()}
        found = self._found(text.template) or self._between(text)
        for name, value in text.values.items():
            if isinstance(value, Said):
                found = _closed_up(found, name, values[name])
        return _one_end(dressed(_filled(found, values), capital=None, most=text.most))

    def _between(self, text: Said) -> str:
        """A template with the marks between its parts as this language writes them; of words, it stays English."""
        pieces = _PLACE.split(text.template)
        marks = _BETWEEN[self.code]
        if not all(piece in marks or piece == "" for piece in pieces[::2]):
            return text.template
        if not any(isinstance(value, Said) for value in text.values.values()):
            marks = marks | _BETWEEN_NAMES[self.code]
        pieces[::2] = [marks.get(piece, "") for piece in pieces[::2]]
        return "".join(pieces)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """A text about a number of things."""
        message = self._of_page(one)
        if message is None or not message.string:
            return one if number == 1 else many
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        index = 0 if self.words is None or len(forms) == 1 else min(int(number != 1), len(forms) - 1)
        return str(forms[index])

    def number(self, value: float, *, digits: int = 3) -> str:
        """A number, to some significant digits.

        Examples
        --------
        >>> language("en").number(12345.6), language("en").number(0.012345)
        ('12,300', '0.0123')
        """
        return _number(value + 0.0, digits, self.locale)

    def count(self, value: int) -> str:
        """A whole number, every digit of it."""
        return _count(value, self.locale)

    def percent(self, share: float) -> str:
        """A share as per cent."""
        return _percent(share + 0.0, self.locale)

    def interval(self, ends: Sequence[float], *, percent: bool = False) -> str:
        """Both ends of an interval, as a report writes them: an ellipsis where a dash could be taken for a sign.

        Examples
        --------
        >>> language("en").interval((10.24, 12.81)), language("en").interval((-0.105, -0.0297))
        ('10.2–12.8', '−0.105…−0.0297')
        """
        low, high = map(self.percent if percent else self.number, ends)
        return f"{low}{'…' if ends[0] < 0 else '–'}{high}"

    def moment(self, time_us: int, timezone: str) -> str:
        """A time, in a time zone."""
        pattern = "d MMM y HH:mm" if self.code == "en" else "y-MM-dd HH:mm"
        return _moment(time_us // _MINUTE_US, timezone, pattern, self.locale)

    def day(self, moment: datetime) -> str:
        """A date."""
        return str(format_date(moment, "d MMM y" if self.code == "en" else "y-MM-dd", locale=self.locale))

    def ago(self, seconds: float) -> str:
        """How long ago, or in how long.

        Examples
        --------
        >>> language("en").ago(7200), language("zh-CN").ago(7200), language("en").ago(0.2)
        ('2 hours ago', '2小时前', '1 second ago')
        """
        # Babel tells of less than half a second that it is in 0 seconds.
        seconds = 1.0 if 0.0 <= seconds < 1.0 else seconds
        return _ago(_coarse(seconds), self.locale)

    def lasted(self, seconds: float) -> str:
        """A span of time."""
        return _lasted(_coarse(seconds), self.locale)

    def _of_page(self, text: str) -> Message | None:
        words = self.words if self.of_pages is None else self.of_pages
        return None if words is None else words.get(text)

    def _found(self, text: str) -> str | None:
        message = None if self.words is None else self.words.get(text)
        return None if message is None or not message.string else str(message.string)


@cache
def language(code: str) -> Language:
    """The language of a code; English for one there is not."""
    known = code if code in LANGUAGES else "en"
    locale = Locale.parse(_LOCALES[known])
    if known not in _FOLDERS:
        return Language(code=known, locale=locale, words=None)
    pages, *others = _catalogues(known)
    return Language(
        code=known, locale=locale, words=_joined(known, [*others, pages]), of_pages=_joined(known, [pages, *others])
    )  # fmt: skip


def chosen(*, own: str | None, cookie: str | None, accepted: str) -> Language:
    """The language of a request: what the person chose, else this browser, else what it accepts first.

    Parameters
    ----------
    accepted : the header `Accept-Language`.

    Examples
    --------
    >>> chosen(own=None, cookie=None, accepted="zh-CN,zh;q=0.9,en;q=0.5").code
    'zh-CN'
    """
    for code in (own, cookie):
        if code in LANGUAGES:
            return language(str(code))
    wanted = [part.split(";")[0].strip() for part in accepted.split(",")]
    wanted = ["zh-CN" if one.lower().startswith("zh") else one for one in wanted]
    return language(negotiate_locale(wanted, list(LANGUAGES), sep="-") or "en")


@lru_cache(maxsize=_HELD)
def _number(value: float, digits: int, locale: Locale) -> str:
    small = value and abs(value) < 10**digits
    rounded = float(f"{value:.{digits}g}") if small else round(value, -_extra(value, digits))
    return _signed(format_decimal(rounded, format=_NUMBER, locale=locale))


@lru_cache(maxsize=_HELD)
def _count(value: int, locale: Locale) -> str:
    return _signed(format_decimal(value, format=_COUNT, locale=locale))


@lru_cache(maxsize=_HELD)
def _percent(share: float, locale: Locale) -> str:
    pattern = _FINE_PERCENT if abs(share) < 0.0995 else _PERCENT
    return _signed(format_percent(share, format=pattern, locale=locale))


def _signed(text: str) -> str:
    """A figure with a minus sign, which is as wide as a digit, and no hyphen."""
    return text.replace("-", _MINUS)


@lru_cache(maxsize=_HELD)
def _moment(minute: int, timezone: str, pattern: str, locale: Locale) -> str:
    """The start of a minute, counted since 1970 in UTC."""
    at = (_EPOCH + timedelta(minutes=minute)).astimezone(ZoneInfo(timezone))
    return str(format_datetime(at, pattern, locale=locale))


@lru_cache(maxsize=_HELD)
def _ago(seconds: float, locale: Locale) -> str:
    ago = timedelta(seconds=-seconds)
    return str(format_timedelta(ago, add_direction=True, threshold=_THRESHOLD, locale=locale))


@lru_cache(maxsize=_HELD)
def _lasted(seconds: float, locale: Locale) -> str:
    span = timedelta(seconds=seconds)
    return str(format_timedelta(span, format="short", threshold=_THRESHOLD, locale=locale))


def _coarse(seconds: float) -> float:
    """The span to what is told of it: days to the hour, hours to the minute, so that few are to be written."""
    step = 3_600.0 if abs(seconds) >= 172_800.0 else 60.0 if abs(seconds) >= 7_200.0 else 1.0
    return round(seconds / step) * step


def _extra(value: float, digits: int) -> int:
    """Digits before the point that are not shown."""
    return max(len(str(int(abs(value)))) - digits, 0)


def _catalogues(code: str) -> list[Catalog]:
    """What each file translates, the words of pages first."""
    folder = resources.files("barograph.locale").joinpath(_FOLDERS[code])
    files = sorted(folder.iterdir(), key=lambda file: (file.name != _PAGES, file.name))
    return [read_po(BytesIO(file.read_bytes()), locale=_LOCALES[code]) for file in files]


def _joined(code: str, catalogues: list[Catalog]) -> Catalog:
    """One catalogue of several; of a text that several have, the first one's."""
    every = Catalog(locale=_LOCALES[code])
    for catalogue in catalogues:
        for message in catalogue:
            if message.id and every.get(message.id) is None:
                every.add(message.id, message.string)
    return every


def _closed_up(found: str, name: str, value: str) -> str:
    """A translation without the space beside a place where Chinese meets Chinese, which stands for names there."""
    place = re.escape(f"{{{name}}}")
    if _HAN.match(value[:1]):
        found = re.sub(f"(?<={_HAN.pattern}) (?={place})", "", found)
    if _HAN.match(value[-1:]):
        found = re.sub(f"(?<={place}) (?={_HAN.pattern})", "", found)
    return found


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its values; Latin letters are a space apart from the Chinese ones beside them."""
    if "{{" in template or "}}" in template:
        return template.format_map(values)
    text = ""
    for i, piece in enumerate(_PLACE.split(template)):
        part = values[piece[1:-1]] if i % 2 else piece
        text += f" {part}" if _MEETING.fullmatch(text[-1:] + part[:1]) else part
    return text


def _one_end(text: str) -> str:
    """A sentence within a sentence ends once, and nothing stands apart from the mark before it."""
    return _AFTER_MARK.sub(r"\1", text.replace("。。", "。"))
