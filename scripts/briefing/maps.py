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
    relations: dict[str, set[str]] = {}
    for where in (event.where for event in records.events.values() if event.where):
        for place_id in where.places:
            relations.setdefault(place_id, set()).add(where.relation)
    around = {place_id: outline for place_id in relations if (outline := _outline_of(records, outlines, place_id))}
    sites = {place_id: site for place_id in relations if (site := _site(records, outlines, place_id))}
    codes = {outline.code for outline in around.values()}
    shown = [f for f in outlines.features if f.code in codes or (whole and f.kind == "region")]
    points = [point for feature in shown for line in feature.lines for point in line]
    points += [] if whole else sites.values()
    if not points or not outlines.features:
        return None
    height, project = _frame(points, width)
    drawn = [_drawn(feature, feature.code in codes, project, (width, height)) for feature in outlines.features]
    drawn.sort(key=lambda outline: (outline.kind == "river", outline.shaded))  # what comes later lies above
    named = [(records.places[name].name, site, frozenset(relations[name])) for name, site in sites.items()]
    named += [(f.name, f.lines[0][0], frozenset()) for f in outlines.features if f.kind == "town" and f.name not in {n[0] for n in named}]
    dots = [Town(name, *_share(project(*site), (width, height)), relation) for name, site, relation in named]
    dots = [town for town in dots if 0 < town.x < 100 and 0 < town.y < 100]
    own = {name for name, outline in around.items() if outline.code == records.places[name].code}
    placed = (town._replace(is_left=_is_left(town, dots)) for town in dots)
    return Map(width, height, tuple(o for o in drawn if o.path), tuple(placed), frozenset(own | sites.keys()))


def map_problems(records: Records, outlines: Outlines) -> Iterator[Problem]:
    """What the map can't draw as the records mean it, where there is a map at all: all of it is told."""
    by_code: dict[str, Feature] = {}
    by_name = {feature.name: feature.code for feature in outlines.features}
    for feature in outlines.features:
        if by_code.setdefault(feature.code, feature) is not feature and feature.code:
            message = f'"{by_code[feature.code].name}" has the same code {feature.code}; give each its own'
            yield Problem(OUTLINES_FILE, 1, feature.name, message, told=True)
    for place_id, place in records.places.items() if by_code else ():
        fitting = f"; write code: {by_name[place.name]}" if by_name.get(place.name) else ""
        if place.code and place.code not in by_code:
            advice = fitting or did_you_mean(place.code, filter(None, by_code))
            yield records.problem(f'no outline has the code "{place.code}"{advice}', "places", place_id, "code", told=True)
        elif place.level == "region" and not place.code:
            what = "the map can't shade it without the code of its outline"
            yield records.problem(what + (fitting or ", if it has one"), "places", place_id, told=True)
        outline = _outline_of(records, outlines, place_id)
        if place.position and outline and not _site(records, outlines, place_id):
            lat, lon = place.position.lat, place.position.lon
            turns = ((lon, lat), (lat, -lon), (-lat, lon), (-lat, -lon), (-lon, lat), (lon, -lat))
            meant = next((f"; did you mean lat: {y}, lon: {x}?" for y, x in turns if _holds(outline, (x, y))), "")
            what = f"it lies outside {outline.name}, so that the map leaves it out{meant or '; look it up anew'}"
            yield records.problem(what, "places", place_id, "position", told=True)


def _outline_of(records: Records, outlines: Outlines, place_id: str) -> Feature | None:
    """The outline of a place, else of the nearest place around it that has one."""
    by_code = {feature.code: feature for feature in outlines.features if feature.code}
    codes = (place.code for _, place in records.around(place_id) if place.code)
    return next((by_code[code] for code in codes if code in by_code), None)


def _site(records: Records, outlines: Outlines, place_id: str) -> Degrees | None:
    """Where a dot stands for a place: at its position, unless that lies outside the outline around it."""
    place, outline = records.places[place_id], _outline_of(records, outlines, place_id)
    if not place.position or (outline and outline.code == place.code):
        return None
    site = (place.position.lon, place.position.lat)
    return site if not outline or _holds(outline, site) else None


def _holds(outline: Feature, site: Degrees) -> bool:
    """Whether `site` lies within `outline`, or near its border."""
    return any(_is_within(outline, site[0] + east, site[1] + north) for east, north in product((0, -_NEAR, _NEAR), repeat=2))


def _is_within(outline: Feature, lon: float, lat: float) -> bool:
    sides = [side for line in outline.lines for side in pairwise(line)]
    crossed = [((x, y), (to_x, to_y)) for (x, y), (to_x, to_y) in sides if (y > lat) != (to_y > lat)]
    return sum(lon < (to_x - x) * (lat - y) / (to_y - y) + x for (x, y), (to_x, to_y) in crossed) % 2 == 1


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
    path = "" if feature.kind == "town" else "".join(_path([project(*p) for p in line], *size) for line in feature.lines)
    middle = feature.label or (_middle(max(feature.lines, key=len)) if shaded else None)
    label = _share(project(*middle), size) if middle else None
    return Outline(feature.kind, feature.name, path, shaded, label if label and 0 < min(label) <= max(label) < 100 else None)


def _middle(ring: Sequence[Degrees]) -> Degrees:
    """The centre of the area within `ring`."""
    crosses = [x * to_y - to_x * y for (x, y), (to_x, to_y) in pairwise(ring)]
    area = 3 * sum(crosses) or 1
    return (
        sum((x + to_x) * cross for ((x, _), (to_x, _)), cross in zip(pairwise(ring), crosses, strict=True)) / area,
        sum((y + to_y) * cross for ((_, y), (_, to_y)), cross in zip(pairwise(ring), crosses, strict=True)) / area,
    )


def _share(point: _Pixel, size: _Pixel) -> Degrees:
    return round(100 * point[0] / size[0], 1), round(100 * point[1] / size[1], 1)


def _is_left(town: Town, towns: Sequence[Town]) -> bool:
    """Whether a name stands left of its town: away from the nearest other one, unless it would leave the map."""
    others = [other for other in towns if other[1:3] != town[1:3]]
    nearest = min(others, key=lambda other: math.dist(other[1:3], town[1:3]), default=town)
    return nearest.x > town.x > 2.5 * len(town.name) or town.x > 100 - 2.5 * len(town.name)


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
