"""Records as numbers for templates: where each mark of the timeline, the counts and the map stands.

A mark says no more than its record: a month is no day, a floor has no upper end, and no point is
given to an event, only to the town that it names.
"""

from __future__ import annotations

import calendar
import datetime
import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, reduce
from itertools import pairwise
from operator import and_
from typing import Any, NamedTuple

from briefing.dates import EventDate, Point
from briefing.model import Dataset, Figure, Outlines

_ROOM = 1.35  # a scale of counts goes on beyond its highest number: a floor has no upper end
_MARGIN = 0.15  # degrees around what a map shows


class Tick(NamedTuple):
    """A line of a scale, `at` so many per cent of its width."""

    at: float
    text: str


class Mark(NamedTuple):
    """An event on a scale, in per cent: `kind` is that of its date, or the bound of its figure.

    A date lies between `start` and `end`; a figure is sure up to `start` and possible up to `end`.
    """

    event_id: str
    kind: str
    start: float
    end: float


class Scale(NamedTuple):
    """Marks that share ticks: those of a measure, or those of a time, by days (`is_fine`) or by years."""

    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    measure: str = ""
    span: EventDate | None = None
    is_fine: bool = False
    detail: Mark | None = None  # where the scale of days lies on this one


class Outline(NamedTuple):
    """A line or area of a map as the `d` of an SVG path; `label` is where its name stands, if anywhere."""

    kind: str
    name: str
    path: str
    shaded: bool
    label: tuple[int, int] | None


class Town(NamedTuple):
    """A town on a map; `relation` is how events stand to it ("in", "near"), empty for mere orientation."""

    name: str
    x: int
    y: int
    relation: str = ""


class Map(NamedTuple):
    """What a map shows, in units of its own, `width` by `height`."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    towns: tuple[Town, ...]


class _Sheet(NamedTuple):
    """A map without events; `project` puts degrees east and north on it."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    towns: tuple[Town, ...]
    project: Callable[[float, float], tuple[int, int]]


def timeline(dataset: Dataset) -> tuple[Scale, ...]:
    """A scale for what is known to the month or year, and one for what is known to the day."""
    dates = {event_id: event.date for event_id, event in dataset.events.items()}
    fine = {event_id: date for event_id, date in dates.items() if date.start.precision == "day"}
    coarse = {event_id: date for event_id, date in dates.items() if event_id not in fine}
    if not dates:
        return ()
    scales, detail = [], None
    first, last = _reach(dates)
    years = EventDate(Point(first.year), Point(last.year))
    if fine:
        first, last = _reach(fine)
        months = EventDate(Point(first.year, first.month), Point(last.year, last.month))
        scales.append(Scale(tuple(_ticks(months)), _date_marks(fine, months), span=months, is_fine=True))
        (detail,) = _date_marks({"": months}, years)
    if coarse:
        scales.insert(0, Scale(tuple(_ticks(years)), _date_marks(coarse, years), span=years, detail=detail))
    return tuple(scales)


def counts(dataset: Dataset) -> tuple[Scale, ...]:
    """A scale for each measure: different measures never share one, and nothing is added up."""
    scales = []
    for measure in dict.fromkeys(measure for _, measure, _ in dataset.figures()):
        figures = {event_id: figure for event_id, name, figure in dataset.figures() if name == measure}
        ranges = {event_id: _range(figure) for event_id, figure in figures.items()}
        reach = _ROOM * max(n for both in ranges.values() for n in (*both, 1) if n < math.inf)
        step = next(n * 10**power for power in range(10) for n in (1, 2, 5) if reach / (n * 10**power) <= 5)
        ticks = (Tick(round(100 * n / reach, 2), f"{n:,}") for n in range(0, int(reach) + 1, step))
        marks = (
            Mark(event_id, figures[event_id].bound, *(round(min(100, 100 * n / reach), 2) for n in both))
            for event_id, both in ranges.items()
        )
        scales.append(Scale(tuple(ticks), tuple(marks), measure))
    return tuple(scales)


def draw_map(dataset: Dataset, outlines: Outlines, detail: int, whole: bool = False) -> Map | None:
    """The regions of the events at `detail` units a degree, or the `whole` country; None without outlines."""
    events = [event.where for event in dataset.events.values() if event.where]
    relations = {place: where.relation for where in events for place in where.places}
    places = {place_id: dataset.places[place_id] for place_id in relations}
    codes = {(dataset.places[place.region] if place.region else place).iso_3166_2 for place in places.values()}
    sheet = _sheet(outlines, frozenset(codes), detail, whole)
    if not sheet:  # nothing here is placed
        return None
    named = ((place.name, place.position, relations[place_id]) for place_id, place in places.items() if place.position)
    towns = sheet.towns + tuple(Town(name, *sheet.project(at.lon, at.lat), relation) for name, at, relation in named)
    shown = tuple(town for town in towns if 0 < town.x < sheet.width and 0 < town.y < sheet.height)
    return Map(sheet.width, sheet.height, sheet.outlines, shown)


