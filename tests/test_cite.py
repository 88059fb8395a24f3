"""What a citer needs: links that hold, citations that name the edition, changes that are announced, all offline."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import pytest
import rdflib
from lxml import etree
from playwright.sync_api import Browser, expect
from pybtex.database import parse_string
from selectolax.lexbor import LexborHTMLParser, LexborNode

from briefing.editions import load_editions
from briefing.records import load_records
from briefing.wording import in_words
from conftest import ROOT, run, served, with_edition
from test_check import change, problems_in
from test_export import FOLDERS, rows_of

ADDRESS = {"real": "https://mali-briefing.example/", "fictional": "https://fiction.example/tea/"}
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
        if path.name not in ("404.html", "briefing.html"):
            yield name.removesuffix("index.html"), LexborHTMLParser(path.read_bytes())


def addresses_of(site: Path) -> set[str]:
    """Every page, and every place on it that can be linked to; the dictionary's headings are no such place."""
    found = set()
    for address, page in pages_of(site):
        places = page.css("main [id]:not(svg *, input)")
        ids = [node.attributes["id"] for node in places if address != "dictionary/" or node.tag == "h1"]
        found |= {address, *(f"{address}#{name}" for name in ids)}
    return found


@pytest.mark.parametrize("name", FOLDERS)
def test_no_link_leads_nowhere(built: Callable[[str], Path], name: str) -> None:
    site, base = built(name), ADDRESS[name]
    pages = dict(pages_of(site))
    ids = {base + address: {node.attributes["id"] for node in page.css("[id]")} for address, page in pages.items()}
    for address, page in pages.items():
        for node in page.css("a[href], link[href], img[src], script[src]"):
            url, fragment = urldefrag(
                urljoin(base + address, node.attributes.get("href") or node.attributes.get("src"))
            )
            if url in ids:
                assert unquote(fragment) in {"", "__toc", *ids[url]}, (address, url, fragment)
            elif url.startswith(base):
                assert (site / unquote(url.removeprefix(base))).is_file(), (address, url)


def test_no_address_that_was_ever_published_is_gone(built: Callable[[str], Path]) -> None:
    published = set(PERMALINKS.read_text(encoding="utf-8").splitlines()) if PERMALINKS.exists() else set()
    there = {address for address in addresses_of(built("real")) if not address.startswith("editions/")}  # kept as bytes
    if os.environ.get("UPDATE_CASES"):  # adds what is new, and takes nothing away
        PERMALINKS.write_text("\n".join(sorted(published | there)) + "\n", encoding="utf-8")
        return
    assert sorted(published - there) == [], "these were published once; keep them, or declare what they are called now"
    assert sorted(there - published) == [], "these are new: run the tests once with UPDATE_CASES=1"


def test_every_kind_of_thing_has_a_permanent_id() -> None:
    published = set(PERMALINKS.read_text(encoding="utf-8").splitlines())
    data = load_records(ROOT)[0]
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
        ("quarrel/", 'docs/flood.md:3: former: docs/quarrel.md has the address "quarrel/", too; take it out of "former", or rename one'),
        ("../x/", 'docs/flood.md:3: former: "../x/" is no address of a page; write it as old-name/'),
        ("https://x.example/", 'docs/flood.md:3: former: "https://x.example/" is no address of a page; write it as old-name/'),
    ],
)  # fmt: skip
def test_a_former_address_that_is_none_is_told(fictional: Path, former: str, problem: str) -> None:
    change(fictional, "docs/flood.md", "title: The flood of tea", f"title: The flood of tea\nformer: ['{former}']")
    assert problems_in(fictional) == [problem]


def test_the_link_shows_where_nothing_can_hover_and_works_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{site}/february-2017-violence/")
    link = page.locator('.headerlink[href="#niono"]')
    box = link.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    link.tap()
    assert page.url.endswith("#niono")
    context.close()


