"""Reads what maps are drawn from, data/map.geojson: any file of boundaries, rivers and towns in GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from briefing.problems import Problem, did_you_mean
from briefing.strict import read_text

OUTLINES_FILE = "data/map.geojson"
Degrees = tuple[float, float]  # east, then north
_AREAS = ("Polygon", "MultiPolygon")
_GEOMETRIES = {"region": _AREAS, "country": _AREAS, "river": ("LineString", "MultiLineString"), "town": ("Point",)}
_DEPTHS = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}

# Our name of a property -> those that files of boundaries have for it, in small letters: Natural Earth, geoBoundaries,
# OCHA, GADM, OpenStreetMap. {} is a level: a file may name all that is around a feature, and the finest is its own.
_PROPERTIES = {
    "kind": "kind",
    "name": "name shapename adm{}_name adm{}_en adm{}_fr admin{}name admin{}name_en name_{}",
    "code": "code iso_3166_2 iso3166-2 iso_3166_1 iso_a2 shapeiso adm{}_pcode admin{}pcode iso_{} hasc_{}",
}
_LEVELS = (4, 3, 2, 1, 0)
_MISSING = (None, "", "NA", "-99")


class Feature(NamedTuple):
    """One thing on a map; a town is a line of one point, and `label` is where the name stands, if it is said."""

    kind: str
    name: str
    code: str
    lines: tuple[tuple[Degrees, ...], ...]
    label: Degrees | None
    geometry: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Outlines:
    """What maps are drawn from: features, none where there is no map; and whom to credit."""

    features: tuple[Feature, ...] = ()
    credits: tuple[str, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Feature]:
        """The first feature of each code."""
        return {feature.code: feature for feature in reversed(self.features) if feature.code}


def load_outlines(root: Path) -> tuple[Outlines, list[Problem]]:
    """What maps are drawn from, where the briefing has a map, and what is wrong with the file."""
    if not (root / OUTLINES_FILE).exists():
        return Outlines(), []
    text, problems = read_text(root, OUTLINES_FILE)
    try:
        value = {"features": []} if text is None else json.loads(text)
    except json.JSONDecodeError as error:
        message = f"this is not JSON ({error.msg}); export the file anew, or put it back as it was in the last edition"
        return Outlines(), [*problems, Problem(OUTLINES_FILE, error.lineno, "", message, error.colno)]
    except (RecursionError, ValueError):
        message = "its brackets lie too deep, or a number is too long; export it anew"
        return Outlines(), [*problems, Problem(OUTLINES_FILE, 1, "", message)]
    if not isinstance(value, dict) or not isinstance(value.get("features"), list):
        message = 'this is no list of features; write {"type": "FeatureCollection", "features": [ ... ]}'
        return Outlines(), [*problems, Problem(OUTLINES_FILE, 1, "", message)]
    features: list[Feature] = []
    for number, item in enumerate(value["features"], 1):
        try:
            features.extend(_features(item))
        except ValueError as error:
            problems.append(Problem(OUTLINES_FILE, 1, _own(item, "name") or f"feature {number}", str(error)))
    credits = value.get("credits", [])
    if not isinstance(credits, list) or not all(isinstance(credit, str) for credit in credits):
        message = 'these are no texts; write ["Boundaries: whose they are"]'
        return Outlines(), [*problems, Problem(OUTLINES_FILE, 1, "credits", message)]
    return Outlines(tuple(features), tuple(credits)), problems


def _features(item: Any) -> Iterator[Feature]:
    """The feature that `item` is, if it has a place; ValueError with what is wrong with it."""
    kind, name, label = _own(item, "kind") or "region", _own(item, "name"), _given(item).get("label")
    if kind not in _GEOMETRIES:
        raise ValueError(f'"{kind}" is no kind of outline{did_you_mean(kind, _GEOMETRIES)}')
    if not name and kind != "river":  # or it is no feature at all
        raise ValueError('it has no name; write {"type": "Feature", "properties": {"name": ...}, "geometry": ...}')
    if lines := tuple(_lines(item.get("geometry"), kind)):
        yield Feature(kind, name, _own(item, "code"), lines, _degrees(label) if label else None, item["geometry"])


def _own(item: Any, name: str) -> str:
    """A property of a feature by our name for it; empty where it has none."""
    given = {key.lower(): str(value) for key, value in _given(item).items() if value not in _MISSING}
    names = (form.format(level) for level in _LEVELS for form in _PROPERTIES[name].split())
    return "".join(sign for sign in next((given[n] for n in names if n in given), "") if sign.isprintable())


def _given(item: Any) -> dict[str, Any]:
    """The properties of a feature, none where it is no feature."""
    properties = item.get("properties") if isinstance(item, dict) else None
    return properties if isinstance(properties, dict) else {}


def _lines(geometry: Any, kind: str) -> Iterator[tuple[Degrees, ...]]:
    """Every line of a geometry; a ring is closed, a point is a line of one. None, where it has no place (RFC 7946)."""
    shape = geometry.get("type") if isinstance(geometry, dict) else geometry
    if shape == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        for part in geometry["geometries"]:
            yield from _lines(part, kind)
    elif isinstance(shape, str) and shape in _GEOMETRIES[kind]:
        for line in _positions(geometry.get("coordinates"), _DEPTHS[shape]):
            yield (*line, line[0]) if shape in _AREAS and line[0] != line[-1] else line
    elif geometry is not None:
        fitting = next((other for other, shapes in _GEOMETRIES.items() if shape in shapes), None)
        advice = f'write "kind": "{fitting}" among its properties' if fitting else "export it anew"
        raise ValueError(
            f"a {kind} is drawn from a {_GEOMETRIES[kind][0]}, and its geometry is {_short(shape)}; {advice}"
        )


def _positions(coordinates: Any, depth: int) -> Iterator[tuple[Degrees, ...]]:
    """The lines in `coordinates`, which are lists in lists, `depth` deep."""
    if depth == 0:
        yield (_degrees(coordinates),)
    elif not isinstance(coordinates, list):
        raise ValueError(f"{_short(coordinates)} stands where a list of positions belongs; export it anew")
    elif depth > 1:
        for part in coordinates:
            yield from _positions(part, depth - 1)
    elif coordinates:
        yield tuple(_degrees(position) for position in coordinates)


def _degrees(position: Any) -> Degrees:
    """East and north of a position; a height is left out."""
    match position:
        case [int() | float() as east, int() | float() as north, *_] if abs(east) <= 180 and abs(north) <= 90:
            return float(east), float(north)
    advice = "write degrees east and north, such as [-5.5, 14.1], or export the file in WGS 84 (EPSG:4326)"
    raise ValueError(f"{_short(position)} is no position; {advice}")


def _short(value: Any) -> str:
    """`value` as JSON, as far as a message has room for it."""
    is_deep = isinstance(value, dict | list) and any(isinstance(part, dict | list) for part in value)
    return "a list in a list" if is_deep else json.dumps(value)[:40]
