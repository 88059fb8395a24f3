"""What a citer needs: links that hold, citations that name the edition, changes that are announced, all offline."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from lxml import etree
from playwright.sync_api import Browser, Page, expect
from pybtex.database import parse_string
from selectolax.lexbor import LexborHTMLParser, LexborNode

from briefing.load import load_dataset
from conftest import ROOT, run, served, stop_clock
from test_check import change, problems_in
from test_export import FOLDERS, rows_of

PERMALINKS = ROOT / "tests/permalinks.txt"
SCHEMA_ORG = rdflib.Namespace("https://schema.org/")
pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated"
)  # rdflib's own reader of JSON-LD uses it


def one(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """The first node that fits, which must be there."""
    node = page.css_first(selector)
    assert node is not None, selector
    return node


def pages_of(site: Path) -> Iterator[tuple[str, LexborHTMLParser]]:
    """Every page by its address below the site."""
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        if name != "404.html":
            yield name.removesuffix("index.html"), LexborHTMLParser(path.read_bytes())


def addresses_of(site: Path) -> set[str]:
    """Every page, and every place on it that can be linked to; the dictionary's headings are no such place."""
    found = set()
    for address, page in pages_of(site):
        found.add(address)
        for node in page.css("main [id]:not(svg *)"):
            in_dictionary = node.tag in ("h2", "h3", "h4") and address == "data/"
            if not in_dictionary:
                found.add(f"{address}#{node.attributes['id']}")
    return found


def test_no_address_that_was_ever_published_is_gone(built: Callable[[str], Path]) -> None:
    published = set(PERMALINKS.read_text(encoding="utf-8").splitlines()) if PERMALINKS.exists() else set()
    there = addresses_of(built("real"))
    if os.environ.get("UPDATE_CASES"):  # adds what is new, and takes nothing away
        PERMALINKS.write_text("\n".join(sorted(published | there)) + "\n", encoding="utf-8")
        return
    assert sorted(published - there) == [], "these were published once; keep them, or declare what they are called now"
    assert sorted(there - published) == [], "these are new: run the tests once with UPDATE_CASES=1"


def test_every_kind_of_thing_has_a_permanent_id() -> None:
    published = set(PERMALINKS.read_text(encoding="utf-8").splitlines())
    data = load_dataset(ROOT)[0]
    assert {f"events/#{event}" for event in data.events} <= published
    assert {f"events/#{event}_date" for event in data.events} <= published
    assert {f"events/#{event}_{measure}" for event, measure, _ in data.figures()} <= published
    assert {f"background/#fn:{number}" for number in "1234"} <= published
    assert {"sources/#un-sg-2017", "february-2017-violence/#niono", "corrections/#edition-1"} <= published


def test_what_is_renamed_is_still_found(fictional: Path, browser: Browser) -> None:
    for file in ("data/events.yml", "docs/flood.md"):
        text = (fictional / file).read_text(encoding="utf-8")
        (fictional / file).write_text(text.replace("thirst", "drought"), encoding="utf-8")
    change(fictional, "data/events.yml", "former_ids: [dry-year]", "former_ids: [dry-year, thirst]")
    change(fictional, "docs/flood.md", "{ #gulls }", '{ #seabirds former="gulls birds" }')
    change(
        fictional,
        "data/sources.bib",
        "title  = {An Almanac of Tea},",
        "title  = {An Almanac of Tea}, ids = {yearbook},",
    )
    (fictional / "docs/flood.md").rename(fictional / "docs/deluge.md")
    change(
        fictional, "docs/deluge.md", "title: The flood of tea", "title: The flood of tea\nformer: [flood/, tea/flood/]"
    )
    change(fictional, "mkdocs.yml", "flood.md", "deluge.md")
    change(fictional, "docs/index.md", "flood.md", "deluge.md")
    result = run(fictional, "build")
    assert result.returncode == 0, result.stderr
    page = browser.new_page()
    with served(fictional / "site") as address:
        for old, new in (
            ("flood/#gulls", "deluge/#gulls"), ("tea/flood/#teapots", "deluge/#teapots"),
            ("more/records/#thirst_displaced", ""), ("more/records/#dry-year", ""), ("books/#yearbook", ""),
        ):  # fmt: skip
            page.goto(f"{address}/{old}")
            page.wait_for_url(f"{address}/{new or old}")
            expect(page.locator(":target")).to_have_count(1)
            expect(page.locator(":target")).to_be_in_viewport()
        page.goto(f"{address}/deluge/")
        assert page.locator("#seabirds").inner_text() == "In 1903 at most five gulls left, so it was said.3"
    page.close()
    plain = browser.new_context(java_script_enabled=False).new_page()
    with served(fictional / "site") as address:
        plain.goto(f"{address}/flood/")
        plain.wait_for_url(f"{address}/deluge/")
    plain.context.close()


