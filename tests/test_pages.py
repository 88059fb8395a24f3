"""The real site as a reader has it, in a real browser; and the fictional one, by the same code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from selectolax.lexbor import LexborHTMLParser, LexborNode

from conftest import ROOT, bytes_of, run, with_edition
from test_check import change

SECTIONS = {"background": (1, 2, 3, 4), "february-2017-violence": (5, 6)}
PARAGRAPHS = {
    "background": ["rebellion-and-coup", "intervention-and-peace-deal", "shift-to-the-centre", "jihadist-expansion"],
    "february-2017-violence": ["ke-macina", "niono", "witnesses", "escalation-and-displacement"],
}

# What each paragraph must still say, hedge by hedge.
HEDGES = {
    "rebellion-and-coup": [
        "January 2012", "Tuareg movement MNLA", "National Movement for the Liberation of Azawad", "independence",
        "northern Mali", "March of that year", "Amadou Toumani Touré", "that they regarded as inadequate",
        "MNLA and Islamist armed groups", "most of the North",
    ],
    "intervention-and-peace-deal": ["In 2013", "tried to", "led by France", "for the most part", "2015", "two coalitions"],
    "shift-to-the-centre": [
        "as a result", "central Mali", "safe havens", "local people", "continuing poverty", "corruption",
        "public sector", "inadequate security", "communal violence and crime", "investigated", "justice",
    ],
    "jihadist-expansion": [
        "Throughout 2015 and 2016", "step by step", "executions", "civilians", "government officials", "other abuses",
        "both inflamed and exploited", "Fulani, Bambara and Dogon", "sedentary", "pastoral", "history of disputes",
        "however", "when such clashes occur",
    ],
    "ke-macina": [
        "11 February 2017", "Near the town of Ke-Macina", "Ségou region", "alleged", "Fulani Islamist fighters",
        "one person", "Bambara shopkeeper", "known as an opponent", "attacks in retaliation", "mostly by Fulani",
        "at least 20 people",
    ],
    "niono": [
        "On 19 February,", "another attack", "allegedly in retaliation", "11 February", "unidentified men",
        "summarily executed nine civilians", "in Niono, in the Ségou region",
    ],
    "witnesses": ["Fulani as well as Bambara", "reported", "terrified", "armed men", "large groups", "motorcycles", "vehicles"],
    "escalation-and-displacement": [
        "After that incident", "at least 16 more people", "civilians and members of armed groups among them",
        "escalating", "tit for tat", "these incidents", "at least 9,000 civilians", "Mopti and Ségou regions",
    ],
}  # fmt: skip


def page_of(site: Path, path: str) -> LexborHTMLParser:
    return LexborHTMLParser((site / path / "index.html").read_bytes())


def text_of(node: LexborNode) -> str:
    return " ".join(node.text().split())


@pytest.mark.parametrize("name", SECTIONS)
def test_paragraphs_stand_in_order_with_every_hedge(built: Callable[[str], Path], name: str) -> None:
    found = {node.attributes["id"]: text_of(node) for node in page_of(built("real"), name).css(".section > p[id]")}
    assert list(found) == PARAGRAPHS[name]
    for paragraph, text in found.items():
        assert [words for words in HEDGES[str(paragraph)] if words not in text] == []


def test_paper_has_the_sections_in_the_order_of_the_navigation(built: Callable[[str], Path]) -> None:
    for name, order in (("real", [*SECTIONS]), ("fictional", ["quarrel", "flood-of-tea", "ferry-and-market"])):
        assert [node.attributes["id"] for node in page_of(built(name), "print").css(".section > h1")] == order


def test_notes_lead_there_and_back_and_are_numbered_through(built: Callable[[str], Path]) -> None:
    for name, numbers in SECTIONS.items():
        page = page_of(built("real"), name)
        assert [text_of(node) for node in page.css("a.footnote-ref")] == [str(number) for number in numbers]
        assert [node.attributes["value"] for node in page.css(".footnote li")] == [str(number) for number in numbers]
        for number, note in zip(numbers, page.css(".footnote li"), strict=True):
            assert note.attributes["id"] == f"fn:{number}"
            assert page.css(f"[id='fnref:{number}'] a")[0].attributes["href"] == f"#fn:{number}"
            assert note.css(".footnote-backref")[0].attributes["href"] == f"#fnref:{number}"


def test_notes_cite_what_the_briefing_cites(built: Callable[[str], Path]) -> None:
    found = {}
    for name in SECTIONS:
        for note in page_of(built("real"), name).css("li[id^='fn:']"):
            found[note.attributes["id"]] = [link.attributes["href"] for link in note.css("a[href^='http']")]
    hrw = "https://www.hrw.org/news/2017/04/05/mali-spate-killings-armed-groups"
    assert found == {
        "fn:1": ["https://www.hrw.org/world-report/2013/country-chapters/mali"],
        "fn:2": ["http://www.irinnews.org/analysis/2016/06/30/trouble-heart-mali"],
        "fn:3": [hrw, "https://www.crisisgroup.org/africa/west-africa/mali"],
        "fn:4": [hrw],
        "fn:5": [hrw],
        "fn:6": ["https://undocs.org/S/2017/271"],
    }


def test_a_reference_keeps_capitals_date_number_and_the_briefings_own_name(built: Callable[[str], Path]) -> None:
    notes = {node.attributes["id"]: text_of(node) for node in page_of(built("real"), "print").css("li[id^='fn:']")}
    for part in ("Report of the Secretary-General", "S/2017/271", "30 March 2017", "only as “SG Report March 2017”"):
        assert part in notes["fn:6"]
    assert "“Mali: Spate of Killings by Armed Groups”, news release, Nairobi, 5 April 2017" in notes["fn:5"]


def test_a_deep_link_lands_on_its_paragraph(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 400})
    page.goto(f"{site}/february-2017-violence/#niono")
    expect(page.locator("#niono")).to_be_in_viewport()
    assert page.evaluate("document.querySelector(':target').id") == "niono"
    assert page.evaluate("document.querySelector('#niono').getBoundingClientRect().top") >= 0


def test_values_are_marked_up_and_lead_to_their_record(built: Callable[[str], Path]) -> None:
    found = []
    for value in page_of(built("real"), "february-2017-violence").css(".section > p .value"):
        [node] = value.css("time, data")
        given = node.attributes["datetime" if node.tag == "time" else "value"]
        assert text_of(node) == text_of(value)
        found.append((text_of(value), given, value.attributes["href"]))
    assert sorted(set(found)) == [
        ("11 February", "2017-02-11", "../events/#ke-macina-killing"),
        ("11 February 2017", "2017-02-11", "../events/#ke-macina-killing"),
        ("19 February", "2017-02-19", "../events/#niono-executions"),
        ("at least 16", "16", "../events/#tit-for-tat-killings"),
        ("at least 20", "20", "../events/#ke-macina-reprisals"),
        ("at least 9,000", "9000", "../events/#displacement"),
        ("nine", "9", "../events/#niono-executions"),
        ("one", "1", "../events/#ke-macina-killing"),
    ]


def test_no_date_or_figure_of_a_section_is_typed_by_hand() -> None:
    for name in SECTIONS:
        source = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
        body = re.sub(r"(?s)^---.*?---|\{\{.*?\}\}|\[\^.*?\].*?$|^#.*?$|\{ #.*? \}", "", source, flags=re.M)
        assert re.findall(r"\d+|January|February|March", body) == []


def test_an_abbreviation_is_reached_by_keyboard_where_it_first_stands(built: Callable[[str], Path]) -> None:
    places = page_of(built("real"), "background").css("abbr")
    first = [node for node in places if "tabindex" in node.attributes]
    assert sorted(node.text() for node in first) == ["IRIN", "MNLA"]
    assert {node.attributes["title"] for node in places if node.text() == "MNLA"} == {
        "National Movement for the Liberation of Azawad"
    }


def test_changing_one_number_changes_every_place_it_stands_and_nothing_else(real: Path) -> None:
    """Announcements, metadata and the drawing of counts aside, which move with it."""
    assert run(with_edition(real), "build").returncode == 0
    before = bytes_of(real / "site")
    events = real / "data/events.yml"
    events.write_text(events.read_text(encoding="utf-8").replace("at_least: 20", "at_least: 27"), encoding="utf-8")
    assert run(real, "build").returncode == 0
    after = bytes_of(real / "site")
    assert {name for name in before.keys() ^ after.keys() if "assets/stylesheets/material." not in name} == set()
    changed = {name for name in before if name in after and before[name] != after[name]}
    told = {"index.html", "february-2017-violence/index.html", "print/index.html", "events/index.html"}
    assert told <= changed
    assert "editions/1/briefing.html" not in changed
    for name in told:
        old, new = (words_of(files[name]) for files in (before, after))
        assert "at least 20" in old
        assert "at least 20" not in new
        assert old.replace("at least 20", "at least 27") == new


def words_of(page: bytes) -> str:
    """What a page says, without what tells that it has changed since the last edition."""
    tree = LexborHTMLParser(page)
    for node in tree.css("head, script, template, .announced, .history, .cite, .md-copyright, .paper, svg"):
        node.decompose()
    return text_of(tree.css("body")[0]).replace(", changed since", "")


def test_the_fictional_briefing_is_built_by_the_same_code(built: Callable[[str], Path]) -> None:
    flood, records = page_of(built("fictional"), "flood"), page_of(built("fictional"), "more/records")
    assert text_of(flood.css("#teapots")[0]).startswith(
        "In March and April 1902, about 300 teapots drifted off and between 20 and 25 plants withered.2"
    )
    assert text_of(flood.css("#gulls")[0]).startswith("In 1903 at most five gulls left, so it was said.3")
    assert flood.css(".value")[0].attributes["href"] == "../more/records/#flood"
    assert "near Côte-d’Étain, Žlutá Laguna region" in text_of(records.css(".record:has(#kettle)")[0])
    assert "tea plants <no people>" in text_of(records.css(".record:has(#flood)")[0])


def test_the_code_is_not_about_this_briefing() -> None:
    """Nothing under scripts/ names a place, a date, a figure or a source of the briefing."""
    words = {"mali", "segou", "ségou", "mopti", "macina", "niono", "azawad", "mnla", "fulani", "bambara", "dogon"}
    words |= {"hrw", "irin", "crisisgroup", "undocs", "bamako", "9,000", "9000"}
    for key in re.findall(r"^@\w+\{([\w-]+)", (ROOT / "data/sources.bib").read_text(encoding="utf-8"), re.M):
        words.add(key)
    words |= set(re.findall(r"201[2-7](?:-\d\d)*", (ROOT / "data/events.yml").read_text(encoding="utf-8")))
    found = []
    for file in sorted((ROOT / "scripts").rglob("*")):
        if file.suffix in {".py", ".html", ".css", ".js", ".svg"}:
            text = file.read_text(encoding="utf-8").lower()
            found += [(file.name, word) for word in words if re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text)]
    assert found == []


@pytest.mark.parametrize(
    ("link", "is_there"),
    [
        ("more/records.md#flood_displaced", True),
        ("more/records.md#dry-year", True),
        ("more/records.md#dry-year_date", True),
        ("books.md#almanac", True),
        ("mistakes.md#edition-1", True),
        ("flood.md#gulls", True),
        ("mistakes.md#edition-9", False),
        ("more/records.md#floot", False),
    ],
)
def test_a_link_in_a_text_may_lead_to_whatever_stands_on_a_page(fictional: Path, link: str, is_there: bool) -> None:
    settings, index = fictional / "mkdocs.yml", fictional / "docs/index.md"
    settings.write_text(settings.read_text("utf-8").replace("validation:\n", "validation:\n  anchors: warn\n"), "utf-8")
    index.write_text(index.read_text("utf-8").replace("(flood.md)", f"({link})"), "utf-8")
    result = run(with_edition(fictional), "build")
    assert (result.returncode == 0) is is_there, result.stderr
    assert is_there or ("index.md" in result.stderr and link in result.stderr)


ORDINARY = """
## A heading below { #below former="old-heading" }

