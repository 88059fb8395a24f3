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
    is_stated = points and all(part in point.parts for point in points for part in parts)
    if form and not (is_stated and ("year" in parts or len({point.parts["year"] for point in points}) == 1)):
        raise ValueError(f'"{date or "not-given"}" can\'t be said by its {form} alone; leave out the form')
    if not date:
        return (Piece(say("dates.not_given")),)
    start, end = date.start, date.end
    if not start or not end:
        return _filled("dates.not_before" if start else "dates.not_after", date=_point(points[0], parts))
    # a point is taken as an interval from itself to itself
    finest = max(len(start.plain), len(end.plain))
    first, last = (
        _point(each, parts, parts[0] not in each.parts and len(each.plain) < finest) for each in (start, end)
    )
    if first.text == last.text:
        return (first if start == end else Piece(first.text, start.parts[parts[0]]),)
    is_even = start.parts.keys() == end.parts.keys()
    if is_even and not start.qualifier + end.qualifier:
        first = _point(start, [part for part in parts if start.parts.get(part) != end.parts.get(part)])
    are_neighbours = is_even and "day" not in start.parts and (end.first - start.last).days == 1
    return _filled("dates.neighbours" if are_neighbours else "dates.from_to", start=first, end=last)


def in_words(value: Bound | EventDate | None) -> str:
    """A figure or a date in words alone; None is a date that is not given."""
    pieces = date_in_words(value) if value is None or isinstance(value, EventDate) else figure_in_words(value)
    return "".join(piece.text for piece in pieces)


def numbers_in(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """The words of `text` that say a number ("1,500", "٩", "twenty") or a month, each with its number or 0.

    Left out are words that only look like one: "no one", "Theresa May", "it may be".
    """
    known, small = words()["number_words"], "|".join(words()["numbers"])
    other = "|".join(words()["not_numbers"]).replace(" ", "[ \n]")
    text = re.sub(other, lambda found: found[1] or " " * len(found[0]), text)
    for match in re.finditer(rf"(?i)\d{{1,3}}(?:,\d{{3}})+(?!\d)|[^\W_]+(?:-(?:{small})\b)?", text):
        if any(sign.isnumeric() for sign in match[0]):
            digits = match[0].replace(",", "")
            yield match, int(digits) if digits.isdecimal() else 0
        elif values := [int(known[part]) for part in match[0].lower().split("-") if part in known]:
            yield match, sum(values)


def _filled(key: str, **pieces: Piece) -> tuple[Piece, ...]:
    """The text under `key` as pieces, those given in their places."""
    group, name = key.split(".", 1)
    parts = re.split(r"\{(\w+)\}", words()[group][name])
    return tuple(pieces.get(part) or Piece(part) for part in parts if part)


def _point(point: Point, parts: list[str], is_vague: bool = False) -> Piece:
    stated, first = "_".join(part for part in parts if part in point.parts), point.first
    shown = say(f"dates.{stated}", day=first.day, month=words()["months"][first.month - 1], year=first.year)
    shown = say("dates.about", date=shown) if point.qualifier in ("~", "%") else shown
    shown = say("dates.uncertain", date=shown) if point.qualifier in ("?", "%") else shown
    return Piece(say("dates.some_time", date=shown) if is_vague else shown, point.plain)