@pytest.mark.parametrize("name", FOLDERS)
def test_citations_name_the_edition_and_where_it_is_kept(built: Callable[[str], Path], name: str) -> None:
    site, cited = built(name), set()
    edition, there = load_editions(site.parent)[0][-1], {ADDRESS[name] + place for place in addresses_of(site)}
    day = datetime.date.fromisoformat(str(edition.date))
    for _, page in pages_of(site):
        for block in page.css(".cite:has([data-name])"):
            words = one(block, "p").text()
            bibtex, csl = (node.text() for node in block.css("pre"))
            [(key, entry)] = parse_string(bibtex, "bibtex").entries.items()
            item = json.loads(csl)
            assert item["id"] == key
            assert item["URL"] == entry.fields["url"] == one(block, "p a").attributes["href"]
            assert item["URL"] in there
            assert f"edition {edition.number}, {in_words(edition.date)}, {item['URL']}" in words
            assert (item["edition"], item["issued"]) == (
                str(edition.number), {"date-parts": [[day.year, day.month, day.day]]}
            )  # fmt: skip
            assert (entry.fields["edition"], entry.fields["date"]) == (str(edition.number), str(day))
            assert f"“{item['title']}”, in {item['container-title']}, edition" in words
            assert entry.fields["title"] == f"{{{item['title']}}}"
            assert "author" not in item
            cited.add(item["URL"].removeprefix(f"{ADDRESS[name]}editions/{edition.number}/"))
    sections = {
        "real": {"#background", "#february-2017-violence"},
        "fictional": {"#quarrel", "#flood-of-tea", "#ferry-and-market"},
    }[name]
    assert cited == sections | {f"#record_{event}" for event in load_records(FOLDERS[name][1])[0].events}


def test_what_was_changed_since_is_cited_where_it_is_told_today(fictional: Path) -> None:
    change(with_edition(fictional), "data/events.yml", "at_most: 5", "at_most: 6")
    assert run(fictional, "build").returncode == 0
    for path, address in (("flood/", "flood/"), ("more/records/", "more/records/#kettle")):
        block = one(LexborHTMLParser((fictional / f"site/{path}index.html").read_bytes()), ".cite")
        assert one(block, "p a").attributes["href"] == ADDRESS["fictional"] + address
        assert "edition 1, 22 November 2026 (changed since)" in one(block, "p").text()
        assert 'edition = "1, changed since"' in block.text()


def test_an_example_address_is_told_once(fictional: Path) -> None:
    told = (
        "mkdocs.yml: site_url: an example; links and metadata lead nowhere until it says where the site is published\n"
    )
    assert run(fictional, "build").stderr == told
    change(fictional, "mkdocs.yml", "fiction.example", "tea.org")
    assert run(fictional, "build").stderr == ""


def test_before_a_first_edition_nothing_speaks_of_one(fictional: Path) -> None:
    shutil.rmtree(fictional / "data/editions")
    assert run(fictional, "build").returncode == 0
    for _, page in pages_of(fictional / "site"):
        assert not re.search(r"[Ee]dition \d|changed since|[·,] *$", one(page, "main").text())
        assert not page.css('meta[name="DC.date"], meta[name=citation_publication_date]')
        footer = one(page, ".md-copyright p")
        assert footer.text() == "On paper"
        assert all(link.text().strip() for link in page.css("footer a"))
    citation = one(LexborHTMLParser((fictional / "site/flood/index.html").read_bytes()), ".cite")
    address = f"{ADDRESS['fictional']}flood/"
    assert one(citation, "p").text() == f"“The flood of tea”, in The tea war of Žlutá Laguna, {address}"


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
        elif row["bound"] in ("said", "unknown"):
            assert (str(value), low, high) == (row["value_in_words"], None, None)
        else:
            assert value is None
            assert ("" if low is None else str(low), "" if high is None else str(high)) == (
                row["value_min"],
                row["value_max"],
            )
        assert row["bound"] not in ("at_least", "more_than") or high is None


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
    assert seen == {name for name, row in rows.items() if row["bound"] not in ("said", "unknown")}


def metadata_of(page: LexborHTMLParser) -> dict[str | None, str | None]:
    """What the head of a page says, by name."""
    found = page.css("meta[name][content], meta[property][content]")
    return {
        node.attributes.get("name") or node.attributes.get("property"): node.attributes["content"] for node in found
    }


