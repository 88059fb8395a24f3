"""The downloads, read back by software that others wrote, and compared with the records they are of."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import feedparser
import frictionless
import geojson_pydantic
import jsonschema
import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

import briefing.changes
from briefing.model import BOUNDS
from briefing.records import load_records
from briefing.site import DOWNLOADS
from briefing.sources import load_sources
from briefing.wording import say
from conftest import FICTIONAL, ROOT, run, with_edition
from test_check import change

FOLDERS = {"real": ("data", ROOT), "fictional": ("more/numbers", FICTIONAL)}


@pytest.fixture(params=FOLDERS)
def offered(request: pytest.FixtureRequest, built: Callable[[str], Path]) -> tuple[Path, Path]:
    """The folder of the downloads, and the briefing that they are of."""
    folder, briefing = FOLDERS[request.param]
    return built(request.param) / folder, briefing


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


def numbers(*texts: str) -> list[int | None]:
    return [int(text) if text else None for text in texts]


def test_figures_in_the_table_are_those_of_the_records(offered: tuple[Path, Path]) -> None:
    folder, briefing = offered
    data = load_records(briefing)[0]
    rows = {row["figure_id"]: row for row in rows_of(folder / "figures.csv")}
    assert list(rows) == [f"{event_id}_{measure}" for event_id, measure, _ in data.figures()]
    for event_id, measure, figure in data.figures():
        row = rows[f"{event_id}_{measure}"]
        low, high = (figure.number, figure.number) if figure.bound == "about" else figure.limits
        assert row["bound"] == figure.bound
        assert numbers(row["value_min"], row["value_max"]) == [low, high]
        assert (row["counted"], row["measure"], row["event_id"]) == (figure.who, measure, event_id)
        assert row["date_edtf"] == str(data.events[event_id].date or "")
        keys = data.events[event_id].sources if figure.sources is None else figure.sources
        assert row["source_keys"] == ("; ".join(keys) or "not-given")


def test_figures_in_json_are_those_of_the_table(offered: tuple[Path, Path]) -> None:
    folder, _ = offered
    document = json.loads((folder / "events.json").read_text(encoding="utf-8"))
    found = {}
    for event_id, event in document["events"].items():
        for measure, figure in event.get("figures", {}).items():
            bound = next(name for name in BOUNDS if name in figure)
            found[f"{event_id}_{measure}"] = (bound, None if bound == "unknown" else figure[bound])
    rows = rows_of(folder / "figures.csv")
    assert found == {
        row["figure_id"]: (
            row["bound"],
            numbers(row["value_min"], row["value_max"])
            if row["bound"] == "between"
            else row["said"] or next((int(row[name]) for name in ("value_min", "value_max") if row[name]), None),
        )
        for row in rows
    }
    assert all(row["permalink"] == f"{document['records']}#{row['figure_id']}" for row in rows)


def test_a_floor_has_no_upper_bound_and_nothing_is_added_up(built: Callable[[str], Path]) -> None:
    rows = rows_of(built("real") / "data/figures.csv")
    assert [(row["bound"], row["value_min"], row["value_max"]) for row in rows] == [
        ("exactly", "1", "1"),
        ("at_least", "20", ""),
        ("exactly", "9", "9"),
        ("at_least", "16", ""),
        ("at_least", "9000", ""),
    ]
    assert [row["note_numbers"] for row in rows] == ["", "", "", "6", "6"]
    assert [row["attribution"] for row in rows] == ["alleged", "not-given", "unidentified", "not-given", "not-given"]
    [niono] = [row for row in rows_of(built("real") / "data/events.csv") if row["event_id"] == "niono-executions"]
    assert niono["in_retaliation_for_attribution"] == "alleged"
    assert niono["actors"] == "by men (unidentified)"


def test_tables_are_marked_as_utf_8_and_have_crlf(offered: tuple[Path, Path]) -> None:
    for name in ("figures.csv", "events.csv", "figures.hxl.csv"):
        data = (offered[0] / name).read_bytes()
        assert data.endswith(b"\r\n")
        assert data.startswith(b"\xef\xbb\xbf"), "or a spreadsheet takes it for another encoding"
        assert data.count(b"\n") == data.count(b"\r\n")
    tags = rows_of(offered[0] / "figures.hxl.csv")[0]
    assert all(tag.startswith("#") for tag in tags.values())
    assert rows_of(offered[0] / "figures.hxl.csv")[1:] == rows_of(offered[0] / "figures.csv")


@pytest.mark.parametrize("text", ["=A+A", "+A", "-A", "@SUM(AA)", "=cmd|' /C calc'!AA", "\uff1dA", " =A"])
def test_no_cell_runs_as_a_formula(tmp_path: Path, text: str) -> None:
    (tmp_path / "data").mkdir()
    events = (FICTIONAL / "data/events.yml").read_text("utf-8")
    events = events.replace("who: gulls", f"who: {json.dumps(text)}").replace(
        "title: A dry year", f"title: {json.dumps(text)}"
    )
    (tmp_path / "data/events.yml").write_text(events, "utf-8")
    records = load_records(tmp_path)[0]
    for row in briefing.changes.rows_of(records).values():
        assert not [cell for cell in row.values() if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))]
    assert briefing.changes.rows_of(records)["thirst_displaced"]["counted"].startswith("'")


@pytest.mark.parametrize("bound", ["at_least", "more_than"])
def test_a_floor_has_no_highest_value(tmp_path: Path, bound: str) -> None:
    (tmp_path / "data").mkdir()
    events = (FICTIONAL / "data/events.yml").read_text("utf-8").replace("at_most: 5", f"{bound}: 5")
    (tmp_path / "data/events.yml").write_text(events, "utf-8")
    row = briefing.changes.rows_of(load_records(tmp_path)[0])["thirst_displaced"]
    assert (row["bound"], row["value_min"], row["value_max"]) == (bound, "5", "")


@pytest.mark.parametrize("file", ["scripts/exports/figures.csv", "scripts/overrides/blocks/sources.html"])
@pytest.mark.parametrize(
    ("slip", "what"),
    [("{{ nothing }}", "'nothing' is undefined"), ("{% if %}", "Expected an expression, got 'end of statement block'")],
)
def test_a_slip_in_a_template_is_blamed_on_its_line(fictional: Path, file: str, slip: str, what: str) -> None:
    path = fictional / file
    path.write_text(path.read_text("utf-8").rstrip("\n") + f"\n{slip}\n", "utf-8")
    result = run(fictional, "build")
    line = len(path.read_text("utf-8").splitlines())
    assert re.search(rf"(?m)^{file}:{line}: .*{re.escape(what)}\); mend this", result.stderr)


def test_each_download_is_a_row_a_template_and_a_word() -> None:
    names = {path.name for path in (ROOT / "scripts/exports").iterdir()}
    assert names == {*DOWNLOADS, "columns.json"}
    assert all(say(f"downloads.{name}") for name in DOWNLOADS)


@pytest.mark.parametrize("name", FOLDERS)
def test_the_list_on_the_page_and_in_linked_data_is_that_of_the_table(built: Callable[[str], Path], name: str) -> None:
    folder = built(name) / FOLDERS[name][0]
    page = LexborHTMLParser((folder / "index.html").read_text("utf-8"))
    names = [*DOWNLOADS]
    assert [node.text() for node in page.css(".downloads a")] == names
    [linked] = page.css('script[type="application/ld+json"]')
    data = json.loads(linked.text())
    assert [file["name"] for file in data["distribution"]] == names
    for file, told in zip(data["distribution"], page.css(".downloads li"), strict=False):
        size = (folder / file["name"]).stat().st_size
        assert int(file["contentSize"]) == size
        assert f" ({max(1, round(size / 1000))} kB): {say('downloads.' + file['name'])}" in told.text()


def test_ris_has_an_entry_for_each_source(offered: tuple[Path, Path]) -> None:
    text = (offered[0] / "sources.ris").read_text("utf-8")
    keys = [line.removeprefix("ID  - ") for line in text.splitlines() if line.startswith("ID  - ")]
    assert keys == list(load_sources(offered[1])[0])
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*|", line) for line in text.splitlines())
    assert text.count("TY  - ") == text.count("ER  - ") == len(keys)


def test_frictionless_finds_the_package_valid(offered: tuple[Path, Path]) -> None:
    report = frictionless.Package(str(offered[0] / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "message"])
    assert {task.name for task in report.tasks} >= {"figures", "events", "events-json", "sources-bib"}
    assert [task.stats["rows"] for task in report.tasks[:2]] == [
        len(rows_of(offered[0] / name)) for name in ("figures.csv", "events.csv")
    ]


def test_the_package_describes_every_download(offered: tuple[Path, Path]) -> None:
    package = json.loads((offered[0] / "datapackage.json").read_text(encoding="utf-8"))
    files = {path.name for path in offered[0].iterdir() if path.suffix != ".gz"} - {
        "index.html",
        "datapackage.json",
        "feed.xml",
    }
    assert {resource["path"] for resource in package["resources"]} == files
    for resource in package["resources"]:
        data = (offered[0] / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
    assert "licenses" not in package
    assert "contributors" not in package


def test_jsonschema_finds_the_records_valid(offered: tuple[Path, Path]) -> None:
    schema, document = (
        json.loads((offered[0] / name).read_text(encoding="utf-8")) for name in ("events.schema.json", "events.json")
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(document)
    assert not validator.is_valid({**document, "total": 45})


def test_regions_are_drawn_where_they_lie(built: Callable[[str], Path]) -> None:
    places = json.loads((built("real") / "data/places.geojson").read_text(encoding="utf-8"))["features"]
    kinds = {feature["id"]: (feature["geometry"] or {}).get("type") for feature in places}
    assert kinds == {"segou": "Polygon", "mopti": "Polygon", "ke-macina": "Point", "niono": "Point"}


def positions(value: Any) -> Iterator[tuple[float, float]]:
    """Every position of a geometry."""
    if isinstance(value[0], (int, float)):
        yield value[0], value[1]
    else:
        for part in value:
            yield from positions(part)


def area(ring: list[list[float]]) -> float:
    """Twice the area of a ring; above zero where it runs counter-clockwise."""
    return sum((b[0] - a[0]) * -(b[1] + a[1]) for a, b in pairwise(ring))


def test_places_are_geojson_and_no_place_of_an_attack(offered: tuple[Path, Path]) -> None:
    text = (offered[0] / "places.geojson").read_text(encoding="utf-8")
    places: Any = geojson_pydantic.FeatureCollection.model_validate_json(text)
    data = load_records(offered[1])[0]
    assert [feature.id for feature in places.features] == list(data.places)
    for feature in json.loads(text)["features"]:
        assert set(feature["properties"]) <= {"level", "name", "other_names", "code", "within", "precision_km"}
        if geometry := feature["geometry"]:
            assert geometry["type"] in (
                ("Point",) if "precision_km" in feature["properties"] else ("Polygon", "MultiPolygon")
            )
            assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in positions(geometry["coordinates"]))
            for ring in geometry["coordinates"] if geometry["type"] == "Polygon" else ():
                assert ring[0] == ring[-1]
                assert area(ring) > 0


def test_pybtex_reads_our_sources_back_to_the_same_references(offered: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/sources.bib").write_bytes((offered[0] / "sources.bib").read_bytes())
    ours, theirs = load_sources(offered[1])[0], load_sources(tmp_path)[0]
    assert list(ours) == list(theirs)
    for key in ours:
        assert str(ours[key].reference) == str(theirs[key].reference)
        assert ours[key].entry == theirs[key].entry, "field by field, as it was written"


def test_a_csl_processor_reads_our_sources_to_the_same_references(offered: tuple[Path, Path]) -> None:
    """citeproc-py with a style that says what our references say, in their order."""
    sources = CiteProcJSON(json.loads((offered[0] / "sources.json").read_text(encoding="utf-8")))
    style = CitationStylesStyle(str(ROOT / "tests/cases/reference.csl"), validate=False)
    ours = load_sources(offered[1])[0]
    theirs = CitationStylesBibliography(style, sources, formatter.plain)
    for key in ours:
        theirs.register(Citation([CitationItem(key)]))
    for key, found in zip(theirs.keys, theirs.bibliography(), strict=True):
        assert str(found) == str(ours[key].reference)


def test_the_feed_is_read_by_feedparser_and_fits_the_schema(offered: tuple[Path, Path]) -> None:
    data = (offered[0] / "feed.xml").read_bytes()
    feed = feedparser.parse(data)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.entries[-1].title == "Edition 1"
    date = json.loads((offered[0] / "events.json").read_text("utf-8"))["edition_date"]
    assert feed.feed.updated == feed.entries[0].updated == f"{date}T00:00:00Z"
    etree.RelaxNG(etree.parse(ROOT / "tests/cases/atom.rng")).assertValid(etree.fromstring(data))


def test_a_correction_is_in_the_feed_and_in_the_downloads(fictional: Path) -> None:
    change(with_edition(fictional), "data/events.yml", "at_most: 5", "at_most: 6")
    assert run(fictional, "build").returncode == 0
    folder = fictional / "site/more/numbers"
    assert json.loads((folder / "events.json").read_text(encoding="utf-8"))["changed_since"] == ["thirst_displaced"]
    assert json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["version"] == "2.1-changed"
    (fictional / "data/corrections.yml").write_text(
        "- edition: 2\n  value: thirst_displaced\n  reason: A <gull> was missed & found.\n  sources: [almanac]\n"
    )
    assert run(fictional, "edition", "--date", "2026-11-24").returncode == 0
    assert run(fictional, "build").returncode == 0
    data = (folder / "feed.xml").read_bytes()
    etree.RelaxNG(etree.parse(ROOT / "tests/cases/atom.rng")).assertValid(etree.fromstring(data))
    feed = feedparser.parse(data)
    assert [entry.title for entry in feed.entries] == ["Edition 2", "Correction: A dry year: Displaced", "Edition 1"]
    assert feed.entries[1].id == "https://fiction.example/tea/mistakes/#edition-2_thirst_displaced"
    assert "In edition 1: at most five. Now: at most six." in feed.entries[1].summary
    assert json.loads((folder / "events.json").read_text(encoding="utf-8"))["changed_since"] == []
    [record] = LexborHTMLParser((fictional / "site/more/records/index.html").read_bytes()).css("#thirst_displaced")
    assert "A <gull> was missed & found. Source: Žofie Novotná and Ann Doe, 1904." in record.text()
