"""What a map shows: outlines, and the towns that events name, never an event; what it can't draw is told."""

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from statistics import fmean
from typing import NamedTuple

from briefing.outlines import OUTLINES_FILE, Degrees, Feature, Outlines
from briefing.problems import Problem, did_you_mean
from briefing.records import Records

_NEAR = 0.1  # degrees by which a simple outline may miss a town at its border
_FLAT = 0.8  # a map is no higher than so many times its width
_WIDTH = 480  # units of the map of what events name


class Town(NamedTuple):
    """A town; `relations` are how events stand to it ("in", "near"), none for orientation."""

    name: str
    site: Degrees
    relations: frozenset[str] = frozenset()


class Map(NamedTuple):
    """Outlines, those of `codes` shaded, and towns by place; `scale` is how many units a degree has, each way."""

    outlines: list[Feature]
    codes: set[str]
    towns: dict[str, Town]
    scale: tuple[float, float]

    def at(self, point: Degrees) -> tuple[int, int]:
        """A point in units of the map."""
        return round(point[0] * self.scale[0]), round(-point[1] * self.scale[1])

    def box(self, with_regions: bool = False) -> tuple[int, int, int, int]:
        """West, north, width and height of what events name, or of all regions; wider where it would be too high."""
        seen = (line for line in self.outlines if line.code in self.codes or (with_regions and line.kind == "region"))
        sites = [town.site for town in self.towns.values() if town.relations]
        xs, ys = zip(*map(self.at, sites + _points(seen)), strict=True)
        margin = max(_WIDTH // 30, (max(xs) - min(xs)) // 40)
        width, height = max(xs) - min(xs) + 2 * margin, max(ys) - min(ys) + 2 * margin
        wider = max(0, round(height / _FLAT) - width)
        return min(xs) - margin - wider // 2, min(ys) - margin, width + wider, height

    def label(self, outline: Feature) -> Degrees | None:
        """Where a name stands: where the file says, that of a shaded outline else in its middle."""
        longest = max(outline.lines, key=len)
        middle = fmean(lon for lon, _ in longest), fmean(lat for _, lat in longest)
        return outline.label or (middle if outline.code in self.codes else None)

    def path(self, outline: Feature) -> str:
        """A line or area as the `d` of an SVG path."""
        path = ""
        for line in outline.lines:
            points = [self.at(point) for point in line]
            steps = [(to_x - x, to_y - y) for (x, y), (to_x, to_y) in pairwise(points)]
            moves = " ".join(f"{east} {south}" for east, south in steps if east or south)
            path += "M{} {}l{}{}".format(*points[0], moves, "" if outline.kind == "river" else "z") if moves else ""
        return path.replace(" -", "-")


def draw_map(records: Records, outlines: Outlines) -> Map | None:
    """A map of the regions and towns that events name; None without outlines, or where events name none."""
    codes, towns = set(), {f.name: Town(f.name, f.lines[0][0]) for f in outlines.features if f.kind == "town"}
    wheres = [event.where for event in records.events.values() if event.where]
    for place_id, (outline, site) in _found(records, outlines).items():
        relations = frozenset(where.relation for where in wheres if place_id in where.places)
        if relations and outline:
            codes.add(outline.code)
        if relations and site:
            towns.pop(records.places[place_id].name, None)
            towns[place_id] = Town(records.places[place_id].name, site, relations)
    points = [town.site for town in towns.values() if town.relations]
    points += _points(feature for feature in outlines.features if feature.code in codes)
    if not points or not outlines.features:
        return None
    lons, lats = zip(*points, strict=True)
    narrowing = math.cos(math.radians((min(lats) + max(lats)) / 2))
    unit = _WIDTH / max((max(lons) - min(lons)) * narrowing, (max(lats) - min(lats)) / _FLAT, 0.3)
    drawn = [feature for feature in outlines.features if feature.kind != "town"]
    drawn.sort(key=lambda feature: (feature.kind == "river", feature.code in codes))  # what comes later lies above
    return Map(drawn, codes, towns, (narrowing * unit, unit))


def map_problems(records: Records, outlines: Outlines) -> Iterator[Problem]:
    """What the map can't draw as the records mean it, where there is a map at all: all of it is told."""
    names: dict[str, str] = {}
    for feature in outlines.features:
        if feature.code in names:
            message = f'"{names[feature.code]}" has the same code {feature.code}; give each its own'
            yield Problem(OUTLINES_FILE, 1, feature.name, message, told=True)
        elif feature.code:
            names[feature.code] = feature.name
    for place_id, (outline, site) in _found(records, outlines).items() if outlines.features else ():
        place = records.places[place_id]
        if place.code not in names and (place.code or place.level == "region"):
            near = [code for code, name in names.items() if name == place.name]
            advice = f"; write code: {near[0]}" if near else did_you_mean(place.code or "", names)
            message = f"no outline in {OUTLINES_FILE} has its code, and the map leaves it out{advice}"
            yield records.problem(message, "places", place_id, "code", told=True)
        if outline and place.position and not site:
            advice = "look for a lost minus sign, or for swapped degrees"
            message = f"it lies outside {outline.name}, and the map leaves it out; {advice}"
            yield records.problem(message, "places", place_id, "position", told=True)


def _found(records: Records, outlines: Outlines) -> dict[str, tuple[Feature | None, Degrees | None]]:
    """Of each place the outline, or that of the nearest around it; and where its dot stands, unless outside of that."""
    by_code = {feature.code: feature for feature in reversed(outlines.features) if feature.code}
    found = {}
    for place_id, place in records.places.items():
        codes = [around.code or "" for around in records.around(place_id).values()]
        outline = next((by_code[code] for code in codes if code in by_code), None)
        at = (place.position.lon, place.position.lat) if place.position else None
        found[place_id] = outline, at if at and (not outline or _holds(outline, *at)) else None
    return found


def _holds(outline: Feature, lon: float, lat: float) -> bool:
    """Whether a point lies in `outline` or near it: a line from it to the east crosses that an odd number of times."""
    sides = [side for line in outline.lines for side in pairwise([*line, line[0]])]
    for x, y in product((lon, lon - _NEAR, lon + _NEAR), (lat, lat - _NEAR, lat + _NEAR)):
        level = [side for side in sides if (side[0][1] > y) != (side[1][1] > y)]
        if sum(x < x1 + (x2 - x1) * (y - y1) / (y2 - y1) for (x1, y1), (x2, y2) in level) % 2:
            return True
    return False


def _points(features: Iterable[Feature]) -> list[Degrees]:
    return [point for feature in features for line in feature.lines for point in line]
