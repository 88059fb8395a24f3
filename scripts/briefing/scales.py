"""Records as marks on scales, as numbers for templates: when each event was, and how many each figure counts.

A mark says no more than its record: a month is no day, and a floor has no upper end.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from briefing.dataset import Dataset
from briefing.dates import EventDate, Point
from briefing.model import Figure

_ROOM = 1.35  # a scale of counts goes on beyond its highest number: a floor has no upper end
_Span = tuple[Point, Point]  # from the beginning of the first to the end of the second


class Mark(NamedTuple):
    """An event on a scale, in per cent: `kind` is that of its date, or the bound of its figure.

    A date lies between `start` and `end`; a figure is sure up to `start` and possible up to `end`.
    """

    event_id: str
    kind: str
    start: float
    end: float


class Scale(NamedTuple):
    """Marks that share ticks: those of a measure, or those of a time, by "days" or by "years"."""

    name: str
    ticks: tuple[tuple[float, str], ...]  # where each stands, in per cent, and its text
    marks: tuple[Mark, ...]
    span: EventDate | None = None
    detail: Mark | None = None  # where the scale of days lies on this one


def timeline(dataset: Dataset) -> tuple[Scale, ...]:
    """A scale for what is known to the month or year, and one for what is known to the day."""
    dates = {event_id: event.date for event_id, event in dataset.events.items()}
    fine = {event_id: date for event_id, date in dates.items() if date.start.precision == "day"}
    coarse = {event_id: date for event_id, date in dates.items() if event_id not in fine}
    scales = []
    if coarse:
        years = _span(dates.values(), by="year")
        detail = _date_mark("", EventDate(*_span(fine.values(), by="month")), years) if fine else None
        scales.append(_scale_of_time("years", coarse, years, detail))
    if fine:
        scales.append(_scale_of_time("days", fine, _span(fine.values(), by="month")))
    return tuple(scales)


def counts(dataset: Dataset) -> tuple[Scale, ...]:
    """A scale for each measure: different measures never share one, and nothing is added up."""
    by_measure: dict[str, dict[str, Figure]] = {}
    for event_id, measure, figure in dataset.figures():
        by_measure.setdefault(measure, {})[event_id] = figure
    return tuple(_scale_of_counts(measure, figures) for measure, figures in by_measure.items())


def _scale_of_counts(measure: str, figures: Mapping[str, Figure]) -> Scale:
    reach = _ROOM * max(limit or 1 for figure in figures.values() for limit in figure.limits)
    step = next(n * 10**power for power in range(10) for n in (1, 2, 5) if reach / (n * 10**power) <= 5)
    ticks = tuple((_per_cent(n, reach), f"{n:,}") for n in range(0, int(reach) + 1, step))
    marks = []
    for event_id, figure in figures.items():
        low, high = figure.limits
        end = _per_cent(reach if high is None else high, reach)
        marks.append(Mark(event_id, figure.bound, _per_cent(low or 0, reach), end))
    return Scale(measure, ticks, tuple(marks))


def _scale_of_time(name: str, dates: Mapping[str, EventDate], span: _Span, detail: Mark | None = None) -> Scale:
    marks = (_date_mark(event_id, date, span) for event_id, date in dates.items())
    return Scale(name, _ticks(span), tuple(marks), EventDate(*span), detail)


def _span(dates: Iterable[EventDate], by: str) -> _Span:
    """The months, or years, that hold all of `dates`."""
    days = [day for date in dates for day in (date.first, date.last) if day]
    first, last = min(days), max(days)
    if by == "year":
        return Point(first.year), Point(last.year)
    return Point(first.year, first.month), Point(last.year, last.month)


def _date_mark(event_id: str, date: EventDate, span: _Span) -> Mark:
    kind = "day" if date.start.precision == "day" else "within"
    if date.is_interval:
        kind = "through" if date.end else "open"
    end = _share(date.last, span, 1) if date.last else 100.0
    return Mark(event_id, kind, _share(date.first, span), end)


def _share(day: datetime.date, span: _Span, days: int = 0) -> float:
    """Where the beginning of `day`, or so many `days` later, lies on `span`, in per cent."""
    first, last = span[0].first, span[1].last
    return _per_cent((day - first).days + days, (last - first).days + 1)


def _per_cent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2)


def _ticks(span: _Span) -> tuple[tuple[float, str], ...]:
    """Weeks, months or years from January on: as fine as leaves six or so, which a phone has room for."""
    first, last = span[0].first, span[1].last
    length = (last - first).days
    if length <= 40:
        days, form = [first + datetime.timedelta(number) for number in range(0, length + 1, 7)], "{0.day} {0:%b}"
    else:
        step = next(months for months in (1, 3, 12, 60, 240, 1200, 12000, 24000) if length / 30 / months <= 6.5)
        start = first.year * 12 + (first.month - 1 if step < 12 else 0)
        months = range(start, last.year * 12 + last.month, step)
        days = [datetime.date(month // 12, month % 12 + 1, 1) for month in months]
        form = "{0.year}" if step >= 12 else "{0:%b} {0.year}"
    return tuple((_share(day, span), form.format(day)) for day in days if day >= first)