*In {{ date:thirst }}*, **{{ displaced:thirst }}** gulls’ nests & eggs were lost: 'a < b', l’été, السلام, R&D.[^3]
{ #ordinary former="usual" }

- Above all {{ killed:flood }} & more
- Also, with a [link](https://fiction.example/a_b?c=1&d=2 "A title") and [another][ref]
{ #rows }

| Where | Gulls |
|:--|--:|
| Here | some |

1. A row: [a record](more/records.md#flood), [a place](flood.md#gulls)
2. More
{ #numbered }

> Quoted, as it was said.
> Again.
{ #said-so }

![A kettle](<a kettle.png>)
{ #picture }

[ref]: https://fiction.example/1903/04 "Elsewhere"

[^3]: @gazette-1902, p. 5; @almanac, paras. 2-3
"""


def test_ordinary_markdown_is_published_as_it_is_meant(fictional: Path) -> None:
    flood = fictional / "docs/flood.md"
    text = flood.read_text("utf-8").replace("[^3]: @gazette-1902\n", "").replace("it was said.[^3]", "it was said.")
    flood.write_text(text + ORDINARY, "utf-8")
    (fictional / "docs/a kettle.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = run(fictional, "build")
    assert result.returncode == 0, result.stderr
    page = LexborHTMLParser((fictional / "site/flood/index.html").read_bytes())
    shown = {name: " ".join(page.css(f"[id='{name}']")[0].text().split()) for name in ("ordinary", "rows", "said-so")}
    assert shown["ordinary"] == "In 1903, at most five gulls’ nests & eggs were lost: ‘a < b’, l’été, السلام, R&D.3"
    assert shown["rows"] == "Above all between 20 and 25 & more Also, with a link and another"
    assert shown["said-so"] == "Quoted, as it was said. Again."
    places = "h2#below > #old-heading, p#ordinary > #usual, ul#rows, ol#numbered, blockquote#said-so, p#picture > img"
    assert len(page.css(places)) == 6
    assert page.css("td[align=right]") and not page.css("[style]")
    links = [link.attributes["href"] for link in page.css("#rows a:not(.value, .headerlink)")]
    assert links == ["https://fiction.example/a_b?c=1&d=2", "https://fiction.example/1903/04"]
    records = (fictional / "site/more/records/index.html").read_text("utf-8")
    assert "../../flood/#rows" in records, "the record of the flood tells where it is told"


def test_titles_are_published_as_they_were_written(fictional: Path) -> None:
    titles = ["2017", "1902-03-04", "010", "no", "12:30", "Fewer < more & > most"]
    for number, title in enumerate(titles):
        front = f"title: {title}\ndescription: {title}\nplain_numbers: '{title}'\ntemplate: section.html"
        (fictional / f"docs/page-{number}.md").write_text(f"---\n{front}\n---\n\nA paragraph.\n", "utf-8")
    listed = "".join(f"  - page-{number}.md\n" for number in range(len(titles)))
    change(fictional, "mkdocs.yml", "  - The flood of tea: flood.md\n", f"  - The flood of tea: flood.md\n{listed}")
    change(fictional, "mkdocs.yml", "The quarrel: quarrel.md", "1901: quarrel.md")
    change(fictional, "mkdocs.yml", "The ferry: ferry.md", "1904-06-01: ferry.md")
    result = run(fictional, "build")
    assert result.returncode == 0, result.stderr
    for number, title in enumerate(titles):
        page = LexborHTMLParser((fictional / f"site/page-{number}/index.html").read_bytes())
        assert page.css("title")[0].text() == f"{title} - The tea war of Žlutá Laguna"
        assert page.css("meta[name=description]")[0].attributes["content"] == title
    for name, title in {"quarrel": "1901", "ferry": "1904-06-01"}.items():
        page = LexborHTMLParser((fictional / f"site/{name}/index.html").read_bytes())
        assert f' title = "{{{title}}}",' in page.css(".cite code")[0].text()


def test_a_figure_that_is_withdrawn_keeps_its_address(fictional: Path) -> None:
    change(with_edition(fictional), "data/events.yml", "displaced: {at_most: 5", "killed: {at_most: 5")
    change(fictional, "docs/flood.md", "displaced:thirst", "killed:thirst")
    assert run(fictional, "build").returncode == 0
    records = LexborHTMLParser((fictional / "site/more/records/index.html").read_bytes())
    assert [text_of(node) for node in records.css("#thirst_displaced")] == [
        "not given In edition 1 (22 November 2026): at most five."
    ]


def test_a_figure_may_rest_on_a_source_of_its_own_alone(fictional: Path) -> None:
    change(fictional, "data/events.yml", "sources: [almanac, gazette-1902]", "sources: [almanac]")
    assert run(fictional, "build").returncode == 0
    books = LexborHTMLParser((fictional / "site/books/index.html").read_bytes())
    [almanac] = [source for source in books.css(".source") if source.css("#almanac")]
    alone = {link.text(): link.attributes["href"] for link in almanac.css("dd")[-1].css("a[href*=records]")}
    assert alone["The guild seals the last kettle"] == "../more/records/#kettle"
    assert alone["A flood of tea: Displaced"] == "../more/records/#flood_displaced"
    notes = almanac.css("dd")[-1].css("a[href*=fnref]")  # and not note 2, which names another source, too
    assert [note.attributes["href"] for note in notes] == ["../quarrel/#fnref:1", "../ferry/#fnref:ferry"]