@pytest.mark.parametrize(
    ("former", "problem"),
    [
        ("quarrel/", 'docs/flood.md:3: former: docs/quarrel.md has the address "quarrel/" now; remove it here'),
        ("../x/", 'docs/flood.md:3: former: "../x/" is no address of a page; write it as old-name/'),
        ("https://x.example/", 'docs/flood.md:3: former: "https://x.example/" is no address of a page; write it as old-name/'),
    ],
)  # fmt: skip
def test_a_former_address_that_is_none_is_told(fictional: Path, former: str, problem: str) -> None:
    change(fictional, "docs/flood.md", "title: The flood of tea", f"title: The flood of tea\nformer: ['{former}']")
    assert problems_in(fictional) == [problem]


def test_a_link_beside_a_place_copies_its_permanent_address(page: Page, site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stop_clock(page)
    for path, of in (
        ("february-2017-violence/", "niono"),
        ("events/", "niono-executions"),
        ("events/", "displacement_displaced"),
    ):
        page.goto(f"{site}/{path}")
        link = page.locator(f'.here[href="#{of}"]')
        assert link.evaluate("a => getComputedStyle(a).opacity") == "0"
        link.focus()
        assert link.evaluate("a => getComputedStyle(a).opacity") == "1"
        page.keyboard.press("Enter")
        expect(page.locator("[role=status]", has_text="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == f"https://mali-briefing.example/{path}#{of}"
        assert page.url == f"{site}/{path}#{of}"
        target = page.locator(f"#{of}")
        expect(target).to_be_in_viewport()
        assert target.evaluate("node => node.getBoundingClientRect().top") >= 0


def test_the_link_shows_where_nothing_can_hover_and_works_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{site}/february-2017-violence/")
    link = page.locator('.here[href="#niono"]')
    box = link.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    link.tap()
    assert page.url.endswith("#niono")
    context.close()


@pytest.mark.parametrize("name", FOLDERS)
def test_citations_name_the_edition_and_the_permanent_address(built: Callable[[str], Path], name: str) -> None:
    site, address = (
        built(name),
        {"real": "https://mali-briefing.example/", "fictional": "https://fiction.example/tea/"}[name],
    )
    there, cited = {address + place for place in addresses_of(site)}, 0
    for _, page in pages_of(site):
        for block in page.css(".cite"):
            words = one(block, "p").text()
            bibtex, csl = (node.text() for node in block.css("pre"))
            [(key, entry)] = parse_string(bibtex, "bibtex").entries.items()
            item = json.loads(csl)
            assert item["id"] == key
            assert item["URL"] == entry.fields["url"]
            assert item["URL"] in there
            assert f"edition 1, 22 November 2026, {item['URL']}" in words
            assert (item["edition"], item["issued"]) == ("1", {"date-parts": [[2026, 11, 22]]})
            assert (entry.fields["edition"], entry.fields["date"]) == ("1", "2026-11-22")
            assert item["title"] in words
            assert "author" not in item
            cited += 1
    assert cited == len(load_dataset(FOLDERS[name][1])[0].events) + 2


def graph_of(page: LexborHTMLParser) -> rdflib.Graph:
    """The linked data of a page; schema.org's own context is not fetched, its vocabulary stands in."""
    [script] = page.css("script[type='application/ld+json']")
    data = {**json.loads(script.text()), "@context": {"@vocab": str(SCHEMA_ORG)}}
    return rdflib.Graph().parse(data=json.dumps(data), format="json-ld")


@pytest.mark.parametrize("name", FOLDERS)
def test_linked_data_say_the_figures_of_the_table(built: Callable[[str], Path], name: str) -> None:
    folder = built(name) / FOLDERS[name][0]
    graph = graph_of(LexborHTMLParser((folder / "index.html").read_bytes()))
    [dataset] = graph.subjects(rdflib.RDF.type, SCHEMA_ORG.Dataset)
    files = {str(graph.value(part, SCHEMA_ORG.contentUrl)) for part in graph.objects(dataset, SCHEMA_ORG.distribution)}
    assert files >= {f"{dataset}{file}" for file in ("figures.csv", "events.csv", "events.json", "datapackage.json")}
    assert all((folder / file.removeprefix(str(dataset))).exists() for file in files)
    rows = {row["permalink"]: row for row in rows_of(folder / "figures.csv")}
    measured = set(graph.objects(dataset, SCHEMA_ORG.variableMeasured))
    assert {str(node) for node in measured} == set(rows)
    for node in measured:
        row = rows[str(node)]
        value, low, high = (graph.value(node, SCHEMA_ORG[field]) for field in ("value", "minValue", "maxValue"))
        if row["bound"] == "exactly":
            assert (str(value), low, high) == (row["value_min"], None, None)
        elif row["bound"] == "about":
            assert (str(value), low, high) == (f"about {row['value_min']}", None, None)
        else:
            assert value is None
            assert ("" if low is None else str(low), "" if high is None else str(high)) == (
                row["value_min"],
                row["value_max"],
            )
        assert row["bound"] != "at_least" or high is None


@pytest.mark.parametrize("name", FOLDERS)
def test_figures_on_the_pages_are_those_of_the_table(built: Callable[[str], Path], name: str) -> None:
    rows = {row["figure_id"]: row for row in rows_of(built(name) / FOLDERS[name][0] / "figures.csv")}
    seen = set()
    for _, page in pages_of(built(name)):
        for node in page.css("main data"):
            given: dict[str, Any] = node.attributes
            row = rows[given["data-of"]]
            assert given["data-bound"] == row["bound"]
            assert given["value"] in {row["value_min"], row["value_max"]} - {""}
            seen.add(given["data-of"])
    assert seen == set(rows)


def test_a_reference_manager_finds_what_it_needs(built: Callable[[str], Path]) -> None:
    for address, page in pages_of(built("real")):
        meta = {node.attributes.get("name") or node.attributes.get("property"): node.attributes["content"]
                for node in page.css("meta[content]") if node.attributes.get("name") != "viewport"}  # fmt: skip
        where = f"https://mali-briefing.example/{address}"
        assert meta["citation_public_url"] == meta["DC.identifier"] == meta["og:url"] == where
        assert meta["citation_title"] == meta["DC.title"] == meta["og:title"]
        assert (meta["citation_publication_date"], meta["DC.date"]) == ("2026/11/22", "2026-11-22")
        assert not [name for name in meta if name and re.search("author|creator|rights|licen", name)]
        [feed] = page.css("link[type='application/atom+xml']")
        assert ((built("real") / address).resolve() / (feed.attributes["href"] or "")).resolve().name == "feed.xml"
        assert "author" not in json.loads(page.css("script[type='application/ld+json']")[0].text())
        assert "license" not in json.loads(page.css("script[type='application/ld+json']")[0].text())
    home = graph_of(LexborHTMLParser((built("real") / "index.html").read_bytes()))
    [report] = home.subjects(rdflib.RDF.type, SCHEMA_ORG.Report)
    assert len(set(home.objects(report, SCHEMA_ORG.citation))) == 5
    assert len(set(home.objects(report, SCHEMA_ORG.hasPart))) == 2


def test_author_and_licence_are_shown_where_they_are_known(fictional: Path) -> None:
    with (fictional / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("extra:\n  author: Society of Tea & <Truth>\n  licence: https://licence.example/free\n")
    assert run(fictional, "build").returncode == 0
    page = LexborHTMLParser((fictional / "site/flood/index.html").read_bytes())
    assert one(page, "meta[name=citation_author]").attributes["content"] == "Society of Tea & <Truth>"
    bibtex, csl = (node.text() for node in page.css(".cite pre"))
    assert parse_string(bibtex, "bibtex").entries["flood-edition-1"].fields.get("title") == "{The flood of tea}"
    assert json.loads(csl)["author"] == [{"literal": "Society of Tea & <Truth>"}]
    assert one(page, ".cite p").text().startswith("Society of Tea & <Truth>, “The flood of tea”")
    linked = json.loads(one(page, "script[type='application/ld+json']").text())
    assert (linked["author"]["name"], linked["license"]) == ("Society of Tea & <Truth>", "https://licence.example/free")
    package = json.loads((fictional / "site/more/numbers/datapackage.json").read_text(encoding="utf-8"))
    assert package["contributors"][0]["title"] == "Society of Tea & <Truth>"
    assert (
        etree.parse(fictional / "site/more/numbers/feed.xml").findtext(".//{*}author/{*}name")
        == "Society of Tea & <Truth>"
    )


def test_what_other_sources_say_stands_beside_and_is_not_added(built: Callable[[str], Path]) -> None:
    record = LexborHTMLParser((built("fictional") / "more/records/index.html").read_bytes())
    [report] = [node.text() for node in record.css("p.report:not(.quiet)")]
    assert "Gazette of the Lagoon, 2 April 1902: at least 200, “some two hundred pots, or a little more”" in " ".join(
        report.split()
    )
    flood = one(LexborHTMLParser((built("fictional") / "flood/index.html").read_bytes()), "#teapots").text()
    assert "about 300 teapots" in flood
    for page in (built("fictional") / "flood/index.html", built("fictional") / "more/numbers/figures.csv"):
        assert "200" not in page.read_text(encoding="utf-8").replace("#x200", "")


def test_the_story_of_a_correction(real: Path, browser: Browser) -> None:
    """As an editor lives it: change a figure, see it announced, be refused, say why, make the edition."""
    page = browser.new_page()

    def look(path: str, selector: str) -> str:
        page.goto(f"{address}/{path}")
        return " ".join(" ".join(page.locator(selector).all_inner_texts()).split())

    change(real, "data/events.yml", "at_least: 20", "at_least: 27")
    assert run(real, "build").returncode == 0
    with served(real / "site") as address:
        assert "The attacks killed at least 27 people." in look("february-2017-violence/", "#ke-macina")
        assert page.locator("#ke-macina .value.changed").inner_text() == "at least 27"
        notice = look("february-2017-violence/", ".announced")
        assert "now at least 27. In edition 1 (22 November 2026): at least 20." in notice
        assert page.locator(".announced").bounding_box()["y"] < page.locator("h1").bounding_box()["y"]  # type: ignore[index]
        assert "In edition 1 (22 November 2026): at least 20." in look("events/", "#ke-macina-reprisals_killed")
        assert look("background/", ".announced") == ""
        assert "changed since" in look("background/", ".edition")
        assert "Since edition 1" in look("corrections/", "main")
        assert "No corrections so far" not in look("corrections/", "main")
        assert "February 2017 violence, paragraph 1" in look("corrections/", ".correction")
    refused = run(real, "edition", "--date", "2027-01-15")
    assert refused.returncode == 1
    lines = refused.stderr.split("\n\n", 1)[1]
    assert "value: ke-macina-reprisals_killed" in lines
    with (real / "data/corrections.yml").open("a", encoding="utf-8") as file:
        file.write("\n" + lines.replace("reason:", "reason: A later count."))
    assert run(real, "build").returncode == 0
    with served(real / "site") as address:
        assert "at least 20. A later count." in look("february-2017-violence/", ".announced")
    made = run(real, "edition", "--date", "2027-01-15")
    assert made.returncode == 0, made.stderr
    assert run(real, "build").returncode == 0
    with served(real / "site") as address:
        assert "Edition 2, 15 January 2027" in look("background/", ".edition")
        correction = look("corrections/#edition-2_ke-macina-reprisals_killed", ":target")
        assert "In edition 1 at least 20 Since edition 2 at least 27 Why A later count." in correction
        assert "In edition 1 (22 November 2026): at least 20. A later count." in look(
            "february-2017-violence/", ".announced"
        )
        assert "edition 2, 15 January 2027" in page.locator(".cite p").first.text_content()  # type: ignore[operator]
        page.goto(f"{address}/events/#ke-macina-reprisals_killed")
        expect(page.locator(":target")).to_be_in_viewport()
        expect(page.locator(":target")).to_contain_text("at least 27")
        feed = (real / "site/data/feed.xml").read_text(encoding="utf-8")
        assert "Now: at least 27. A later count." in feed
    page.close()
    published = set(PERMALINKS.read_text(encoding="utf-8").splitlines())
    assert published <= addresses_of(real / "site")


def test_the_whole_site_opens_from_a_disk(real: Path, browser: Browser, tmp_path: Path) -> None:
    assert run(real, "build", "--offline").returncode == 0
    first = (real / "site/offline.zip").read_bytes()
    zipfile.ZipFile(real / "site/offline.zip").extractall(tmp_path / "disk")
    assert 'href="../offline.zip"' in (real / "site/data/index.html").read_text(encoding="utf-8")
    page = browser.new_page()
    faults: list[str] = []
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    waiting, seen = [(tmp_path / "disk/index.html").as_uri()], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        if not address.endswith(".html"):
            assert Path(address.removeprefix("file://")).is_file(), address
            continue
        page.goto(address)
        assert page.locator("h1").count()
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href.split('#')[0])")
        waiting += [link for link in links if link.startswith("file:")]
    assert len([address for address in seen if address.endswith(".html")]) == len(list(pages_of(real / "site")))
    assert not (tmp_path / "disk/offline.zip").exists()
    page.goto((tmp_path / "disk/index.html").as_uri())
    page.keyboard.press("/")
    expect(page.locator("dialog.search")).to_be_visible()
    page.keyboard.type("niono")
    page.locator(".results a", has_text="Civilians are summarily").click()
    assert page.url.endswith("/events/index.html#niono-executions")
    expect(page.locator("#niono-executions")).to_be_in_viewport()
    assert faults == []
    page.close()
    assert run(real, "build", "--offline").returncode == 0
    assert (real / "site/offline.zip").read_bytes() == first
    assert run(real, "build").returncode == 0
    assert not (real / "site/offline.zip").exists()
    assert "offline.zip" not in (real / "site/data/index.html").read_text(encoding="utf-8")
