"""Records as marks on scales, as numbers for templates: when each event was, and how many each figure counts.

A mark says no more than its record: a month is no day, and a floor has no upper end.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from briefing.dates import EventDate, Point
from briefing.records import Records
from briefing.wording import words

_ROOM = 1.35  # a scale of counts goes on beyond its highest number: a floor has no upper end
_HEDGES = {"about": {"~", "%"}, "uncertain": {"?", "%"}}  # the signs of EDTF that say each
_Span = tuple[Point, Point]  # from the beginning of the first to the end of the second


class Mark(NamedTuple):
    """An event on a scale, in per cent: `kind` is that of its date, or the bound of its figure.

    A date lies between `start` and `end`, and surely within `sure`; `hedges` are those of "about" and "uncertain"
    said of it. A figure is sure up to `start` and possible up to `end`.
    """

    event_id: str
    kind: str
    start: float
    end: float
    sure: tuple[float, float] = (0, 0)
    hedges: tuple[str, ...] = ()


class Scale(NamedTuple):
    """Marks that share ticks: those of a measure, or those of a time, by "days" or by "years"."""

    name: str
    ticks: tuple[tuple[float, str], ...]  # where each stands, in per cent, and its text
    marks: tuple[Mark, ...]
    span: EventDate | None = None
    detail: Mark | None = None  # where the scale of days lies on this one


def timeline(records: Records) -> tuple[Scale, ...]:
    """A scale for what is known to the month or year, and one for what is known to the day."""
    dates = _dates(records)
    fine = {event_id: date for event_id, date in dates.items() if {p.precision for p in date.points} == {"day"}}
    coarse = {event_id: date for event_id, date in dates.items() if event_id not in fine}
    scales = []
    if coarse:
        years = _span(dates, by_year=True)
        detail = _date_mark("", EventDate(*_span(fine)), years) if fine else None
        scales.append(_scale_of_time("years", coarse, years)._replace(detail=detail))
    if fine:
        scales.append(_scale_of_time("days", fine, _span(fine)))
    return tuple(scales)


def one_line(records: Records) -> Scale | None:
    """All that has a date on one scale, or None: by years where there are several, else by days."""
    dates = _dates(records)
    years = {point.year for date in dates.values() for point in date.points}
    return _scale_of_time("line", dates, _span(dates, by_year=len(years) > 1)) if dates else None


def counts(records: Records) -> tuple[Scale, ...]:
    """A scale for each measure: different measures never share one, and nothing is added up."""
    scales = (_scale_of_counts(measure, records) for measure in records.measures)
    return tuple(scale for scale in scales if scale.marks)


def _scale_of_counts(measure: str, records: Records) -> Scale:
    figures = {event_id: figure for event_id, of, figure in records.figures() if of == measure}
    numbers = [n for figure in figures.values() for n in (figure.number, *figure.limits) if n is not None]
    reach = _ROOM * (max(numbers, default=0) or 1)
    ticks = tuple((_per_cent(n, reach), f"{n:,}") for n in range(0, int(reach * 0.95) + 1, _step(reach, 5)))
    marks = []
    for event_id, figure in figures.items():
        low, high = figure.limits
        end = reach if low is not None and high is None else high or figure.number or 0
        marks.append(Mark(event_id, figure.bound, _per_cent(low or 0, reach), _per_cent(end, reach)))
    return Scale(measure, ticks if numbers else (), tuple(marks))  # in words alone, counts have no scale


def _dates(records: Records) -> dict[str, EventDate]:
    return {event_id: event.date for event_id, event in records.events.items() if event.date}


def _span(dates: Mapping[str, EventDate], by_year: bool = False) -> _Span:
    """The months, or years, that hold all of `dates`."""
    points = [point for date in dates.values() for point in date.points]
    first, last = min(point.first for point in points), max(point.last for point in points)
    if by_year:
        return Point(first.year), Point(last.year)
    return Point(first.year, first.month), Point(last.year, last.month)


def _scale_of_time(name: str, dates: Mapping[str, EventDate], span: _Span) -> Scale:
    marks = (_date_mark(event_id, date, span) for event_id, date in dates.items())
    return Scale(name, _ticks(span), tuple(marks), EventDate(*span))


def _date_mark(event_id: str, date: EventDate, span: _Span) -> Mark:
    signs = {point.qualifier for point in date.points}
    hedges = tuple(word for word, said in _HEDGES.items() if said & signs)
    start = _share(date.start.first, span) if date.start else 0.0
    end = _share(date.end.last, span, 1) if date.end else 100.0
    kind, sure = "through", (start, end)
    if not (date.start and date.end):
        kind = "open" if date.start else "until"
    elif date.start == date.end:
        kind = "day" if date.start.precision == "day" else "within"
    elif len(date.start.plain) < len(date.end.plain):  # it began at some time within the stretch that `start` is
        kind, sure = "loosely", (min(_share(date.start.last, span, 1), end), end)
    elif len(date.start.plain) > len(date.end.plain):
        kind, sure = "loosely", (start, max(start, _share(date.end.first, span)))
    return Mark(event_id, kind, start, end, sure, hedges)


def _share(day: datetime.date, span: _Span, days: int = 0) -> float:
    """Where the beginning of `day`, or so many `days` later, lies on `span`, in per cent."""
    first, last = span[0].first, span[1].last
    return _per_cent((day - first).days + days, (last - first).days + 1)


def _per_cent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2)


def _step(reach: float, most: int) -> int:
    """A round number that lies in `reach` no more than `most` times."""
    steps: Iterator[int] = (number * 10**power for power in itertools.count() for number in (1, 2, 5))
    return next(step for step in steps if reach / step <= most)


def _ticks(span: _Span) -> tuple[tuple[float, str], ...]:
    """Weeks, months, quarters or years: as fine as leaves six or so, which a phone has room for."""
    first, last = span[0].first, span[1].last
    length, years = (last - first).days, range(first.year, last.year + 1)
    if length <= 62:
        days = [first + datetime.timedelta(week) for week in range(0, length + 1, 7 if length <= 31 else 14)]
        form = "{0.day} {1}"
    elif length <= 585:
        months = range(1, 13, 1 if length <= 195 else 3)
        days, form = [datetime.date(year, month, 1) for year in years for month in months], "{1} {0.year}"
    else:
        step = _step(len(years), 6)
        days, form = [datetime.date(year, 1, 1) for year in years if year % step == 0], "{0.year}"
    names = words()["drawings"]["months"]
    return tuple((_share(day, span), form.format(day, names[day.month - 1])) for day in days if first <= day <= last)
