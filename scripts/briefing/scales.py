"""Scales with ticks, as numbers for templates: of what each measure counts, and of when each event was."""

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from briefing.dates import EventDate, Point
from briefing.records import Records
from briefing.wording import words

_ROOM = 1.35  # a scale of counts goes on beyond its highest number: a floor has no upper end
_HEDGES = {"about": {"~", "%"}, "uncertain": {"?", "%"}}  # the signs of EDTF that say each
_ROUND = [number * 10**power for power in range(10) for number in (1, 2, 5)]
_TICKS = [  # on which days of every how many months, and what they say
    ([1, 8, 15, 22], 1, "{0.day} {1}"),
    ([1, 15], 1, "{0.day} {1}"),
    ([1], 1, "{1} {0.year}"),
    ([1], 3, "{1} {0.year}"),
    *(([1], 12 * years, "{0.year}") for years in _ROUND),
]


class Mark(NamedTuple):
    """A date on a scale: from `start` to `end`, and surely within `sure`; a month is no day, and of another `kind`."""

    kind: str
    start: float
    end: float
    sure: tuple[float, float]
    hedges: list[str]


class Scale(NamedTuple):
    """A scale of a measure, with the figures of `events`, or of time, in days, with the marks of their dates."""

    name: str
    start: float
    end: float
    ticks: Sequence[tuple[float, str]]
    events: Mapping[str, Any]
    span: EventDate | None = None

    def at(self, number: float) -> float:
        """Where `number` stands on the scale, in per cent."""
        share = (number - self.start) / (self.end - self.start)
        return round(100 * min(max(share, 0), 1), 2)


def counts(records: Records) -> list[Scale]:
    """A scale for each measure: different measures never share one, and nothing is added up."""
    scales = []
    for measure in records.measures:
        figures = {event_id: figure for event_id, of, figure in records.figures() if of == measure}
        numbers = [n for figure in figures.values() for n in (figure.number, *figure.limits) if n is not None]
        most = _ROOM * max([1, *numbers])
        step = next(step for step in _ROUND if most / step <= 5)
        ticks = [(n, f"{n:,}") for n in range(0, int(most * 0.95) + 1, step) if numbers]
        scales += [Scale(measure, 0, most, ticks, figures)] if figures else []
    return scales


def timeline(records: Records, apart: bool = True) -> list[Scale]:
    """A scale by years, or by days if all dates are; and if set `apart`, the days among years have one of their own."""
    dates = {event_id: event.date for event_id, event in records.events.items() if event.date}
    days = {event_id: date for event_id, date in dates.items() if apart and date.precision == "day"}
    years = {event_id: date for event_id, date in dates.items() if event_id not in days}
    return [_scale_of_time(shown, among) for shown, among in ((years, dates), (days, days)) if shown]


def _scale_of_time(dates: dict[str, EventDate], among: dict[str, EventDate]) -> Scale:
    """A scale of `dates` that holds all those `among` which they are, from the first month or year to the last."""
    points = [point for date in among.values() for point in date.points]
    name = "days" if all(date.precision == "day" for date in among.values()) else "years"
    ends = min(point.first for point in points), max(point.last for point in points)
    start, end = (Point(str(day)[: 7 if name == "days" else 4]) for day in ends)
    marks = {event_id: _mark(date) for event_id, date in dates.items()}
    return Scale(name, _days(start)[0], _days(end)[1], _ticks(start.first, end.last), marks, EventDate(start, end))


def _mark(date: EventDate) -> Mark:
    start, begun = _days(date.start) if date.start else (0, 0)
    ending, end = _days(date.end) if date.end else (math.inf, math.inf)
    kind, sure = "through", (start, end)
    if not (date.start and date.end):
        kind = "open" if date.start else "until"
    elif date.start == date.end:
        kind = "day" if date.precision == "day" else "within"
    elif len(date.start.plain) < len(date.end.plain):  # it began at some time within the stretch that `start` is
        kind, sure = "loosely", (min(begun, end), end)
    elif len(date.start.plain) > len(date.end.plain):
        kind, sure = "loosely", (start, max(start, ending))
    signs = {point.qualifier for point in date.points}
    return Mark(kind, start, end, sure, [hedge for hedge, said in _HEDGES.items() if said & signs])


def _days(point: Point) -> tuple[float, float]:
    return point.first.toordinal(), point.last.toordinal() + 1


def _ticks(first: datetime.date, last: datetime.date) -> list[tuple[float, str]]:
    """The finest ticks of which there are six at most, which a phone has room for."""
    months, names = range(12 * first.year + first.month - 1, 12 * last.year + last.month), words()["drawings"]["months"]
    for days, step, form in _TICKS:
        dates = [datetime.date(n // 12, n % 12 + 1, day) for n in months if n % step == 0 for day in days]
        if len(dates) <= 6:
            return [(date.toordinal(), form.format(date, names[date.month - 1])) for date in dates]
    return []
