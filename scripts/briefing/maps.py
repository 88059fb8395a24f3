"""Reads data/map.geojson, and says what a map of it shows: the regions and towns that events name, never an event."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, PlainValidator, ValidationError

from briefing.problems import Problem, did_you_mean, name_of
from briefing.records import Records
from briefing.strict import read_text

OUTLINES_FILE = "data/map.geojson"
_KINDS = {"Polygon": ("region", "country"), "LineString": ("river",), "Point": ("town",)}
# What files of boundaries call a name or a code, in small letters alone: Natural Earth, geoBoundaries, OCHA, GADM,
# OpenStreetMap. Their digits are levels: a file may name all that is around a feature, and the last is its own.
_NAMES = ("name", "shapename", "admname", "admen", "admfr", "adminname", "adminnameen")
_CODES = ("code", "iso", "isoa", "shapeiso", "admpcode", "adminpcode", "hasc")
_NEAR = 0.1  # degrees by which a simple outline may miss a town at its border
_FLAT = 0.8  # a map is no higher than so many times its width
_WIDTH = 480  # units of the map of what events name
Degrees = tuple[float, float]  # east, then north


class Feature(NamedTuple):
    """One thing on a map; a town is a line of one point, and `label` is where the name stands, if it is said."""

    kind: str
    name: str
    lines: list[list[Degrees]]
    code: str = ""
    label: Degrees | None = None
    geometry: dict[str, Any] | None = None

    @classmethod
    def read(cls, item: Any) -> "Feature":
        """A feature of the file, without lines where it has no place; ValueError with what is wrong with it."""
        match item:
            case {"geometry": None}:
                return cls("", "", [])
            case {"properties": dict(own), "geometry": {"type": str(shape), "coordinates": part} as geometry}:
                said = [key for key in sorted(own) if own[key] not in (None, "", "NA", "-99")]
                found = {re.sub("[^a-z]", "", key.lower()): str(own[key]) for key in said}
            case _:
                raise ValueError("it has no properties, or no coordinates of a geometry")
        name, code = (next((found[key] for key in known if key in found), "") for known in (_NAMES, _CODES))
        kind = found.get("kind", "region")
        if kind not in _KINDS.get(shape.removeprefix("Multi"), ()) or not (name or kind == "river"):
            advice = "a Polygon can be a region or a country, a LineString a river, a Point a town, each with a name"
            raise ValueError(f'no {kind} with the name "{name}" is drawn from a {shape}; {advice}')
        lines, label = (_lines(where, name) if where else [] for where in (part, own.get("label")))
        return cls(kind, name, lines, code, label[0][0] if label else None, geometry)


class Outlines(BaseModel):
    """What maps are drawn from: features, none where there is no map; and whom to credit."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Annotated[Feature, PlainValidator(Feature.read)]] = []
    credits: list[str] = []


class Map(NamedTuple):
    """Outlines, those of `codes` shaded; towns, and how events stand to them ("in", "near"); units of a degree."""

    outlines: list[Feature]
    codes: set[str]
    towns: dict[str, Feature]
    relations: dict[str, set[str]]
    scale: tuple[float, float]  # to the east, and to the north

    def at(self, point: Degrees) -> tuple[int, int]:
        """A point in units of the map."""
        return round(point[0] * self.scale[0]), round(-point[1] * self.scale[1])

    def box(self, with_regions: bool = False) -> tuple[int, int, int, int]:
        """West, north, width and height of what events name, or of all regions; never very high or flat."""
        seen = [f for f in self.outlines if f.code in self.codes or (with_regions and f.kind == "region")]
        xs, ys = zip(*map(self.at, _points(seen + [self.towns[name] for name in self.relations])), strict=True)
        width = max(max(xs) - min(xs), (max(ys) - min(ys)) / _FLAT, 20)
        height = max(max(ys) - min(ys), width / 2)
        across, down = round(width * 1.05), round(height + width * 0.05)
        return (min(xs) + max(xs) - across) // 2, (min(ys) + max(ys) - down) // 2, across, down

    def label(self, outline: Feature) -> Degrees | None:
        """Where a name stands: where the file says, that of a shaded outline else in its middle."""
        lons, lats = zip(*max(outline.lines, key=len), strict=True)
        return outline.label or ((fmean(lons), fmean(lats)) if outline.code in self.codes else None)

    def path(self, outline: Feature) -> str:
        """A line or area as the `d` of an SVG path."""
        path = ""
        for line in outline.lines:
            points = [self.at(point) for point in line]
            steps = [(to_x - x, to_y - y) for (x, y), (to_x, to_y) in pairwise(points)]
            moves = " ".join(f"{east} {south}" for east, south in steps if east or south)
            path += "M{} {}l{}{}".format(*points[0], moves, "" if outline.kind == "river" else "z") if moves else ""
        return path.replace(" -", "-")


