"""Records as numbers for templates: where each mark of the timeline, the counts and the map stands.

A mark says no more than its record: a month is no day, a floor has no upper end, and no point is
given to an event, only to the town that it names.
"""

from __future__ import annotations

import calendar
import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from briefing.dates import EventDate, Point
from briefing.model import Dataset, Place

_DAY = datetime.timedelta(days=1)
_ROOM = 1.35  # a scale of counts goes on beyond its highest number: a floor has no upper end
_MARGIN = 0.15  # degrees around what a map shows


@dataclass(frozen=True)
class Tick:
    """A line of a scale, `at` so many per cent of its width."""

    at: float
    text: str


@dataclass(frozen=True)
class Mark:
    """An event on a scale: `kind` of date or bound, sure up to `start`, and possible up to `end` (per cent)."""

    event_id: str
    kind: str
    start: float
    end: float


@dataclass(frozen=True)
class Scale:
    """Marks that share ticks. `name` is the measure of a count; `span` the time from first to last tick."""

    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    name: str = ""
    span: EventDate | None = None
    is_fine: bool = False  # by days rather than months and years
    detail: Mark | None = None  # where the scale of days lies on this one


@dataclass(frozen=True)
class Outline:
    """A line or area of a map as the `d` of an SVG path; `label` is where its name stands, if anywhere."""

    kind: str
    name: str
    path: str
    shaded: bool
    label: tuple[int, int] | None


@dataclass(frozen=True)
class Town:
    """A town on a map; `relation` is how events stand to it ("in", "near"), empty for mere orientation."""

    name: str
    x: int
    y: int
    relation: str = ""


@dataclass(frozen=True)
class Map:
    """What a map shows, in units of its own, `width` by `height`."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    towns: tuple[Town, ...]


def timeline(dataset: Dataset) -> tuple[Scale, ...]:
    """A scale for what is known to the month or year, and one for what is known to the day."""
    dates = {event_id: event.date for event_id, event in dataset.events.items()}
    fine = {event_id: date for event_id, date in dates.items() if date.start.precision == "day"}
    coarse = {event_id: date for event_id, date in dates.items() if event_id not in fine}
    scales = []
    if fine:
        first, last = _reach(fine)
        span = EventDate(Point(first.year, first.month), Point(last.year, last.month))
        scales.append(_time_scale(fine, span))
    if coarse:
        first, last = _reach(dates)
        years = EventDate(Point(first.year), Point(last.year))
        detail = _date_mark("", scales[0].span, years) if scales and scales[0].span else None
        scales.insert(0, _time_scale(coarse, years, detail))
    return tuple(scales)


def counts(dataset: Dataset) -> tuple[Scale, ...]:
    """A scale for each measure: different measures never share one, and nothing is added up."""
    scales: dict[str, list[tuple[str, str, int, float]]] = {}
    for event_id, measure, figure in dataset.figures():
        low = 0 if figure.bound == "at_most" else figure.number
        high = {"at_least": math.inf, "between": (figure.between or (0, 0))[1]}.get(figure.bound, figure.number)
        scales.setdefault(measure, []).append((event_id, figure.bound, low, high))
    return tuple(_count_scale(measure, figures) for measure, figures in scales.items())


def draw_map(dataset: Dataset, collection: Mapping[str, Any] | None, detail: int, whole: bool = False) -> Map | None:
    """The places of the events at `detail` units a degree, or the `whole` country; None without outlines."""
    if not collection:
        return None
    near = {
        place: event.where.relation for event in dataset.events.values() if event.where for place in event.where.places
    }
    places: dict[str, Place] = {place: dataset.places[place] for place in near}
    regions = (dataset.places[place.region] if place.region else place for place in places.values())
    codes = {region.iso_3166_2 for region in regions}
    features = [(f["properties"], list(_lines(f["geometry"]["coordinates"]))) for f in collection["features"]]
    framed = [
        point
        for properties, lines in features
        if properties["kind"] == "region" and (whole or properties["iso_3166_2"] in codes)
        for line in lines
        for point in line
    ]
    west, east = min(p[0] for p in framed) - _MARGIN, max(p[0] for p in framed) + _MARGIN
    south, north = min(p[1] for p in framed) - _MARGIN, max(p[1] for p in framed) + _MARGIN
    across = detail * math.cos(math.radians((south + north) / 2))

    def project(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] - west) * across), round((north - point[1]) * detail)

    width, height = project((east, south))
    outlines, towns = [], []
    for properties, lines in features:
        if properties["kind"] == "town":
            towns.append(Town(properties["name"], *project(lines[0][0])))
            continue
        path = "".join(_path([project(point) for point in line], width, height) for line in lines)
        label = project(properties["label"]) if "label" in properties else None
        shaded = properties.get("iso_3166_2", "") in codes
        if path:
            outlines.append(Outline(properties["kind"], properties["name"], path, shaded, label))
    for place_id, place in places.items():
        if place.position:
            towns.append(Town(place.name, *project((place.position.lon, place.position.lat)), near[place_id]))
    inside = tuple(town for town in towns if 0 < town.x < width and 0 < town.y < height)
    outlines.sort(key=lambda outline: (outline.kind == "river", outline.shaded))  # what comes later lies above
    return Map(width, height, tuple(outlines), inside)


def _reach(dates: Mapping[str, EventDate]) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that any of `dates` states."""
    return min(date.first for date in dates.values()), max(date.last or date.first for date in dates.values())


