"""What a map shows, as numbers for templates: outlines of regions, and the towns that events name.

No point is given to an event, only to the town that it names.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, reduce
from itertools import pairwise
from operator import and_
from typing import Any, NamedTuple

from briefing.dataset import Dataset
from briefing.outlines import Outlines

_MARGIN = 0.15  # degrees around what a map shows


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
    """What a map shows, in units of its own, `width` by `height`; `project` puts degrees east and north on it."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    towns: tuple[Town, ...]
    project: Callable[[float, float], tuple[int, int]]


def draw_map(dataset: Dataset, outlines: Outlines, detail: int, whole: bool = False) -> Map | None:
    """The regions of the events at `detail` units a degree, or the `whole` country; None without outlines."""
    named = [event.where for event in dataset.events.values() if event.where]
    relations = {place_id: where.relation for where in named for place_id in where.places}
    places = {place_id: dataset.places[place_id] for place_id in relations}
    codes = {(dataset.places[place.region] if place.region else place).iso_3166_2 for place in places.values()}
    blank = _blank_map(outlines, frozenset(codes), detail, whole)
    if not blank:  # nothing here is placed
        return None
    placed = ((place.name, place.position, relations[name]) for name, place in places.items() if place.position)
    towns = [Town(name, *blank.project(at.lon, at.lat), relation) for name, at, relation in placed]
    shown = (town for town in (*blank.towns, *towns) if 0 < town.x < blank.width and 0 < town.y < blank.height)
    return blank._replace(towns=tuple(shown))


@lru_cache(maxsize=16)  # many pages have the same
def _blank_map(outlines: Outlines, codes: frozenset[str | None], detail: int, whole: bool) -> Map | None:
    """The map as it is before any event is put on it; the regions with these `codes` are shaded."""
    features = [(f["properties"], _lines(f["geometry"]["coordinates"])) for f in outlines.features]
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
    return Map(width, height, tuple(drawn), tuple(towns), project)


def _lines(coordinates: Any) -> list[list[tuple[float, float]]]:
    """Every line of a GeoJSON geometry, whatever its type; a point is a line of one."""
    if not isinstance(coordinates[0], list):
        return [[tuple(coordinates)]]
    if not isinstance(coordinates[0][0], list):
        return [[tuple(point) for point in coordinates]]
    return [line for part in coordinates for line in _lines(part)]


def _path(points: list[tuple[int, int]], width: int, height: int) -> str:
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
