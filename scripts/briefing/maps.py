"""What a map shows, as numbers for templates: outlines, and the towns that events name; what it can't draw is told.

No point is given to an event, only to the place that it names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise, product
from statistics import fmean
from typing import NamedTuple

from briefing.model import Place
from briefing.outlines import OUTLINES_FILE, Degrees, Feature, Outlines
from briefing.problems import Problem, did_you_mean
from briefing.records import Records

_NEAR = 0.1  # degrees by which a simple outline may miss a town at its border
_FLAT = 0.8  # a map is no higher than so many times its width
_WIDTH = 480  # units of the map of what events name
_COARSE = 8  # units that can't be told apart on the map of the whole country
_Box = tuple[int, int, int, int]  # west, north, width and height, in units
_Pixel = tuple[int, int]


class Outline(NamedTuple):
    """A line or area as the `d` of an SVG path; `label` is where its name stands, if anywhere."""

    kind: str
    name: str
    path: str
    shaded: bool
    label: _Pixel | None


class Town(NamedTuple):
    """A town; `relations` are how events stand to it ("in", "near"), none for orientation."""

    name: str
    at: _Pixel
    relations: frozenset[str]


class Map(NamedTuple):
    """Outlines and towns, and the two boxes in which they are seen: what events name, and the `whole` country.

    `drawn` are the ids of the places on it.
    """

    main: _Box
    whole: _Box
    outlines: tuple[Outline, ...]
    towns: tuple[Town, ...]
    drawn: frozenset[str]


class _Spot(NamedTuple):
    """A place, its `own` outline, else that of the nearest place around it, and the `site` of its dot, if any."""

    place: Place
    own: Feature | None
    outline: Feature | None
    site: Degrees | None


def draw_map(records: Records, outlines: Outlines) -> Map | None:
    """A map of the regions and towns that events name; None without outlines, or where events name none."""
    wheres = [event.where for event in records.events.values() if event.where]
    named = {place_id for where in wheres for place_id in where.places}
    spots = {place_id: spot for place_id, spot in _spots(records, outlines).items() if place_id in named}
    codes = {spot.outline.code for spot in spots.values() if spot.outline}
    corners = _corners(feature for feature in outlines.features if feature.code in codes)
    corners += [spot.site for spot in spots.values() if spot.site]
    if not corners or not outlines.features:
        return None
    project = _projection(corners)
    main = _box(map(project, corners))
    towns = {f.name: Town(f.name, project(f.lines[0][0]), frozenset()) for f in outlines.features if f.kind == "town"}
    for place_id, spot in spots.items():
        if spot.site:
            relations = frozenset(where.relation for where in wheres if place_id in where.places)
            towns[spot.place.name] = Town(spot.place.name, project(spot.site), relations)
    drawn = [_outline(feature, feature.code in codes, project, main) for feature in outlines.features]
    drawn.sort(key=lambda outline: (outline.kind == "river", outline.shaded))  # what comes later lies above
    return Map(
        main=main,
        whole=_box(map(project, corners + _corners(f for f in outlines.features if f.kind == "region"))),
        outlines=tuple(drawn),
        towns=tuple(towns.values()),
        drawn=frozenset(place_id for place_id, spot in spots.items() if spot.own or spot.site),
    )


def map_problems(records: Records, outlines: Outlines) -> Iterator[Problem]:
    """What the map can't draw as the records mean it, where there is a map at all: all of it is told."""
    by_code = outlines.by_code
    codes = {feature.name: code for code, feature in by_code.items()}
    for feature in outlines.features:
        if feature.code and feature is not by_code[feature.code]:
            message = f'"{by_code[feature.code].name}" has the same code {feature.code}; give each its own'
            yield Problem(OUTLINES_FILE, 1, feature.name, message, told=True)
    for place_id, (place, own, outline, site) in _spots(records, outlines).items() if outlines.features else ():
        advice = f"; write code: {codes[place.name]}" if place.name in codes else ""
        if place.code and not own:
            near = did_you_mean(place.code, by_code if place.level != "country" else ())
            message = f'no outline in {OUTLINES_FILE} has the code "{place.code}"{advice or near or "; leave it out"}'
            yield records.problem(message, "places", place_id, "code", told=True)
        elif place.level == "region" and not place.code:
            message = f"without the code of its outline, the map leaves it out{advice}"
            yield records.problem(message, "places", place_id, told=True)
        if place.position and outline and not site:
            advice = "look for a lost minus sign, or for swapped degrees"
            message = f"it lies outside {outline.name}, and the map leaves it out; {advice}"
            yield records.problem(message, "places", place_id, "position", told=True)


