"""What a map shows, as numbers for templates: outlines of regions, and the towns that events name.

No point is given to an event, only to the place that it names. What can't be drawn is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import pairwise, product
from operator import and_
from typing import NamedTuple

from briefing.model import Position
from briefing.outlines import OUTLINES_FILE, Degrees, Feature, Outlines
from briefing.problems import Problem, did_you_mean
from briefing.records import Records

_NEAR = 0.1  # degrees by which a simple outline may miss a town at its border
_FLAT = 0.8  # a map is no higher than so many times its width
_Pixel = tuple[int, int]


class Outline(NamedTuple):
    """A line or area of a map as the `d` of an SVG path; `label` is where its name stands in per cent, if anywhere."""

    kind: str
    name: str
    path: str
    shaded: bool
    label: Degrees | None


class Town(NamedTuple):
    """A town on a map, in per cent; `relations` are how events stand to it ("in", "near"), none for orientation."""

    name: str
    x: float
    y: float
    relations: frozenset[str] = frozenset()
    is_left: bool = False  # whether its name stands left of it


class Map(NamedTuple):
    """What a map shows, in units of its own, `width` by `height`; `drawn` are the ids of the places on it."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    towns: tuple[Town, ...]
    drawn: frozenset[str]


def draw_map(records: Records, outlines: Outlines, width: int, whole: bool = False) -> Map | None:
    """The regions and towns that events name, or the `whole` country, `width` units wide; None without outlines."""
    wheres = [event.where for event in records.events.values() if event.where]
    named = {place_id: records.places[place_id] for where in wheres for place_id in where.places}
    around = {place_id: outline for place_id in named if (outline := _outline_of(records, outlines, place_id))}
    sites = {place_id: site for place_id in named if (site := _site(records, outlines, place_id))}
    codes = {outline.code for outline in around.values()}
    shown = [f for f in outlines.features if f.code in codes or (whole and f.kind == "region")]
    points = [point for feature in shown for line in feature.lines for point in line]
    points += [] if whole else sites.values()
    if not points or not outlines.features:
        return None
    height, project = _frame(points, width)
    drawn = [_drawn(feature, feature.code in codes, project, (width, height)) for feature in outlines.features]
    drawn.sort(key=lambda outline: (outline.kind == "river", outline.shaded))  # what comes later lies above
    towns = {(f.name, f.lines[0][0]): frozenset[str]() for f in outlines.features if f.kind == "town"}
    for place_id, site in sites.items():
        towns.pop(next((town for town in towns if town[0] == named[place_id].name), ("", site)), None)
        towns[named[place_id].name, site] = frozenset(where.relation for where in wheres if place_id in where.places)
    dots = [Town(name, *_share(project(*at), (width, height)), relations) for (name, at), relations in towns.items()]
    own = {place_id for place_id, outline in around.items() if outline.code == named[place_id].code}
    return Map(width, height, tuple(o for o in drawn if o.path), _beside(dots), frozenset(own | sites.keys()))


def map_problems(records: Records, outlines: Outlines) -> Iterator[Problem]:
    """What the map can't draw as the records mean it, where there is a map at all: all of it is told."""
    for feature in outlines.features:
        if feature.code and (other := outlines.by_code[feature.code]) is not feature:
            message = f'"{other.name}" has the same code {feature.code}; give each its own'
            yield Problem(OUTLINES_FILE, 1, feature.name, message, told=True)
    codes = {feature.name: feature.code for feature in outlines.features if feature.code}
    for place_id, place in records.places.items() if outlines.features else ():
        advice = f"; write code: {codes[place.name]}" if place.name in codes else ""
        if place.code and place.code not in outlines.by_code:
            near = did_you_mean(place.code, outlines.by_code if place.level != "country" else ())
            message = f'no outline in {OUTLINES_FILE} has the code "{place.code}"{advice or near or "; leave it out"}'
            yield records.problem(message, "places", place_id, "code", told=True)
        elif place.level == "region" and not place.code:
            message = f"without the code of its outline, the map leaves it out{advice}"
            yield records.problem(message, "places", place_id, told=True)
        outline = _outline_of(records, outlines, place_id)
        if place.position and outline and not _holds(outline, (place.position.lon, place.position.lat)):
            message = f"it lies outside {outline.name}, and the map leaves it out{_advice(outline, place.position)}"
            yield records.problem(message, "places", place_id, "position", told=True)


def _advice(outline: Feature, position: Position) -> str:
    """What may be meant by a position that lies outside `outline`: other signs, or the degrees swapped."""
    lat, lon = position.lat, position.lon
    turns = ((lat, -lon), (-lat, lon), (-lat, -lon), (lon, lat), (lon, -lat), (-lon, lat), (-lon, -lat))
    meant = (f"; did you mean lat: {y}, lon: {x}?" for y, x in turns if _holds(outline, (x, y)))
    return next(meant, "; look its position up anew")


