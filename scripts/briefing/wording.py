"""Dates and figures in words, with their hedges; and the numbers in a text.

All words stand in scripts/words/en.yml. They come as pieces, so that a template can mark up each value: a piece has
a text and, where it stands for a value, that value as a machine reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

from markupsafe import escape

from briefing.dates import EventDate, Point
from briefing.fields import NOT_GIVEN
from briefing.model import Bound
from briefing.strict import read_text, read_yaml

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
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(text).format(**values)
    return text.format(**values)


def number_in_words(number: int) -> str:
    """`number` as running text has it: below ten in words, thousands grouped ("1,500")."""
    small: list[str] = words()["numbers"]
    return small[number] if number < len(small) else f"{number:,}"


def figure_in_words(figure: Bound) -> tuple[Piece, ...]:
    """A figure with its hedge: "nine", "at least 20", "between 20 and 25", "dozens"."""
    key = f"hedges.{figure.bound}"
    if figure.between:
        low, high = (Piece(number_in_words(n), str(n)) for n in figure.between)
        return _filled(key, low=low, high=high)
    if figure.number is None:
        return (Piece(say(key, words=figure.said)),)
    return (Piece(say(key, number=number_in_words(figure.number)), str(figure.number)),)


def date_in_words(date: EventDate | None, form: str | None = None) -> tuple[Piece, ...]:
    """A date in running text: "31 December 1999", "1999 and 2000", "not before 1 May 1999".

    `form` picks the parts (see DATE_FORMS). ValueError where the date does not state one of them.
    """
    if not date:
        if form:
            raise ValueError("the date is not given")
        return (Piece(say("dates.not_given")),)
    for point in date.points if form else ():
        if missing := next((part for part in DATE_FORMS[form] if not getattr(point, part)), ""):
            raise ValueError(f'"{point}" states no {missing}')
    if not date.start or not date.end:
        return _filled("dates.not_before" if date.start else "dates.not_after", date=_point(date.points[0], form))
    if not date.is_interval:
        return (_point(date.start, form),)
    return _interval(date.start, date.end, form)


def in_words(value: Bound | EventDate | None) -> str:
    """A figure or a date in words alone; None is a date that is not given."""
    pieces = figure_in_words(value) if isinstance(value, Bound) else date_in_words(value)
    return "".join(piece.text for piece in pieces)


def numbers_in(text: str) -> Iterator[re.Match[str]]:
    """The words of `text` that say a number or a month: a digit of any script, "twenty", "March" (not "march").

    Left out are words that only look like one: "no one", "Theresa May", "it may be".
    """
    hidden = [match.span() for match in _not_numbers().finditer(text)]
    for match in _word().finditer(text):
        inside = any(start <= match.start() < end for start, end in hidden)
        if not inside and (number_of(match[0]) is not None or _is_month(match, text)):
            yield match


def number_of(word: str) -> int | None:
    """The number that a word of `numbers_in` says; 0 where it only says that there were many, None where it says none."""
    word = word.lower()
    if word in words()["number_words"]["others"].split() or any(sign.isnumeric() for sign in word):
        digits = word.replace(",", "")
        return int(digits) if digits.isdecimal() else 0
    values = [_values()[part] for part in word.split("-") if part in _values()]
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
    shown = say(f"dates.{'_'.join(parts)}", **text) if len(parts) > 1 else text[parts[0]]
    shown = say("dates.about", date=shown) if point.is_about else shown
    return Piece(say("dates.uncertain", date=shown) if point.is_uncertain else shown, point.plain)


def _interval(start: Point, end: Point, form: str | None) -> tuple[Piece, ...]:
    first, last = _point(start, form), _point(end, form)
    if form and first.text == last.text:
        if form != "year" and start.year != end.year:
            raise ValueError(f'"{start}/{end}" lasts longer than a year, which its {form} would not say')
        return (Piece(first.text, first.value[: 4 if form == "year" else 7]),)
    same_precision = start.precision == end.precision
    if same_precision and not form and start.year == end.year and not (start.qualifier or end.qualifier):
        shared = ("month", "year") if start.day and start.month == end.month else ("year",)
        first = _point(start, form, shared)
    if not same_precision and not form:
        coarse = first if len(start.plain) < len(end.plain) else last
        vague = Piece(say("dates.some_time", date=coarse.text), coarse.value)
        first, last = (vague, last) if coarse is first else (first, vague)
    steps = (end.year - start.year) * 12 + (end.month or 0) - (start.month or 0)
    neighbours = same_precision and not start.day and steps == (1 if start.month else 12)
    return _filled("dates.neighbours" if neighbours else "dates.from_to", start=first, end=last)


def _is_month(match: re.Match[str], text: str) -> bool:
    word, known = match[0].capitalize(), words()
    if word not in (*known["months"], *known["months_in_short"]) or (match[0].islower() and word not in known["months"]):
        return False
    if word not in known["months_or_names"]:
        return True
    before = re.search(r"(\w+)\.? $", text[: match.start()])
    after = re.match(r" (\w+)", text[match.end() :])
    beside = [found[1] for found in (before, after) if found]
    is_name = any(w[0].isupper() and w not in known["before_months"] and w not in known["months"] for w in beside)
    return not match[0].islower() and not (is_name and not (before and before[1] in known["before_months"]))


@cache
def _values() -> dict[str, int]:
    spelled = {word: int(value) for word, value in words()["number_words"].items() if value.isdecimal()}
    return {word: number for number, word in enumerate(words()["numbers"]) if number} | spelled


@cache
def _word() -> re.Pattern[str]:
    tens, units = ("|".join(w for w, n in _values().items() if n in known) for known in (range(20, 91), range(1, 10)))
    return re.compile(rf"\d{{1,3}}(?:,\d{{3}})+(?!\d)|\b(?:{tens})-(?:{units})\b|[^\W_]+", re.IGNORECASE)


@cache
def _not_numbers() -> re.Pattern[str]:
    phrases = "|".join(map(re.escape, words()["not_numbers"]))
    return re.compile(rf"\b(?:{phrases.replace(chr(39), '[’' + chr(39) + ']')})(?!\w)", re.IGNORECASE)
