"""Reads what maps are drawn from, data/map.geojson: any file of boundaries, rivers and towns in GeoJSON (RFC 7946)."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, PlainValidator, ValidationError

from briefing.problems import Problem, name_of
from briefing.strict import read_text

OUTLINES_FILE = "data/map.geojson"
Degrees = tuple[float, float]  # east, then north
_KINDS = {"Polygon": ("region", "country"), "LineString": ("river",), "Point": ("town",)}
# What files of boundaries call a name or a code, in small letters alone: ours, Natural Earth, geoBoundaries, OCHA, GADM,
# OpenStreetMap. Their digits are levels: a file may name all that is around a feature, and the last is its own.
_NAMES = ("name", "shapename", "admname", "admen", "admfr", "adminname", "adminnameen")
_CODES = ("code", "iso", "isoa", "shapeiso", "admpcode", "adminpcode", "hasc")


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
            case {"properties": {**properties}, "geometry": {"type": str(shape), "coordinates": part} as geometry}:
                own = _own(properties)
            case _:
                raise ValueError("it has no properties, or no coordinates of a geometry")
        name, code = (next((own[key] for key in known if key in own), "") for known in (_NAMES, _CODES))
        kind, label = own.get("kind", "region"), properties.get("label")
        if kind not in _KINDS.get(shape.removeprefix("Multi"), ()):
            raise ValueError(f'"{name}" is a {shape}, and no "{kind}" is; a "kind" is region, country, river or town')
        if not name and kind != "river":
            raise ValueError(f'this {kind} has no "name" among its properties')
        return cls(kind, name, _lines(part, name), code, _degrees(label, name) if label else None, geometry)


class Outlines(BaseModel):
    """What maps are drawn from: features that have a place, none where there is no map; and whom to credit."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: Annotated[
        list[Annotated[Feature, PlainValidator(Feature.read)]],
        AfterValidator(lambda features: [feature for feature in features if feature.lines]),
    ] = []
    credits: list[str] = []


def load_outlines(root: Path) -> tuple[Outlines, list[Problem]]:
    """What maps are drawn from, where the briefing has a map, and what is wrong with the file."""
    text, problems = read_text(root, OUTLINES_FILE) if (root / OUTLINES_FILE).exists() else (None, [])
    try:
        return Outlines.model_validate_json(text) if text is not None else Outlines(), problems
    except ValidationError as error:
        advice = "correct it, or export the file anew as GeoJSON in degrees (WGS 84, EPSG:4326)"
        for fault in error.errors():
            message = f"{fault['msg'].removeprefix('Value error, ')}; {advice}"
            problems.append(Problem(OUTLINES_FILE, 1, name_of(fault["loc"]), message))
        return Outlines(), problems


def _own(properties: dict[str, Any]) -> dict[str, str]:
    """What the properties say, by their names in small letters alone; of those of several levels, the finest."""
    said = {key: str(properties[key]) for key in sorted(properties) if properties[key] not in (None, "", "NA", "-99")}
    return {re.sub("[^a-z]", "", key.lower()): value for key, value in said.items()}


def _lines(part: Any, name: str) -> list[list[Degrees]]:
    """Every line in lists of lists of positions, however deep; a position alone is a line of one point."""
    match part:
        case []:
            return []
        case [[[*_], *_], *_]:
            return [line for inner in part for line in _lines(inner, name)]
        case [[*_], *_]:
            return [[_degrees(position, name) for position in part]]
    return [[_degrees(part, name)]]


def _degrees(position: Any, name: str) -> Degrees:
    """East and north of a position; a height is left out."""
    match position:
        case [int() | float() as east, int() | float() as north, *_] if abs(east) <= 180 and abs(north) <= 90:
            return float(east), float(north)
    raise ValueError(f'in "{name}", {position!r:.40} is no position in degrees east and north, such as [-5.5, 14.1]')