def load_outlines(root: Path) -> tuple[Outlines, list[Problem]]:
    """What maps are drawn from, where the briefing has a map, and what is wrong with the file."""
    text, problems = read_text(root, OUTLINES_FILE) if (root / OUTLINES_FILE).exists() else (None, [])
    try:
        outlines = Outlines.model_validate_json("{}" if text is None else text)
        return outlines.model_copy(update={"features": [f for f in outlines.features if f.lines]}), problems
    except ValidationError as error:
        advice = "correct it, or export the file anew as GeoJSON in degrees (WGS 84, EPSG:4326)"
        for fault in error.errors():
            message = f"{fault['msg'].removeprefix('Value error, ')}; {advice}"
            problems.append(Problem(OUTLINES_FILE, 1, name_of(fault["loc"]), message))
        return Outlines(), problems


def draw_map(records: Records, outlines: Outlines) -> Map | None:
    """A map of the regions and towns that events name; None without outlines, or where events name none."""
    towns = {feature.name: feature for feature in outlines.features if feature.kind == "town"}
    codes, relations = set(), {}
    wheres = [event.where for event in records.events.values() if event.where]
    for place_id, (outline, site) in _found(records, outlines).items():
        how, name = {where.relation for where in wheres if place_id in where.places}, records.places[place_id].name
        if how and outline:
            codes.add(outline.code)
        if how and site:
            towns.pop(name, None)
            towns[place_id], relations[place_id] = Feature("town", name, [[site]]), how
    points = _points([f for f in outlines.features if f.code in codes] + [towns[name] for name in relations])
    if not points or not outlines.features:
        return None
    lons, lats = zip(*points, strict=True)
    narrowing = math.cos(math.radians((min(lats) + max(lats)) / 2))
    unit = _WIDTH / max((max(lons) - min(lons)) * narrowing, (max(lats) - min(lats)) / _FLAT, 0.3)
    drawn = [feature for feature in outlines.features if feature.kind != "town"]
    drawn.sort(key=lambda feature: (feature.kind == "river", feature.code in codes))  # what comes later lies above
    return Map(drawn, codes, towns, relations, (narrowing * unit, unit))


def map_problems(records: Records, outlines: Outlines) -> Iterator[Problem]:
    """What the map can't draw as the records mean it, where there is a map at all: all of it is told."""
    names = {feature.code: feature.name for feature in outlines.features if feature.code}
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
    by_code: dict[str | None, Feature] = {f.code: f for f in reversed(outlines.features) if f.code}
    found = {}
    for place_id, place in records.places.items():
        around = records.around(place_id).values()
        outline = next((by_code[outer.code] for outer in around if outer.code in by_code), None)
        at = (place.position.lon, place.position.lat) if place.position else None
        found[place_id] = outline, at if at and (not outline or _holds(outline, *at)) else None
    return found


def _holds(outline: Feature, lon: float, lat: float) -> bool:
    """Whether a point lies in `outline` or near it: a line from it to the east crosses that an odd number of times."""
    sides = [side for line in outline.lines for side in pairwise([*line, line[0]])]
    for x, y in product((lon, lon - _NEAR, lon + _NEAR), (lat, lat - _NEAR, lat + _NEAR)):
        crossed = [x < x1 + (x2 - x1) * (y - y1) / (y2 - y1) for (x1, y1), (x2, y2) in sides if (y1 > y) != (y2 > y)]
        if sum(crossed) % 2:
            return True
    return False


def _points(features: list[Feature]) -> list[Degrees]:
    return [point for feature in features for line in feature.lines for point in line]


def _lines(part: Any, name: str) -> list[list[Degrees]]:
    """Every line in lists of lists of positions, however deep; a position, less its height, is a line of one point."""
    match part:
        case [int() | float() as east, int() | float() as north, *_] if abs(east) <= 180 and abs(north) <= 90:
            return [[(float(east), float(north))]]
        case [[[*_], *_], *_]:
            return [line for inner in part for line in _lines(inner, name)]
        case [[*_], *_]:
            return [[_lines(position, name)[0][0] for position in part]]
    raise ValueError(f'in "{name}", {part!r:.40} is no position in degrees east and north, such as [-5.5, 14.1]')
