"""Reads what maps are drawn from, data/map.geojson: any file of boundaries, rivers and towns in GeoJSON (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from briefing.problems import Problem, name_of
from briefing.strict import read_text

OUTLINES_FILE = "data/map.geojson"
Degrees = tuple[float, float]  # east, then north
_SHAPES = {"region": "Polygon", "country": "Polygon", "river": "LineString", "town": "Point"}

# Our name of a property -> those that files of boundaries have for it, in small letters: Natural Earth, geoBoundaries,
# OCHA, GADM, OpenStreetMap. {} is a level: a file may name all that is around a feature, and the finest is its own.
_PROPERTIES = {
    "kind": "kind",
    "name": "name shapename adm{}_name adm{}_en adm{}_fr admin{}name admin{}name_en name_{}",
    "code": "code iso_3166_2 iso3166-2 iso_3166_1 iso_a2 shapeiso adm{}_pcode admin{}pcode iso_{} hasc_{}",
}
_MISSING = (None, "", "NA", "-99")


class Feature(NamedTuple):
    """One thing on a map; a town is a line of one point, and `label` is where the name stands, if it is said."""

    kind: str
    name: str
    code: str
    lines: tuple[tuple[Degrees, ...], ...]
    label: Degrees | None
    geometry: Mapping[str, Any]


class Outlines(NamedTuple):
    """What maps are drawn from: features, none where there is no map; and whom to credit."""

    features: tuple[Feature, ...] = ()
    credits: tuple[str, ...] = ()

    @property
    def by_code(self) -> Mapping[str, Feature]:
        """The first feature of each code."""
        return {feature.code: feature for feature in reversed(self.features) if feature.code}


class _Item(BaseModel):
    properties: dict[str, Any] | None = None
    geometry: dict[str, Any] | None = None


class _File(BaseModel):
    features: list[_Item]
    credits: list[str] = []


def load_outlines(root: Path) -> tuple[Outlines, list[Problem]]:
    """What maps are drawn from, where the briefing has a map, and what is wrong with the file."""
    text, problems = read_text(root, OUTLINES_FILE) if (root / OUTLINES_FILE).exists() else (None, [])
    if text is None:
        return Outlines(), problems
    try:
        file = _File.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        message = f"{fault['msg']}; export the file anew as GeoJSON, or put it back as it was in the last edition"
        return Outlines(), [*problems, Problem(OUTLINES_FILE, 1, name_of(fault["loc"]), message)]
    features: list[Feature] = []
    for number, item in enumerate(file.features, 1):
        properties = item.properties or {}
        try:
            features += [_feature(properties, item.geometry)] if item.geometry else []
        except ValueError as error:
            problems.append(Problem(OUTLINES_FILE, 1, _own(properties, "name") or f"feature {number}", str(error)))
    return Outlines(tuple(feature for feature in features if feature.lines), tuple(file.credits)), problems


def _feature(properties: Mapping[str, Any], geometry: Mapping[str, Any]) -> Feature:
    """A feature of the file; ValueError with what is wrong with it."""
    kind, name, label = _own(properties, "kind") or "region", _own(properties, "name"), properties.get("label")
    if not name and kind != "river":
        raise ValueError('it has no name; write "name" among its properties')
    shape = str(geometry.get("type")).removeprefix("Multi")
    if shape != _SHAPES.get(kind):
        known = ", ".join(f"a {kind} from a {shape}" for kind, shape in _SHAPES.items())
        raise ValueError(f'no "{kind}" is drawn from a {shape}; correct its "kind": {known}')
    lines = tuple(_lines(geometry.get("coordinates"), is_closed=shape == "Polygon"))
    return Feature(kind, name, _own(properties, "code"), lines, _degrees(label) if label else None, geometry)


def _own(properties: Mapping[str, Any], name: str) -> str:
    """The property that we call `name`, without signs that can't be seen; empty where there is none."""
    given = {key.lower(): str(value) for key, value in properties.items() if value not in _MISSING}
    names = (form.format(level) for level in (4, 3, 2, 1, 0) for form in _PROPERTIES[name].split())
    return "".join(filter(str.isprintable, next((given[other] for other in names if other in given), "")))


def _lines(part: Any, is_closed: bool) -> Iterator[tuple[Degrees, ...]]:
    """Every line in lists of lists of positions, however deep; a position alone is a line of one point."""
    if not isinstance(part, list) or not all(isinstance(inner, list) for inner in part):
        yield (_degrees(part),)
    elif all(isinstance(number, list) for inner in part for number in inner):
        for inner in part:
            yield from _lines(inner, is_closed)
    else:
        line = tuple(_degrees(position) for position in part)
        yield (*line, line[0]) if is_closed and line[0] != line[-1] else line


def _degrees(position: Any) -> Degrees:
    """East and north of a position; a height is left out."""
    match position:
        case [int() | float() as east, int() | float() as north, *_] if abs(east) <= 180 and abs(north) <= 90:
            return float(east), float(north)
    advice = "write degrees east and north, such as [-5.5, 14.1], or export the file in WGS 84 (EPSG:4326)"
    raise ValueError(f"{position!r:.40} is no position; {advice}")