def _spots(records: Records, outlines: Outlines) -> dict[str, _Spot]:
    """Every place, with what a map has for it."""
    spots, by_code = {}, outlines.by_code
    for place_id, place in records.places.items():
        around = [by_code.get(outer.code or "") for outer in records.around(place_id).values()]
        outline = next(filter(None, around), None)
        at = (place.position.lon, place.position.lat) if place.position else None
        spots[place_id] = _Spot(place, around[0], outline, at if at and (not outline or _holds(outline, at)) else None)
    return spots


def _holds(outline: Feature, site: Degrees) -> bool:
    """Whether `site` lies within `outline`, or near its border."""
    around = product((0, -_NEAR, _NEAR), repeat=2)
    return any(_is_within(outline, site[0] + east, site[1] + north) for east, north in around)


def _is_within(outline: Feature, lon: float, lat: float) -> bool:
    """Whether a line from there to the east crosses the outline an odd number of times."""
    sides = (side for line in outline.lines for side in pairwise(line))
    level = (((x, y), (to_x, to_y)) for (x, y), (to_x, to_y) in sides if (y > lat) != (to_y > lat))
    return sum(lon < (to_x - x) * (lat - y) / (to_y - y) + x for (x, y), (to_x, to_y) in level) % 2 == 1


def _corners(features: Iterable[Feature]) -> list[Degrees]:
    return [point for feature in features for line in feature.lines for point in line]


def _projection(corners: list[Degrees]) -> Callable[[Degrees], _Pixel]:
    """How degrees are put on units of a map, so that `corners` are a good _WIDTH apart."""
    lons, lats = zip(*corners, strict=True)
    narrowing = math.cos(math.radians((min(lats) + max(lats)) / 2))
    unit = _WIDTH / max((max(lons) - min(lons)) * narrowing, (max(lats) - min(lats)) / _FLAT, 0.3)
    return lambda point: (round(point[0] * narrowing * unit), round(-point[1] * unit))


def _box(points: Iterable[_Pixel]) -> _Box:
    """The box around `points`, with a margin; it is wider where it would be too high."""
    xs, ys = zip(*points, strict=True)
    margin = max(_WIDTH // 30, (max(xs) - min(xs)) // 40)
    width, height = max(xs) - min(xs) + 2 * margin, max(ys) - min(ys) + 2 * margin
    wide = max(width, round(height / _FLAT))
    return min(xs) - margin - (wide - width) // 2, min(ys) - margin, wide, height


def _outline(feature: Feature, shaded: bool, project: Callable[[Degrees], _Pixel], main: _Box) -> Outline:
    """A feature as it is drawn; its name stands where the file says, else that of a shaded one in its middle."""
    path = "".join(_path([project(point) for point in line], main) for line in feature.lines)
    lons, lats = zip(*max(feature.lines, key=len), strict=True)
    label = feature.label or ((fmean(lons), fmean(lats)) if shaded else None)
    return Outline(feature.kind, feature.name, path, shaded, project(label) if label else None)


def _path(points: list[_Pixel], main: _Box) -> str:
    """`points` as an SVG path, each once; outside of `main` they are as coarse as the small map is."""
    west, north, width, height = main
    rough = []
    for x, y in points:
        is_seen = west <= x <= west + width and north <= y <= north + height
        rough.append((x, y) if is_seen else (x - x % _COARSE, y - y % _COARSE))
    steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(rough)]
    moves = " ".join(f"{east} {south}" for east, south in steps if east or south)
    return "M{} {}l{}".format(*rough[0], moves).replace(" -", "-") if moves else ""
