"""Reads what maps are drawn from: data/map.geojson, in the subset of GeoJSON (RFC 7946) that they need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from briefing.problems import Problem
from briefing.text import read_text, sign_faults

OUTLINES_FILE = "data/map.geojson"
_ADVICE = "put the file back as it was in the last edition"


@dataclass(frozen=True, eq=False)
class Outlines:
    """What maps are drawn from: features, none where there is no map; and whom to credit."""

    features: tuple[Mapping[str, Any], ...] = ()
    credits: tuple[str, ...] = ()


def _visible(text: str) -> str:
    for _, fault in sign_faults(text):
        raise ValueError(fault)
    return text


def _closed(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring ends where it begins")
    return ring


_Words = Annotated[str, Field(min_length=1), AfterValidator(_visible)]
_Pair = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]
_Line = Annotated[list[_Pair], Field(min_length=2)]
_Ring = Annotated[list[_Pair], AfterValidator(_closed)]
_Area = Annotated[list[_Ring], Field(min_length=1)]


class _Point(BaseModel):
    type: Literal["Point"]
    coordinates: _Pair


class _LineString(BaseModel):
    type: Literal["LineString"]
    coordinates: _Line


class _MultiLineString(BaseModel):
    type: Literal["MultiLineString"]
    coordinates: Annotated[list[_Line], Field(min_length=1)]


class _Polygon(BaseModel):
    type: Literal["Polygon"]
    coordinates: _Area


class _MultiPolygon(BaseModel):
    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[_Area], Field(min_length=1)]


class _Properties(BaseModel):
    kind: Literal["region", "country", "river", "town"]
    name: _Words
    iso_3166_2: str = ""
    label: _Pair = (0, 0)  # where the name stands; none is needed where it stands in the middle

    @model_validator(mode="after")
    def _region_has_code(self) -> _Properties:
        if self.kind == "region" and not self.iso_3166_2:
            raise ValueError("a region has a code")
        return self


class _Feature(BaseModel):
    properties: _Properties
    geometry: Annotated[_Point | _LineString | _MultiLineString | _Polygon | _MultiPolygon, Field(discriminator="type")]


class _OutlinesFile(BaseModel):
    features: list[_Feature]
    credits: list[_Words] = []


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def load_outlines(root: Path) -> tuple[Outlines, list[Problem]]:
    """What maps are drawn from, where the briefing has a map, and what is wrong with the file."""
    if not (root / OUTLINES_FILE).exists():
        return Outlines(), []
    text, problems = read_text(root, OUTLINES_FILE)
    line, what = 1, "a feature lacks its kind, name or coordinates"
    try:
        value = json.loads(text or "", parse_constant=_refuse)
        _OutlinesFile.model_validate_json(text or "", strict=True)
        return Outlines(tuple(value["features"]), tuple(value.get("credits", ()))), problems
    except json.JSONDecodeError as error:
        line, what = error.lineno, f"this is not JSON ({error.msg})"
    except ValidationError as error:
        path = error.errors(include_url=False)[0]["loc"]
        if len(path) > 1 and path[0] == "features":
            what = f"feature {int(path[1]) + 1} lacks its kind, name or coordinates, or has others than a map takes"
        elif path[:1] == ("credits",):
            what = "credits is a list of texts"
    except (RecursionError, ValueError) as error:
        what = f"this can't be read ({error})"
    return Outlines(), problems or [Problem(OUTLINES_FILE, line, "", f"{what}; {_ADVICE}")]
