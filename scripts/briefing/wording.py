"""Dates and figures in words, with their hedges; and the numbers in a text. All words are in scripts/words/en.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import escape

from briefing.dates import EventDate, Point
from briefing.strict import read_text, read_yaml

if TYPE_CHECKING:
    from briefing.model import Bound

# A date's form -> the parts of it that are printed. `None` is the date as it stands.
DATE_FORMS: dict[str | None, tuple[str, ...]] = {
    None: ("day", "month", "year"),
    "day-month": ("day", "month"),
    "month": ("month",),
    "year": ("year",),
}


class Piece(NamedTuple):
    """A stretch of text; `value` is what a machine reads for it, empty for mere words."""

    text: str
    value: str = ""


@cache
def words() -> dict[str, Any]:
    """The words of scripts/words/en.yml, by group."""
    text, _ = read_text(Path(__file__).parents[1], "words/en.yml")
    groups: dict[str, Any] = read_yaml(text or "", "scripts/words/en.yml")[0]
    return groups


def say(key: str, **values: Any) -> str:
    """The text under `key` ("dates.about") with `values` in it, escaped where one of them is markup."""
    group, _, name = key.partition(".")
    text: str = words()[group][name]
    is_markup = any(hasattr(value, "__html__") for value in values.values())
    return (escape(text) if is_markup else text).format(**values)


def number_in_words(number: int) -> str:
    """`number` as running text has it: below ten in words, thousands grouped ("1,500")."""
    small: list[str] = words()["numbers"]
    return small[number] if number < len(small) else f"{number:,}"


def figure_in_words(figure: Bound) -> tuple[Piece, ...]:
    """A figure with its hedge: "nine", "at least 20", "between 20 and 25", "dozens"."""
    if figure.between:
        low, high = (Piece(number_in_words(n), str(n)) for n in figure.between)
        return _filled("hedges.between", low=low, high=high)
    number = "" if figure.number is None else number_in_words(figure.number)
    text = say(f"hedges.{figure.bound}", number=number, words=figure.said)
    return (Piece(text, "" if figure.number is None else str(figure.number)),)


def date_in_words(date: EventDate | None, form: str | None = None) -> tuple[Piece, ...]:
    """A date in running text: "31 December 1999", "1999 and 2000", "not before 1 May 1999"; None is not given.

    `form` picks the parts (see DATE_FORMS). ValueError where the date does not state one of them.
    """
    if not date:
        if form:
            raise ValueError("the date is not given")
        return (Piece(say("dates.not_given")),)
    for part in DATE_FORMS[form] if form else ():
        if not all(getattr(point, part) for point in date.points):
            raise ValueError(f'"{date}" states no {part}')
    if not date.start or not date.end:
        return _filled("dates.not_before" if date.start else "dates.not_after", date=_point(date.points[0], form))
    return _interval(date.start, date.end, form) if date.start != date.end else (_point(date.start, form),)


def in_words(value: Bound | EventDate | None) -> str:
    """A figure or a date in words alone; None is a date that is not given."""
    pieces = date_in_words(value) if value is None or isinstance(value, EventDate) else figure_in_words(value)
    return "".join(piece.text for piece in pieces)


def numbers_in(text: str) -> Iterator[re.Match[str]]:
    """The words of `text` that say a number or a month: a digit of any script, "twenty", "March" (not "march").

    Left out are words that only look like one: "no one", "Theresa May", "it may be".
    """
    hidden = {offset for match in _patterns()[1].finditer(text) for offset in range(*match.span())}
    for match in _patterns()[0].finditer(text):
        if match.start() not in hidden and (number_of(match[0]) is not None or _is_month(match, text)):
            yield match


def number_of(word: str) -> int | None:
    """The number that a word of `numbers_in` says, 0 for "dozens" and "G5", which say none; None for any other word."""
    if any(sign.isnumeric() for sign in word):
        digits = word.replace(",", "")
        return int(digits) if digits.isdecimal() else 0
    values = [_values()[part] for part in word.lower().split("-") if part in _values()]
    return sum(values) if values else None


def _filled(key: str, **pieces: Piece) -> tuple[Piece, ...]:
    """The text under `key` as pieces, those given in their places."""
    group, name = key.split(".")
    found: list[Piece] = []
    for text, place, _, _ in Formatter().parse(words()[group][name]):
        found += [Piece(text)] if text else []
        found += [pieces[place]] if place else []
    return tuple(found)


def _point(point: Point, form: str | None, left_out: tuple[str, ...] = ()) -> Piece:
    parts = [part for part in DATE_FORMS[form] if getattr(point, part) and part not in left_out]
    text = {"day": str(point.day), "month": words()["months"][(point.month or 1) - 1], "year": str(point.year)}
    shown = say(f"dates.{'_'.join(parts)}", **text)
    shown = say("dates.about", date=shown) if point.qualifier in ("~", "%") else shown
    return Piece(say("dates.uncertain", date=shown) if point.qualifier in ("?", "%") else shown, point.plain)


def _interval(start: Point, end: Point, form: str | None) -> tuple[Piece, ...]:
    first, last = _point(start, form), _point(end, form)
    if form and first.text == last.text:
        if form != "year" and start.year != end.year:
            raise ValueError(f'"{start}/{end}" lasts longer than a year, which its {form} would not say')
        return (Piece(first.text, first.value[: 4 if form == "year" else 7]),)
    if start.precision != end.precision and not form:
        coarse = min(first, last, key=lambda piece: len(piece.value))
        vague = coarse._replace(text=say("dates.some_time", date=coarse.text))
        first, last = (vague if piece is coarse else piece for piece in (first, last))
        return _filled("dates.from_to", start=first, end=last)
    if not form and start.year == end.year and not start.qualifier + end.qualifier:
        first = _point(start, form, ("month", "year") if start.day and start.month == end.month else ("year",))
    steps = (end.year - start.year) * 12 + (end.month or 0) - (start.month or 0)
    neighbours = not start.day and steps == (1 if start.month else 12)
    return _filled("dates.neighbours" if neighbours else "dates.from_to", start=first, end=last)


def _is_month(match: re.Match[str], text: str) -> bool:
    """Whether a word is a month, and no verb ("may") and no name ("Theresa May")."""
    known, word = words(), match[0].capitalize()
    if word not in known["months_or_names"]:
        return word in known["months"] or (word in known["months_in_short"] and not match[0].islower())
    before, after = re.search(r"(\w*)\.? ?$", text[: match.start()]), re.match(r" ?(\w*)", text[match.end() :])
    beside = [found[1] for found in (before, after) if found]
    if match[0].islower() or beside[0] in known["before_months"]:
        return not match[0].islower()
    return not any(name[:1].isupper() and name not in known["months"] for name in beside)


@cache
def _values() -> dict[str, int]:
    """The numbers that words say; 0 where they only say that there were many."""
    small = {word: number for number, word in enumerate(words()["numbers"]) if number}
    return small | {word: int(value) for word, value in words()["number_words"].items()}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A word or grouped number, and a phrase in which a number's word counts nothing."""
    tens, units = ("|".join(w for w, n in _values().items() if n in known) for known in (range(20, 91), range(1, 10)))
    phrases = "|".join(map(re.escape, words()["not_numbers"])).replace("'", "['’]")
    word = rf"\d{{1,3}}(?:,\d{{3}})+(?!\d)|\b(?:{tens})-(?:{units})\b|[^\W_]+"
    return re.compile(word, re.IGNORECASE), re.compile(rf"\b(?:{phrases})(?!\w)", re.IGNORECASE)