def _outline_of(records: Records, outlines: Outlines, place_id: str) -> Feature | None:
    """The outline of a place, else of the nearest place around it that has one."""
    codes = (place.code for place in records.around(place_id).values() if place.code)
    return next((outlines.by_code[code] for code in codes if code in outlines.by_code), None)


def _site(records: Records, outlines: Outlines, place_id: str) -> Degrees | None:
    """Where a dot stands for a place: at its position, unless that lies outside the outline around it."""
    place, outline = records.places[place_id], _outline_of(records, outlines, place_id)
    if not place.position or (outline and outline.code == place.code):
        return None
    site = (place.position.lon, place.position.lat)
    return site if not outline or _holds(outline, site) else None


def _holds(outline: Feature, site: Degrees) -> bool:
    """Whether `site` lies within `outline`, or near its border."""
    around = product((site[0], site[0] - _NEAR, site[0] + _NEAR), (site[1], site[1] - _NEAR, site[1] + _NEAR))
    return any(_is_within(outline, lon, lat) for lon, lat in around)


def _is_within(outline: Feature, lon: float, lat: float) -> bool:
    """Whether a line from there to the east crosses the outline an odd number of times."""
    sides = (side for line in outline.lines for side in pairwise(line))
    level = (((x, y), (to_x, to_y)) for (x, y), (to_x, to_y) in sides if (y > lat) != (to_y > lat))
    return sum(lon < (to_x - x) * (lat - y) / (to_y - y) + x for (x, y), (to_x, to_y) in level) % 2 == 1


def _frame(points: Sequence[Degrees], width: int) -> tuple[int, Callable[[float, float], _Pixel]]:
    """How high a map of `points` is, and how it puts degrees east and north on its units."""
    lons, lats = zip(*points, strict=True)
    margin = max(0.15, (max(lons) - min(lons)) / 40)
    narrowing = math.cos(math.radians((min(lats) + max(lats)) / 2))
    high, north = max(lats) - min(lats) + 2 * margin, max(lats) + margin
    wide = max((max(lons) - min(lons) + 2 * margin) * narrowing, high / _FLAT)
    west, unit = (min(lons) + max(lons)) / 2 - wide / narrowing / 2, width / wide
    return round(high * unit), lambda lon, lat: (round((lon - west) * narrowing * unit), round((north - lat) * unit))


def _drawn(feature: Feature, shaded: bool, project: Callable[[float, float], _Pixel], size: _Pixel) -> Outline:
    lines = ([project(*point) for point in line] for line in feature.lines)
    path = "".join(_path(line, *size) for line in lines)
    corners = max(feature.lines, key=len)[1:] or feature.lines[0]  # a ring begins where it ends
    middle = (sum(lon for lon, _ in corners) / len(corners), sum(lat for _, lat in corners) / len(corners))
    label = _share(project(*(feature.label or middle)), size)
    is_named = (feature.label or shaded) and 0 < min(label) <= max(label) < 100
    return Outline(feature.kind, feature.name, path, shaded, label if is_named else None)


def _share(point: _Pixel, size: _Pixel) -> Degrees:
    return round(100 * point[0] / size[0], 1), round(100 * point[1] / size[1], 1)


def _beside(towns: Sequence[Town]) -> tuple[Town, ...]:
    """The towns within the map, their names away from the nearest other one, unless they would leave the map."""
    shown = [town for town in towns if 0 < town.x < 100 and 0 < town.y < 100]
    placed = []
    for town in shown:
        nearest = min(shown, key=lambda other: (other == town, math.dist(other[1:3], town[1:3])))
        room = 2.5 * len(town.name)  # in per cent of a phone's width
        placed.append(town._replace(is_left=nearest.x > town.x > room or town.x > 100 - room))
    return tuple(placed)


def _path(points: list[_Pixel], width: int, height: int) -> str:
    """`points` as an SVG path, without what no one sees: repeated points, and turns beyond one same edge."""
    beyond = [(x < 0) | (x > width) << 1 | (y < 0) << 2 | (y > height) << 3 for x, y in points]  # a bit for each edge
    if len(points) < 2 or reduce(and_, beyond):
        return ""
    kept, last = points[:1], beyond[0]
    for point, here, ahead in zip(points[1:], beyond[1:], [*beyond[2:], 0], strict=True):
        if point != kept[-1] and not last & here & ahead:
            kept.append(point)
            last = here
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(kept)]
    return "M{} {}l{}".format(*points[0], " ".join(steps)).replace(" -", "-")