@lru_cache(maxsize=16)  # many pages have the same
def _sheet(outlines: Outlines, codes: frozenset[str | None], detail: int, whole: bool) -> _Sheet | None:
    """The map as it is before any event is put on it; the regions with these `codes` are shaded."""
    features = [(f["properties"], list(_lines(f["geometry"]["coordinates"]))) for f in outlines.features]
    regions = [x for x in features if x[0]["kind"] == "region" and (whole or x[0]["iso_3166_2"] in codes)]
    if not regions:
        return None
    lons, lats = zip(*(point for _, lines in regions for line in lines for point in line), strict=True)
    west, north, middle = min(lons) - _MARGIN, max(lats) + _MARGIN, math.radians((min(lats) + max(lats)) / 2)

    def project(lon: float, lat: float) -> tuple[int, int]:
        return round((lon - west) * detail * math.cos(middle)), round((north - lat) * detail)

    width, height = project(max(lons) + _MARGIN, min(lats) - _MARGIN)
    drawn, towns = [], []
    for feature, lines in features:
        if feature["kind"] == "town":
            towns.append(Town(feature["name"], *project(*lines[0][0])))
        elif path := "".join(_path([project(*point) for point in line], width, height) for line in lines):
            label = project(*feature["label"]) if "label" in feature else None
            drawn.append(Outline(feature["kind"], feature["name"], path, feature.get("iso_3166_2", "") in codes, label))
    drawn.sort(key=lambda outline: (outline.kind == "river", outline.shaded))  # what comes later lies above
    return _Sheet(width, height, tuple(drawn), tuple(towns), project)


def _reach(dates: Mapping[str, EventDate]) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that any of `dates` states."""
    return min(date.first for date in dates.values()), max(date.last or date.first for date in dates.values())


def _date_marks(dates: Mapping[str, EventDate], span: EventDate) -> tuple[Mark, ...]:
    marks = []
    for event_id, date in dates.items():
        kind = "within" if date.start.precision != "day" else "day"
        if date.is_interval:
            kind = "through" if date.end else "open"
        end = _share(date.last, span, 1) if date.last else 100.0
        marks.append(Mark(event_id, kind, _share(date.first, span), end))
    return tuple(marks)


def _share(day: datetime.date, span: EventDate, days: int = 0) -> float:
    """Where the beginning of `day`, or so many `days` later, lies on `span`, in per cent."""
    assert span.last is not None  # a scale has both ends
    return round(100 * ((day - span.first).days + days) / ((span.last - span.first).days + 1), 2)


def _ticks(span: EventDate) -> Iterator[Tick]:
    """Weeks, months or years: as fine as leaves eight or so."""
    assert span.last is not None  # a scale has both ends
    days = (span.last - span.first).days
    if days <= 62:
        for number in range(0, days + 1, 7):
            day = span.first + datetime.timedelta(number)
            yield Tick(_share(day, span), f"{day.day} {calendar.month_abbr[day.month]}")
        return
    step = next(months for months in (1, 3, 12, 60, 240, 1200, 12000) if days / 30 / months <= 8)
    for month in range(span.first.year * 12 + span.first.month - 1, span.last.year * 12 + span.last.month, step):
        day = datetime.date(month // 12, month % 12 + 1, 1)
        yield Tick(_share(day, span), f"{day.year}" if step >= 12 else f"{calendar.month_abbr[day.month]} {day.year}")


def _range(figure: Figure) -> tuple[float, float]:
    """Up to what a count is sure, and up to what it is possible."""
    if figure.between:
        return figure.between
    return (0 if figure.bound == "at_most" else figure.number), (
        math.inf if figure.bound == "at_least" else figure.number
    )


def _lines(coordinates: Any) -> Iterator[list[tuple[float, float]]]:
    """Every line of a GeoJSON geometry, whatever its type; a point is a line of one."""
    if not isinstance(coordinates[0], list):
        yield [tuple(coordinates)]
    elif not isinstance(coordinates[0][0], list):
        yield [tuple(point) for point in coordinates]
    else:
        for part in coordinates:
            yield from _lines(part)


def _path(points: list[tuple[int, int]], width: int, height: int) -> str:
    """`points` as an SVG path, without what no one sees: repeated points, and turns beyond one same edge."""
    beyond = [(x < 0) | (x > width) << 1 | (y < 0) << 2 | (y > height) << 3 for x, y in points]  # a bit for each edge
    if len(points) < 2 or reduce(and_, beyond):
        return ""
    kept = [0]
    for number in range(1, len(points)):
        unseen = number + 1 < len(points) and beyond[kept[-1]] & beyond[number] & beyond[number + 1]
        if points[number] != points[kept[-1]] and not unseen:
            kept.append(number)
    steps = [f"{points[b][0] - points[a][0]} {points[b][1] - points[a][1]}" for a, b in pairwise(kept)]
    return "M{} {}l{}".format(*points[0], " ".join(steps)).replace(" -", "-")