def test_a_reference_manager_and_a_shared_link_find_what_they_need(built: Callable[[str], Path]) -> None:
    [*_, last] = load_editions(built("real").parent)[0]
    for address, page in pages_of(built("real")):
        meta = metadata_of(page)
        where = ADDRESS["real"] + address
        assert meta["citation_public_url"] == meta["DC.identifier"] == meta["og:url"] == where
        assert one(page, "link[rel=canonical]").attributes["href"] == where
        assert meta["citation_title"] == meta["DC.title"] == meta["og:title"]
        if not address.startswith("editions/"):
            assert (meta["citation_publication_date"], meta["DC.date"]) == (
                str(last.date).replace("-", "/"), str(last.date)
            )  # fmt: skip
        assert meta["og:description"] == meta["description"]
        assert (meta["twitter:card"], "og:image" in meta) == ("summary", False)
        assert not [name for name in meta if name and re.search("author|creator|publisher|rights|licen", name)]
        [feed] = page.css("link[type='application/atom+xml']")
        assert ((built("real") / address).resolve() / (feed.attributes["href"] or "")).resolve().name == "feed.xml"
        linked = json.loads(one(page, "script[type='application/ld+json']").text())
        assert not {"author", "publisher", "license"} & linked.keys()
    home = graph_of(LexborHTMLParser((built("real") / "index.html").read_bytes()))
    [report] = home.subjects(rdflib.RDF.type, SCHEMA_ORG.Report)
    assert len(set(home.objects(report, SCHEMA_ORG.citation))) == 5
    assert len(set(home.objects(report, SCHEMA_ORG.hasPart))) == 2


WHOSE = """site_author: Society of Tea & <Truth>
extra:
  licence: {licence}
  image: kettle.png
  publisher: {{name: Tea & <Press>, url: "https://press.example/", contact: tea@press.example, statement: "We <publish>."}}
"""


