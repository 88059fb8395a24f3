"""The drawings: what each value looks like, as numbers; and what a file of boundaries may hold."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from briefing.maps import Outlines, draw_map, load_outlines, map_problems
from briefing.model import Event, Place
from briefing.records import Records
from briefing.render import templates
from briefing.scales import Scale, counts, timeline

ROOT = Path(__file__).parents[1]


def written(bound: dict[str, Any]) -> dict[str, Any]:
    """A bound as the loader reads it: every scalar is text."""
    return {key: [str(n) for n in value] if isinstance(value, list) else str(value) for key, value in bound.items()}


def event(date: str = "not-given", where: Any = "not-given", **figures: Any) -> Event:
    told = {measure: {"who": "people", **written(bound)} for measure, bound in figures.items()}
    return Event.model_validate(
        {"title": "x", "date": date, "where": where, "actors": "not-given", "sources": "not-given", "figures": told}
    )


def dated(**dates: str) -> Records:
    return Records(events={name: event(date) for name, date in dates.items()})


def ticks(scale: Scale) -> list[tuple[float, str]]:
    return [(scale.at(number), text) for number, text in scale.ticks]


# Time.


@pytest.mark.parametrize(
    ("date", "kind", "start", "end", "sure", "hedges"),
    [
        ("2001", "within", 25.0, 50.0, (25.0, 50.0), ()),
        ("2001~", "within", 25.0, 50.0, (25.0, 50.0), ("about",)),
        ("2001?", "within", 25.0, 50.0, (25.0, 50.0), ("uncertain",)),
        ("2001%", "within", 25.0, 50.0, (25.0, 50.0), ("about", "uncertain")),
        ("2001/2002", "through", 25.0, 75.0, (25.0, 75.0), ()),
        ("2001~/2002?", "through", 25.0, 75.0, (25.0, 75.0), ("about", "uncertain")),
        ("2001/", "open", 25.0, 100.0, (25.0, 100.0), ()),
        ("/2001", "until", 0.0, 50.0, (0.0, 50.0), ()),
        ("2001-01-01/2002", "loosely", 25.0, 75.0, (25.0, 50.0), ()),
        ("2001/2002-12-31", "loosely", 25.0, 75.0, (50.0, 75.0), ()),
        ("2001-01-01/2001", "loosely", 25.0, 50.0, (25.0, 25.0), ()),  # on no day but the first is it sure
        ("2001/2001-12-31", "loosely", 25.0, 50.0, (50.0, 50.0), ()),
        ("2001-01/2002-12-31", "loosely", 25.0, 75.0, (27.12, 75.0), ()),
    ],
)  # fmt: skip
def test_a_date_is_drawn_as_exactly_as_it_is_stated(
    date: str, kind: str, start: float, end: float, sure: tuple[float, float], hedges: tuple[str, ...]
) -> None:
    scale = timeline(dated(first="2000", x=date, last="2003"))[0]
    mark = scale.events["x"]
    assert (mark.kind, tuple(mark.hedges)) == (kind, hedges)
    assert [scale.at(day) for day in (mark.start, mark.end, *mark.sure)] == pytest.approx((start, end, *sure), abs=0.1)


def test_days_have_a_scale_of_their_own_which_lies_on_that_of_years() -> None:
    years, days = timeline(dated(a="2012-03", b="2017-02-11", c="2017-02-19/", d="/2017-02-20", e="2017-02-05/2017"))
    assert list(years.events) == ["a", "e"]
    assert [(name, mark.kind, days.at(mark.start), days.at(mark.end)) for name, mark in days.events.items()] == [
        ("b", "day", 35.71, 39.29),
        ("c", "open", 64.29, 100.0),
        ("d", "until", 0.0, 71.43),
    ]
    assert (str(years.span), str(days.span)) == ("2012/2017", "2017-02")
    assert (years.at(days.start), years.at(days.end)) == (84.76, 86.04)
    assert [text for _, text in years.ticks] == ["2012", "2013", "2014", "2015", "2016", "2017"]
    assert ticks(days) == [(0.0, "1 Feb"), (25.0, "8 Feb"), (50.0, "15 Feb"), (75.0, "22 Feb")]


def test_what_has_no_date_is_on_no_scale() -> None:
    assert timeline(dated(a="not-given")) == timeline(dated(a="not-given"), apart=False) == []
    assert list(timeline(dated(a="not-given", b="2001"))[0].events) == ["b"]


def test_a_line_holds_every_date_by_years_or_by_days() -> None:
    (line,) = timeline(dated(a="2012-03", b="2013-02-11"), apart=False)
    assert ([mark.kind for mark in line.events.values()], str(line.span)) == (["within", "day"], "2012/2013")
    (short,) = timeline(dated(a="2012-03-01", b="2012-04-09"), apart=False)
    assert str(short.span) == "2012-03/2012-04"


@pytest.mark.parametrize(
    ("dates", "texts"),
    [
        (("2017-02-11", "2017-03-05"), ["1 Feb", "15 Feb", "1 Mar", "15 Mar"]),
        (("2017-02-11", "2017-05-05"), ["Feb 2017", "Mar 2017", "Apr 2017", "May 2017"]),
        (("2017-01-11", "2017-12-05"), ["Jan 2017", "Apr 2017", "Jul 2017", "Oct 2017"]),
        (("1999", "2004"), ["1999", "2000", "2001", "2002", "2003", "2004"]),
        (("1900", "2004"), ["1900", "1920", "1940", "1960", "1980", "2000"]),
        (("0001", "9999"), None),
    ],
)
def test_a_scale_has_as_many_ticks_as_a_phone_has_room_for(dates: tuple[str, str], texts: list[str] | None) -> None:
    scale = timeline(dated(a=dates[0], b=dates[1]))[-1]
    assert 1 <= len(scale.ticks) <= 7
    assert texts is None or [text for _, text in scale.ticks] == texts


# Counts.


@pytest.mark.parametrize(
    ("bound", "sure", "possible"),
    [
        ({"exactly": 9}, 22.22, None),
        ({"exactly": 0}, None, None),
        ({"at_least": 20}, 49.38, "fading 50.62"),
        ({"more_than": 20}, 49.38, "fading 50.62"),
        ({"at_most": 20}, None, "possible 49.38"),
        ({"fewer_than": 20}, None, "possible 49.38"),
        ({"nearly": 20}, None, "possible hedged 49.38"),
        ({"about": 20}, None, "possible hedged 49.38"),
        ({"between": [10, 20]}, 24.69, "possible 24.69"),
    ],
)
def test_a_count_is_sure_and_possible_as_far_as_its_bound_says(
    tmp_path: Path, bound: Any, sure: float | None, possible: str | None
) -> None:
    events = {"x": event(killed=bound), "highest": event(killed={"exactly": 30})}
    (scale,) = counts(Records(measures={"killed": "Killed"}, events=events))
    marks = templates([ROOT / "scripts/overrides"], tmp_path).get_template("briefing/marks.html").module
    drawn = LexborHTMLParser(marks.mark(scale, "x", "count")).css("rect[height='12']")  # type: ignore[attr-defined]
    found = {rect.attributes.get("class"): (rect.attributes["width"] or "")[:-1] for rect in drawn}
    assert found.pop(None, None) == (str(sure) if sure else None)
    assert [f"{look} {width}" for look, width in found.items()] == ([possible] if possible else [])
    assert ticks(scale) == [(0.0, "0"), (24.69, "10"), (49.38, "20"), (74.07, "30")]


def test_measures_never_share_a_scale_and_words_alone_have_no_ticks() -> None:
    events = {"a": event(killed={"exactly": 1}, missing={"said": "dozens"}), "b": event(killed={"at_least": 12345})}
    measures = {"missing": "Missing", "houses": "Houses burned", "killed": "Killed"}
    missing, killed = counts(Records(measures=measures, events=events))
    assert (missing.name, missing.ticks, len(missing.events)) == ("missing", [], 1)
    assert (killed.name, [text for _, text in killed.ticks]) == ("killed", ["0", "5,000", "10,000", "15,000"])


@pytest.mark.parametrize("number", [1, 2, 3, 999, 10**6, 10**9])
def test_a_scale_takes_numbers_of_any_size(number: int) -> None:
    (scale,) = counts(Records(measures={"killed": "Killed"}, events={"a": event(killed={"at_least": number})}))
    assert 2 <= len(scale.ticks) <= 7
    assert all(0 <= at <= 97 for at, _ in ticks(scale))


# The map.


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north]]  # not closed, as many files have it


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    geometry = geometry or {"type": "Polygon", "coordinates": [ring(10, 10, 12, 12)]}
    return {"type": "Feature", "properties": {"name": "North", "code": "ZZ-N", **properties}, "geometry": geometry}


def read(folder: Path, *features: Any, **others: Any) -> tuple[Outlines, list[str]]:
    file = folder / "data/map.geojson"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features, **others}), encoding="utf-8")
    outlines, problems = load_outlines(folder)
    return outlines, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("properties", "name", "code"),
    [
        ({"kind": "region", "name": "Gao", "iso_3166_2": "ML-7"}, "Gao", "ML-7"),  # ours, Natural Earth
        ({"shapeName": "Gao", "shapeISO": "ML-7", "shapeID": "1B", "shapeGroup": "M"}, "Gao", "ML-7"),  # geoBoundaries
        ({"NAME_0": "Mali", "NAME_1": "Gao", "ISO_1": "ML-7", "HASC_1": "ML.GA"}, "Gao", "ML-7"),  # GADM
        ({"NAME_0": "Mali", "NAME_1": "Gao", "ISO_1": "NA", "HASC_1": "ML.GA"}, "Gao", "ML.GA"),
        ({"NAME_1": "Gao", "NAME_2": "Ansongo", "HASC_1": "ML.GA", "HASC_2": "ML.GA.AN"}, "Ansongo", "ML.GA.AN"),
        ({"ADM0_FR": "Mali", "ADM1_FR": "Gao", "ADM1_PCODE": "ML07", "ADM0_PCODE": "ML"}, "Gao", "ML07"),  # OCHA
        ({"adm2_name": "Ansongo", "adm2_pcode": "ML0701", "adm1_pcode": "ML07"}, "Ansongo", "ML0701"),
        ({"admin1Name_en": "Gao", "admin1Pcode": "ML07"}, "Gao", "ML07"),
        ({"name": "Gao", "ISO3166-2": "ML-7", "admin_level": "4"}, "Gao", "ML-7"),  # OpenStreetMap
        ({"NAME": "Mali", "ISO_A2": "-99", "kind": "country"}, "Mali", ""),
        ({"name": "Gao", "code": 7}, "Gao", "7"),
    ],
)
def test_real_files_of_boundaries_are_read(tmp_path: Path, properties: dict[str, Any], name: str, code: str) -> None:
    outlines, problems = read(tmp_path, {**feature(), "properties": properties})
    assert problems == []
    assert [(found.name, found.code) for found in outlines.features] == [(name, code)]


SQUARE = [(10.0, 10.0), (12.0, 10.0), (12.0, 12.0), (10.0, 12.0)]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [ring(10, 10, 12, 12)]},
        {"type": "Polygon", "coordinates": [[[*point, 320.5] for point in ring(10, 10, 12, 12)]]},
        {"type": "MultiPolygon", "coordinates": [[ring(10, 10, 12, 12)]]},
        {"type": "Polygon", "coordinates": ring(10, 10, 12, 12)},  # a pair of brackets too few
    ],
)
def test_heights_and_open_rings_are_taken(tmp_path: Path, geometry: Any) -> None:
    outlines, problems = read(tmp_path, feature(geometry))
    assert (problems, outlines.features[0].lines) == ([], [SQUARE])


def test_what_has_no_place_is_left_out(tmp_path: Path) -> None:
    nowhere = [{**feature(), "geometry": None}, feature({"type": "MultiPolygon", "coordinates": []})]
    outlines, problems = read(tmp_path, *nowhere)
    assert (outlines.features, problems) == ([], [])


ADVICE = "correct it, or export the file anew as GeoJSON in degrees (WGS 84, EPSG:4326)"
DEGREES = "is no position in degrees east and north, such as [-5.5, 14.1]"
KINDS = "a Polygon can be a region or a country, a LineString a river, a Point a town, each with a name"


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (feature(name=""), f'no region with the name "" is drawn from a Polygon; {KINDS}'),
        (feature(kind="Region"), f'no Region with the name "North" is drawn from a Polygon; {KINDS}'),
        (feature(kind="river"), f'no river with the name "North" is drawn from a Polygon; {KINDS}'),
        (feature({"type": "MultiLineString", "coordinates": []}), f'no region with the name "North" is drawn from a MultiLineString; {KINDS}'),
        (feature({"type": "GeometryCollection"}), "it has no properties, or no coordinates of a geometry"),
        (feature({"coordinates": []}), "it has no properties, or no coordinates of a geometry"),
        (feature({"type": "Polygon", "coordinates": "text"}), f"in \"North\", 'text' {DEGREES}"),
        (feature({"type": "Polygon", "coordinates": [[[1]]]}), f'in "North", [1] {DEGREES}'),
        (feature({"type": "Polygon", "coordinates": [[[5e5, 1e6]]]}), f'in "North", [500000.0, 1000000.0] {DEGREES}'),
        (feature({"type": "Polygon", "coordinates": [[["1", "2"]]]}), f"in \"North\", ['1', '2'] {DEGREES}"),
        (feature({"type": "Polygon", "coordinates": [[[float("nan"), 2]]]}), f'in "North", [nan, 2] {DEGREES}'),
        (feature(label="middle"), f"in \"North\", 'middle' {DEGREES}"),
    ],
)  # fmt: skip
def test_a_problem_names_the_feature_and_what_is_wrong_with_it(tmp_path: Path, given: Any, what: str) -> None:
    _, problems = read(tmp_path, feature(name="Good"), given)
    assert problems == [f"data/map.geojson:1: features, number 2: {what}; {ADVICE}"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"features": [\n{,}]}', "Invalid JSON: key must be a string at line 2 column 2; "),
        ("", "Invalid JSON: EOF while parsing a value at line 1 column 0; "),
        ("[]", "Input should be an object; "),
        ('{"type": "Feature"}', "type: Input should be 'FeatureCollection'; "),
        ('{"features": {}}', "features: Input should be a valid array; "),
        ('{"features": ["text"]}', "features, number 1: it has no properties, or no coordinates of a geometry; "),
        ('{"features": ' + "[" * 100_000 + "]" * 100_000 + "}", "Invalid JSON: recursion limit exceeded "),
        ('{"features": [], "credits": "me"}', "credits: Input should be a valid array; "),
        ('{"features": [], "credits": [7]}', "credits, number 1: Input should be a valid string; "),
    ],
    ids=lambda text: text[:40],
)
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/map.geojson").write_text(text, encoding="utf-8")
    outlines, [problem] = load_outlines(tmp_path)
    assert str(problem).startswith(f"data/map.geojson:1: {what}")
    assert str(problem).endswith(ADVICE)
    assert outlines.features == []


def place(level: str, name: str = "North", at: tuple[float, float] | None = None, **fields: Any) -> Place:
    position = {"lat": str(at[0]), "lon": str(at[1]), "precision_km": "1"} if at else None
    return Place.model_validate({"name": name, "level": level, "position": position, **fields})


def told(places: dict[str, Place], outlines: Outlines) -> list[tuple[str, str]]:
    problems = list(map_problems(Records(places=places, events={}), outlines))
    assert all(problem.told for problem in problems)
    return [(problem.record, problem.message) for problem in problems]


LEFT_OUT = "no outline in data/map.geojson has its code, and the map leaves it out"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (place("region", code="ZZ-N"), None),
        (place("region", code="ZZ-NN"), ("x, code", f"{LEFT_OUT}; write code: ZZ-N")),
        (place("region", "Nord", code="ZZ-NN"), ("x, code", f'{LEFT_OUT}; did you mean "ZZ-N"?')),
        (place("country", "Land", code="AB"), ("x, code", f"{LEFT_OUT}; write ZZ-N")),
        (place("region"), ("x, code", f"{LEFT_OUT}; write code: ZZ-N")),
        (place("region", "Else"), ("x, code", f"{LEFT_OUT}; write ZZ-N")),
        (place("village"), None),
        (place("town", at=(11, 11), within="north"), None),
        (place("town", at=(11, 12.05), within="north"), None),  # outlines are simple, and towns lie at rivers
        (place("town", at=(-11, 11), within="north"), ("x, position", "it lies outside North, and the map leaves it out; look for a lost minus sign, or for swapped degrees")),
        (place("town", at=(11, -11), within="north"), ("x, position", "it lies outside North, and the map leaves it out; look for a lost minus sign, or for swapped degrees")),
        (place("town", at=(40, 40), within="north"), ("x, position", "it lies outside North, and the map leaves it out; look for a lost minus sign, or for swapped degrees")),
        (place("town", at=(40, 40), within="camp"), ("x, position", "it lies outside North, and the map leaves it out; look for a lost minus sign, or for swapped degrees")),
        (place("town", at=(40, 40)), None),
    ],
)  # fmt: skip
def test_what_the_map_cannot_draw_is_told(tmp_path: Path, given: Place, expected: tuple[str, str] | None) -> None:
    outlines, problems = read(tmp_path, feature())
    assert problems == []
    around = {"north": place("region", code="ZZ-N"), "camp": place("commune", "Camp", within="north")}
    assert told({**around, "x": given}, outlines) == ([expected] if expected else [])
    assert told({**around, "x": given}, Outlines()) == []  # a briefing without a map lacks nothing


def test_the_map_shows_what_events_name_and_what_lies_around_it(tmp_path: Path) -> None:
    south = {"type": "MultiPolygon", "coordinates": [[ring(10, 8, 12, 10)]]}
    outlines, _ = read(tmp_path, feature(), feature(south, name="South", code="ZZ-S"))
    places = {
        "north": place("region", code="ZZ-N"),
        "south": place("region", "South", code="ZZ-S"),
        "camp": place("commune", "Camp", within="north"),
        "ford": place("village", "Ford", at=(11, 10.5), within="camp"),
        "mill": place("town", "Mill", at=(11, 11.5), within="north"),
        "lost": place("town", "Lost", at=(-11, 11.5), within="north"),
        "never": place("town", "Never", at=(11, 11), within="north"),
    }
    wheres = [{"in": "ford"}, {"near": "ford"}, {"near": "mill"}, {"in": "lost"}, {"in": "camp"}, {"area": "there"}]
    events = {f"e{number}": event(where=where) for number, where in enumerate(wheres)}
    drawn = draw_map(Records(places=places, events=events), outlines)
    assert drawn
    assert [(o.name, o.code in drawn.codes, bool(drawn.label(o))) for o in drawn.outlines] == [
        ("South", False, False),
        ("North", True, True),
    ]
    assert drawn.relations == {"ford": {"in", "near"}, "mill": {"near"}}
    (west, north, width, height), (ford, mill) = (
        drawn.box(),
        (drawn.at(town.lines[0][0]) for town in drawn.towns.values()),
    )
    assert west < ford[0] < mill[0] < west + width
    assert ford[1] == mill[1] == pytest.approx(north + height / 2, abs=2)
    assert drawn.box(True)[3] > 1.5 * height  # all regions, not only what events name


def test_two_towns_of_one_name_have_a_dot_each(tmp_path: Path) -> None:
    outlines, _ = read(
        tmp_path, feature(), feature({"type": "Point", "coordinates": [11, 11]}, kind="town", name="Ford")
    )
    places = {"ford": place("town", "Ford", at=(10.5, 11)), "ford-east": place("town", "Ford", at=(10.5, 11.5))}
    drawn = draw_map(Records(places=places, events={"e": event(where={"in": ["ford", "ford-east"]})}), outlines)
    assert drawn
    assert list(drawn.towns) == ["ford", "ford-east"]


def test_without_outlines_or_places_there_is_no_map(tmp_path: Path) -> None:
    outlines, _ = read(tmp_path, feature())
    somewhere = Records(places={"ford": place("town", at=(11, 11))}, events={"e": event(where={"in": "ford"})})
    assert draw_map(somewhere, Outlines()) is None
    assert draw_map(Records(events={"e": event()}), outlines) is None
    assert draw_map(somewhere, outlines)  # a town abroad, or in no region, has its dot


def test_the_map_of_the_briefing_is_drawn_as_it_was() -> None:
    outlines, problems = load_outlines(ROOT)
    assert problems == []
    assert [feature.kind for feature in outlines.features].count("region") == 9
    assert len(outlines.credits) == 2
