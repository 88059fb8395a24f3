"""Dates and figures in words, with their hedges; and the numbers in a text. All words are in scripts/words/en.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import escape

from briefing.dates import EventDate, Point
from briefing.strict import read_text, read_yaml

if TYPE_CHECKING:
    from briefing.model import Bound

DATE_FORMS = ("day-month", "month", "year")  # the parts of a date that are printed, where not all are


class Piece(NamedTuple):
    """A stretch of text; `value` is what a machine reads for it, empty for mere words."""

    text: str
    value: str = ""


@cache
def words() -> Any:
    """The words of scripts/words/en.yml, by group."""
    text, _ = read_text(Path(__file__).parents[1], "words/en.yml")
    return read_yaml(text or "", "scripts/words/en.yml")[0]


def say(key: str, **values: Any) -> str:
    """The text under `key` ("dates.about") with `values` in it, escaped where one of them is markup."""
    group, name = key.split(".", 1)
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
        low, high = (Piece(number_in_words(count), str(count)) for count in figure.between)
        return _filled("hedges.between", low=low, high=high)
    number, value = ("", "") if figure.number is None else (number_in_words(figure.number), str(figure.number))
    return (Piece(say(f"hedges.{figure.bound}", number=number, words=figure.said), value),)


def date_in_words(date: EventDate | None, form: str | None = None) -> tuple[Piece, ...]:
    """A date in running text: "31 December 1999", "1999 and 2000", "not before 1 May 1999"; None is not given.

    `form`, one of DATE_FORMS, picks the parts. ValueError where they would not say the date.
    """
    points, parts = date.points if date else (), (form or "day-month-year").split("-")
    is_stated = points and all(getattr(point, part) for point in points for part in parts)
    if form and not (is_stated and ("year" in parts or len({point.year for point in points}) == 1)):
        raise ValueError(f'"{date or "not-given"}" can\'t be said by its {form} alone; leave out the form')
    if not date:
        return (Piece(say("dates.not_given")),)
    if not date.start or not date.end:
        return _filled("dates.not_before" if date.start else "dates.not_after", date=_point(points[0], parts))
    return _interval(date.start, date.end, form, parts) if date.start != date.end else (_point(date.start, parts),)


def in_words(value: Bound | EventDate | None) -> str:
    """A figure or a date in words alone; None is a date that is not given."""
    pieces = date_in_words(value) if value is None or isinstance(value, EventDate) else figure_in_words(value)
    return "".join(piece.text for piece in pieces)


def numbers_in(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """The words of `text` that say a number ("1,500", "٩", "twenty") or a month, each with its number or 0.

    Left out are words that only look like one: "no one", "Theresa May", "it may be".
    """
    known, word, others = _numbers()
    for match in word.finditer(others.sub(lambda other: other[1] or " " * len(other[0]), text)):
        if any(sign.isnumeric() for sign in match[0]):
            digits = match[0].replace(",", "")
            yield match, int(digits) if digits.isdecimal() else 0
        elif values := [known[part] for part in match[0].lower().split("-") if part in known]:
            yield match, sum(values)


def _filled(key: str, **pieces: Piece) -> tuple[Piece, ...]:
    """The text under `key` as pieces, those given in their places."""
    group, name = key.split(".", 1)
    parts = re.split(r"\{(\w+)\}", words()[group][name])
    return tuple(pieces.get(part) or Piece(part) for part in parts if part)


def _point(point: Point, parts: list[str], is_vague: bool = False) -> Piece:
    month = words()["months"][(point.month or 1) - 1]
    stated = "_".join(part for part in parts if getattr(point, part))
    shown = say(f"dates.{stated}", day=point.day, month=month, year=point.year)
    shown = say("dates.about", date=shown) if point.qualifier in ("~", "%") else shown
    shown = say("dates.uncertain", date=shown) if point.qualifier in ("?", "%") else shown
    return Piece(say("dates.some_time", date=shown) if is_vague else shown, point.plain)


def _interval(start: Point, end: Point, form: str | None, parts: list[str]) -> tuple[Piece, ...]:
    finest = max(len(start.plain), len(end.plain))
    first, last = (_point(each, parts, not form and len(each.plain) < finest) for each in (start, end))
    if first.text == last.text:
        return (Piece(first.text, first.value[: 4 if form == "year" else 7]),)
    is_even = start.precision == end.precision
    if not form and is_even and start.year == end.year and not start.qualifier + end.qualifier:
        first = _point(start, parts[:1] if start.month == end.month else parts[:2])
    are_neighbours = is_even and not start.day and end.first.toordinal() - start.last.toordinal() == 1
    return _filled("dates.neighbours" if are_neighbours else "dates.from_to", start=first, end=last)


@cache
def _numbers() -> tuple[dict[str, int], re.Pattern[str], re.Pattern[str]]:
    """The words that say a number or a month; what a word is; and phrases in which such a word counts nothing."""
    known = {word: int(number) for word, number in words()["number_words"].items()}
    word = rf"\d{{1,3}}(?:,\d{{3}})+(?!\d)|[^\W_]+(?:-(?:{'|'.join(words()['numbers'])})\b)?"
    others = "|".join(words()["not_numbers"]).replace(" ", "[ \n]")
    return known, re.compile(word, re.IGNORECASE), re.compile(others)