@pytest.mark.parametrize("licence", ["https://licence.example/free", "CC-BY-4.0"])
def test_whose_it_is_is_shown_wherever_one_looks_for_it(fictional: Path, licence: str) -> None:
    with (fictional / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write(WHOSE.format(licence=licence))
    change(fictional, "docs/flood.md", "template: section.html", "template: section.html\nimage: flood/pots.png")
    result = run(with_edition(fictional), "build")
    assert result.returncode == 0, result.stderr
    site, author, publisher = fictional / "site", "Society of Tea & <Truth>", "Tea & <Press>"
    for address, page in pages_of(site):
        meta = metadata_of(page)
        image = "flood/pots.png" if address == "flood/" else "kettle.png"
        assert (meta["citation_author"], meta["DC.creator"]) == (author, author)
        assert (meta["citation_publisher"], meta["DC.publisher"], meta["DC.rights"]) == (publisher, publisher, licence)
        assert (meta["og:image"], meta["twitter:card"]) == (f"{ADDRESS['fictional']}{image}", "summary_large_image")
        linked = json.loads(one(page, "script[type='application/ld+json']").text())
        assert linked["publisher"] == {"@type": "Organization", "name": publisher, "url": "https://press.example/"}
        terms = licence if "://" in licence else f"https://spdx.org/licenses/{licence}.html"
        assert (linked["author"]["name"], linked["license"]) == (author, terms)
        footer = one(page, ".md-copyright")
        told = f"{publisher} · Edition 1, 22 November 2026 · Licence: {licence} · On paper We <publish>. Contact: tea@press.example"
        assert " ".join(footer.text().split()).startswith(told)
        links = [link.attributes["href"] for link in footer.css("p a")]
        assert (links[0], links[-1]) == ("https://press.example/", "mailto:tea@press.example")
        assert bool(footer.css("a[rel=license]")) is ("://" in licence)
    flood = LexborHTMLParser((site / "flood/index.html").read_bytes())
    bibtex, csl = (node.text() for node in flood.css(".cite pre"))
    entry = parse_string(bibtex, "bibtex").entries["flood-edition-1"]
    assert (entry.fields["title"], entry.fields["publisher"]) == ("{The flood of tea}", "{Tea \\& <Press>}")
    assert (json.loads(csl)["author"], json.loads(csl)["publisher"]) == ([{"literal": author}], publisher)
    assert one(flood, ".cite p").text().startswith(f"{author}, “The flood of tea”")
    assert f"Licence: {licence}" in one(flood, ".cite").text()
    package = json.loads((site / "more/numbers/datapackage.json").read_text(encoding="utf-8"))
    assert package["contributors"][0]["title"] == author
    assert package["licenses"][0]["path" if "://" in licence else "name"] == licence
    assert etree.parse(site / "more/numbers/feed.xml").findtext(".//{*}author/{*}name") == author


def test_linked_data_tell_versions_and_corrections(fictional: Path) -> None:
    """schema.org's own words: what was published when, on what it is based, what was corrected."""

    def report(path: str = "") -> tuple[rdflib.Graph, rdflib.term.Node]:
        graph = graph_of(LexborHTMLParser((fictional / f"site/{path}index.html").read_bytes()))
        [node] = graph.subjects(rdflib.RDF.type, SCHEMA_ORG.Report)
        return graph, node

    def said(path: str = "") -> dict[str, str | None]:
        graph, node = report(path)
        names = ("version", "datePublished", "dateModified", "isBasedOn")
        values = ((name, graph.value(node, SCHEMA_ORG[name])) for name in names)
        return {name: None if value is None else str(value) for name, value in values}

    editions = f"{ADDRESS['fictional']}editions/"
    assert run(with_edition(fictional), "build").returncode == 0
    first = {"version": "1", "datePublished": "2026-11-22", "dateModified": "2026-11-22", "isBasedOn": None}
    assert said() == said("flood/") == said("editions/1/") == first
    assert (None, SCHEMA_ORG.correction, None) not in report()[0]
    change(fictional, "data/events.yml", "at_most: 5", "at_most: 6")
    (fictional / "data/corrections.yml").write_text(
        "- edition: 2\n  value: thirst_displaced\n  reason: One <was> missed.\n  sources: [almanac]\n"
    )
    assert run(fictional, "build").returncode == 0
    assert said() == first | {"version": "1-changed", "isBasedOn": f"{editions}1/"}
    assert said("editions/1/") == first
    assert run(fictional, "edition", "--date", "2026-11-24").returncode == 0
    assert run(fictional, "build").returncode == 0
    second = first | {"version": "2", "dateModified": "2026-11-24", "isBasedOn": f"{editions}1/"}
    assert said() == said("more/numbers/") == second
    assert said("editions/2/") == second | {"datePublished": "2026-11-24"}
    assert said("editions/1/") == first
    for path in ("", "editions/1/"):
        graph, node = report(path)
        [correction] = graph.objects(node, SCHEMA_ORG.correction)
        assert graph.value(correction, rdflib.RDF.type) == SCHEMA_ORG.CorrectionComment
        text = "In edition 1: at most five. Now: at most six. One <was> missed."
        assert str(graph.value(correction, SCHEMA_ORG.text)) == text
        where = str(graph.value(correction, SCHEMA_ORG.url))
        assert where == f"{ADDRESS['fictional']}mistakes/#edition-2_thirst_displaced"
        assert where.removeprefix(ADDRESS["fictional"]) in addresses_of(fictional / "site")
    assert (None, SCHEMA_ORG.correction, None) not in report("editions/2/")[0]


def test_what_other_sources_say_stands_beside_and_is_not_added(built: Callable[[str], Path]) -> None:
    record = LexborHTMLParser((built("fictional") / "more/records/index.html").read_bytes())
    report = one(record, "#flood_displaced + dt + dd p").text()
    assert "Gazette of the Lagoon, 2 April 1902: at least 200, “some two hundred pots, or a little more”" in " ".join(
        report.split()
    )
    flood = one(LexborHTMLParser((built("fictional") / "flood/index.html").read_bytes()), "main").text()
    assert "about 300 teapots" in flood
    assert "200" not in flood + (built("fictional") / "more/numbers/figures.csv").read_text("utf-8")


def test_the_story_of_a_correction(real: Path, browser: Browser) -> None:
    """As an editor lives it: change a figure, see it announced, be refused, say why, make the edition."""
    page = browser.new_page()
    kept = load_editions(with_edition(real))[0][-1]
    last, day, number = f"{kept.number} ({in_words(kept.date)})", in_words(kept.date), kept.number + 1

    def look(path: str, selector: str) -> str:
        page.goto(f"{address}/{path}")
        return " ".join(" ".join(page.locator(selector).all_inner_texts()).split())

    change(real, "data/events.yml", "at_least: 20", "at_least: 27")
    assert run(real, "build").returncode == 0
    with served(real / "site") as address:
        assert "which killed at least 27 people." in look("february-2017-violence/", "#ke-macina")
        assert page.locator("#ke-macina .value.changed").inner_text() == "at least 27"
        notice = look("february-2017-violence/", ".announced")
        assert f"now at least 27. In edition {last}: at least 20." in notice
        assert page.locator(".announced").bounding_box()["y"] < page.locator("h1").bounding_box()["y"]  # type: ignore[index]
        assert f"In edition {last}: at least 20." in look("events/", "#ke-macina-reprisals_killed")
        assert look("background/", ".announced") == ""
        assert f"Edition {kept.number}, {day}, changed since" in look("background/", ".md-copyright")
        assert f"Since edition {kept.number}" in look("corrections/", "main")
        assert "February 2017 violence, paragraph 1" in look("corrections/", ".correction")
    refused = run(real, "edition", "--date", str(kept.date))
    assert refused.returncode == 1
    lines = refused.stderr.split("\n\n", 1)[1]
    assert "value: ke-macina-reprisals_killed" in lines
    with (real / "data/corrections.yml").open("a", encoding="utf-8") as file:
        file.write("\n" + lines.replace("reason:", "reason: A later count."))
    assert run(real, "build").returncode == 0
    with served(real / "site") as address:
        assert "at least 20. A later count." in look("february-2017-violence/", ".announced")
    made = run(real, "edition", "--date", str(kept.date))
    assert made.returncode == 0, made.stderr
    assert run(real, "build").returncode == 0
    with served(real / "site") as address:
        assert f"Edition {number}, {day}" in look("background/", ".md-copyright")
        correction = look(f"corrections/#edition-{number}_ke-macina-reprisals_killed", ":target")
        told = f"In edition {kept.number} at least 20 Since edition {number} at least 27 Why A later count."
        assert told in correction
        page.get_by_role("link", name=f"In edition {kept.number}").first.click()
        expect(page.locator(":target")).to_be_in_viewport()
        assert page.locator("article:has(> :target) data").all_inner_texts() == ["at least 20"]
        assert f"In edition {last}: at least 20. A later count." in look("february-2017-violence/", ".announced")
        assert f"edition {number}, {day}" in page.locator(".cite p").first.text_content()  # type: ignore[operator]
        page.goto(f"{address}/events/#ke-macina-reprisals_killed")
        expect(page.locator(":target")).to_be_in_viewport()
        expect(page.locator(":target")).to_contain_text("at least 27")
        feed = (real / "site/data/feed.xml").read_text(encoding="utf-8")
        assert "Now: at least 27. A later count." in feed
    page.close()
    published = set(PERMALINKS.read_text(encoding="utf-8").splitlines())
    assert published <= addresses_of(real / "site")


def test_the_whole_site_opens_from_a_disk(real: Path, browser: Browser, tmp_path: Path) -> None:
    assert run(with_edition(real), "build", "--offline").returncode == 0
    first, disk = (real / "site/offline.zip").read_bytes(), tmp_path / "disk"
    zipfile.ZipFile(real / "site/offline.zip").extractall(disk)
    assert 'href="../offline.zip"' in (real / "site/data/index.html").read_text(encoding="utf-8")
    page = browser.new_page()
    faults: list[str] = []
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    waiting, seen = [(disk / "index.html").as_uri()], set()
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
    assert {address for address in seen if address.endswith(".html")} == {p.as_uri() for p in disk.rglob("*.html")}
    assert not (disk / "offline.zip").exists()
    page.goto((disk / "february-2017-violence/index.html").as_uri())
    page.get_by_role("link", name="at least 20").first.click()
    assert page.url.endswith("/events/index.html#ke-macina-reprisals")
    expect(page.locator("#ke-macina-reprisals")).to_be_in_viewport()
    assert faults == []
    page.close()
    assert run(real, "build", "--offline").returncode == 0
    assert (real / "site/offline.zip").read_bytes() == first
    assert run(real, "build").returncode == 0
    assert not (real / "site/offline.zip").exists()
    assert "offline.zip" not in (real / "site/data/index.html").read_text(encoding="utf-8")