def _time_scale(dates: Mapping[str, EventDate], span: EventDate, detail: Mark | None = None) -> Scale:
    marks = tuple(_date_mark(event_id, date, span) for event_id, date in dates.items())
    return Scale(tuple(_ticks(span)), marks, "", _plain(span), span.start.month is not None, detail)


def _plain(span: EventDate) -> EventDate:
    """`span` as one point where both of its ends are the same."""
    return EventDate(span.start, span.start) if span.start == span.end else span


def _date_mark(event_id: str, date: EventDate, span: EventDate) -> Mark:
    start, end = _share(date.first, span), _share(date.last + _DAY, span) if date.last else 100.0
    if date.is_interval:
        return Mark(event_id, "through" if date.end else "open", start, end)
    return Mark(event_id, "day" if date.start.precision == "day" else "within", start, end)


def _share(day: datetime.date, span: EventDate) -> float:
    """Where the beginning of `day` lies on `span`, in per cent."""
    assert span.last is not None  # scales are made with both ends
    return round(100 * (day - span.first).days / ((span.last - span.first).days + 1), 2)


def _ticks(span: EventDate) -> Iterator[Tick]:
    """Weeks, months or years: as fine as leaves eight or so."""
    assert span.last is not None
    days = (span.last - span.first).days
    if days <= 62:
        for number in range(0, days + 1, 7):
            day = span.first + number * _DAY
            yield Tick(_share(day, span), f"{day.day} {calendar.month_abbr[day.month]}")
        return
    months = next(step for step in (1, 3, 12, 60, 240, 1200, 12000) if days / 30 / step <= 8)
    for month in range(span.first.year * 12 + span.first.month - 1, span.last.year * 12 + span.last.month, months):
        day = datetime.date(month // 12, month % 12 + 1, 1)
        yield Tick(_share(day, span), f"{day.year}" if months >= 12 else f"{calendar.month_abbr[day.month]} {day.year}")


def _count_scale(measure: str, figures: list[tuple[str, str, int, float]]) -> Scale:
    reach = max(number for _, _, low, high in figures for number in (low, high, 1) if number < math.inf) * _ROOM
    step = next(n * 10**power for power in range(10) for n in (1, 2, 5) if reach / (n * 10**power) <= 5)
    ticks = tuple(Tick(round(100 * n / reach, 2), f"{n:,}") for n in range(0, int(reach) + 1, step))
    marks = [Mark(i, kind, 100 * low / reach, min(100.0, 100 * high / reach)) for i, kind, low, high in figures]
    return Scale(ticks, tuple(Mark(m.event_id, m.kind, round(m.start, 2), round(m.end, 2)) for m in marks), measure)


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
    sides = [(x < 0, x > width, y < 0, y > height) for x, y in points]
    if len(points) < 2 or _beyond_one(sides):
        return ""
    kept = [0]
    for number in range(1, len(points)):
        unseen = number + 1 < len(points) and _beyond_one([sides[kept[-1]], *sides[number : number + 2]])
        if points[number] != points[kept[-1]] and not unseen:
            kept.append(number)
    seen = [points[number] for number in kept]
    steps = [f"{x - a} {y - b}".replace(" -", "-") for (a, b), (x, y) in pairwise(seen)]
    return f"M{seen[0][0]} {seen[0][1]}l" + " ".join(steps)


def _beyond_one(sides: Sequence[tuple[bool, ...]]) -> bool:
    """Whether all points lie beyond the same edge, so that no line between them is seen."""
    return any(map(all, zip(*sides, strict=True)))
