"""Dates and figures in words, with their hedges.

Words come as pieces, so that a template can mark up each value: a piece has a text and, where
it stands for a value, that value as a machine reads it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from typing import NamedTuple

from briefing.dates import EventDate, Point
from briefing.model import Bound

NUMBER_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_HEDGES = {"exactly": "", "at_least": "at least ", "at_most": "at most ", "about": "about "}

# A date's form -> the parts of it that are printed. `None` is the date as it stands.
DATE_FORMS: dict[str | None, tuple[str, ...]] = {
    None: ("day", "month", "year"),
    "day-month": ("day", "month"),
    "month": ("month",),
    "year": ("year",),
}


_MORE_NUMBERS = """
zero ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty
seventy eighty ninety hundred hundreds thousand thousands million millions billion billions dozen dozens
"""
_NUMBERS = {*NUMBER_WORDS[1:], *_MORE_NUMBERS.split()}
_MONTHS = {*calendar.month_name[1:], *calendar.month_abbr[1:], "Sept"}


class Piece(NamedTuple):
    """A stretch of text; `value` is what a machine reads for it, empty for mere words."""

    text: str
    value: str = ""


def numbers_in(text: str) -> Iterator[re.Match[str]]:
    """The words of `text` that say a number or a month: a digit of any script, "twenty", "March" (not "march")."""
    for match in re.finditer(r"[^\W_]+", text):
        word = match[0]
        is_month = word.capitalize() in _MONTHS and word not in ("may", "march")
        if is_month or word.lower() in _NUMBERS or any(sign.isnumeric() for sign in word):
            yield match


def number_in_words(number: int) -> str:
    """`number` as running text has it: below ten in words, thousands grouped ("1,500")."""
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else f"{number:,}"


def figure_in_words(figure: Bound) -> tuple[Piece, ...]:
    """A figure with its hedge: "nine", "at least 20", "between 20 and 25"."""
    if figure.between:
        low, high = (Piece(number_in_words(n), str(n)) for n in figure.between)
        return Piece("between "), low, Piece(" and "), high
    number = figure.number
    return (Piece(_HEDGES[figure.bound] + number_in_words(number), str(number)),)


def date_in_words(date: EventDate, form: str | None = None) -> tuple[Piece, ...]:
    """A date in running text: "31 December 1999", "1999 and 2000", "not before 1 May 1999".

    `form` picks the parts (see DATE_FORMS). ValueError where the date does not state one of them.
    """
    parts = DATE_FORMS[form]
    for point in filter(None, (date.start, date.end)):
        if form and not all(getattr(point, part) for part in parts):
            raise ValueError(f'"{point}" states no {"day" if point.month else "month"}')
    start = Piece(_point_in_words(date.start, parts), str(date.start))
    if not date.is_interval:
        return (start,)
    if date.end is None:
        return Piece("not before "), start
    if form and start.text == _point_in_words(date.end, parts):
        if form != "year" and date.start.year != date.end.year:
            raise ValueError(f'"{date}" lasts longer than a year, which its {form} would not say')
        return (Piece(start.text, start.value[: 4 if form == "year" else 7]),)
    shared = () if form else _shared_end(date.start, date.end)
    start = Piece(_point_in_words(date.start, tuple(p for p in parts if p not in shared)), start.value)
    end = Piece(_point_in_words(date.end, parts), str(date.end))
    return start, Piece(" and " if _adjacent(date.start, date.end) else " to "), end


def _point_in_words(point: Point, parts: tuple[str, ...]) -> str:
    words = {
        "day": str(point.day or ""),
        "month": calendar.month_name[point.month] if point.month else "",
        "year": str(point.year),
    }
    return " ".join(words[part] for part in parts if words[part])


def _shared_end(start: Point, end: Point) -> tuple[str, ...]:
    """The parts the first of two dates need not repeat: the year of "1 to 9 May 1999"."""
    if start.year != end.year or start.precision != end.precision or start.precision == "year":
        return ()
    return ("month", "year") if start.precision == "day" and start.month == end.month else ("year",)


def _adjacent(start: Point, end: Point) -> bool:
    """Two neighbouring years or months, which English joins with "and"."""
    if start.precision == end.precision == "year":
        return end.year - start.year == 1
    if start.precision == end.precision == "month":
        return (end.year - start.year) * 12 + (end.month or 0) - (start.month or 0) == 1
    return False
