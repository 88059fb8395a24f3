"""The real site as a reader has it, in a real browser; and the fictional one, by the same code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from selectolax.lexbor import LexborHTMLParser

from conftest import ROOT, bytes_of, run, served, stop_clock
from test_check import change

SECTIONS = {"background": (1, 2, 3, 4), "february-2017-violence": (5, 6)}
PARAGRAPHS = {
    "background": ["rebellion-and-coup", "intervention-and-peace-deal", "shift-to-the-centre", "jihadist-expansion"],
    "february-2017-violence": ["ke-macina", "niono", "witnesses", "escalation-and-displacement"],
}
NOTES = [(page, note) for page, notes in SECTIONS.items() for note in notes]

# What each paragraph must still say, hedge by hedge.
HEDGES = {
    "rebellion-and-coup": [
        "January 2012", "Tuareg movement MNLA", "National Movement for the Liberation of Azawad", "independence",
        "northern Mali", "March of that year", "Amadou Toumani Touré", "that they regarded as inadequate",
        "MNLA and Islamist armed groups", "most of the North",
    ],
    "intervention-and-peace-deal": ["In 2013", "tried to", "led by France", "largely ended", "In 2015", "two coalitions"],
    "shift-to-the-centre": [
        "as a result", "central Mali shrank", "safe havens", "recruit local people", "continuing poverty",
        "corruption in the public sector", "inadequate security", "investigations and justice",
        "communal violence and for crime",
    ],
    "jihadist-expansion": [
        "Throughout 2015 and 2016", "step by step", "executed civilians and government officials", "other abuses",
        "both inflamed and exploited", "Fulani, Bambara and Dogon", "sedentary", "pastoral", "history of disputes",
        "however", "when such clashes occur",
    ],
    "ke-macina": [
        "11 February 2017", "near the town of Ke-Macina", "Ségou region", "alleged Fulani Islamist fighters",
        "killed one person", "Bambara shopkeeper", "known for opposing", "sparked retaliatory attacks",
        "mostly inhabited", "at least 20 people",
    ],
    "niono": [
        "On 19 February,", "another attack", "allegedly in retaliation", "11 February", "unidentified men",
        "summarily executed nine civilians", "in Niono, in the Ségou region",
    ],
    "witnesses": ["both Fulani and Bambara", "reported", "terrified", "large groups of armed men", "motorcycles and in vehicles"],
    "escalation-and-displacement": [
        "After that incident", "at least 16 more people", "among them civilians and members of armed groups", "escalating",
        "tit-for-tat", "As a result of these incidents", "at least 9,000 civilians", "Mopti and Ségou regions",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SECTIONS)
def test_paragraphs_stand_in_order_with_every_hedge(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/{name}/")
    assert page.eval_on_selector_all("article > p", "all => all.map(p => p.id)") == PARAGRAPHS[name]
    for paragraph in PARAGRAPHS[name]:
        text = " ".join(page.locator(f"#{paragraph}").inner_text().split())
        assert [words for words in HEDGES[paragraph] if words not in text] == []


@pytest.mark.parametrize(("name", "number"), NOTES)
def test_a_note_is_followed_there_and_back(page: Page, site: str, name: str, number: int) -> None:
    page.goto(f"{site}/{name}/")
    marker = page.locator(f"[id='fnref:{number}'] a")
    assert marker.inner_text() == str(number)
    marker.click()
    assert page.url.endswith(f"/{name}/#fn:{number}")
    note = page.locator(f"[id='fn:{number}']")
    expect(note).to_be_in_viewport()
    assert note.evaluate("li => li.value") == number
    note.locator(".footnote-backref").click()
    assert page.url.endswith(f"/{name}/#fnref:{number}")
    expect(marker).to_be_in_viewport()


def test_notes_cite_what_the_briefing_cites(page: Page, site: str) -> None:
    found = {}
    for name, numbers in SECTIONS.items():
        page.goto(f"{site}/{name}/")
        assert page.locator("li[id^='fn:']").count() == len(numbers)
        for number in numbers:
            note = page.locator(f"[id='fn:{number}']")
            found[number] = note.locator("a[href^='http']").evaluate_all("all => all.map(a => a.href)")
    hrw = "https://www.hrw.org/news/2017/04/05/mali-spate-killings-armed-groups"
    assert found == {
        1: ["https://www.hrw.org/world-report/2013/country-chapters/mali"],
        2: ["http://www.irinnews.org/analysis/2016/06/30/trouble-heart-mali"],
        3: [hrw, "https://www.crisisgroup.org/africa/west-africa/mali"],
        4: [hrw],
        5: [hrw],
        6: ["https://undocs.org/S/2017/271"],
    }


def test_a_reference_keeps_capitals_date_number_and_the_briefings_own_name(page: Page, site: str) -> None:
    page.goto(f"{site}/february-2017-violence/")
    text = page.locator("[id='fn:6']").inner_text()
    for part in ("Report of the Secretary-General", "S/2017/271", "30 March 2017", "only as “SG Report March 2017”"):
        assert part in text
    assert "“Mali: Spate of Killings by Armed Groups”, news release, Nairobi, 5 April 2017" in (
        page.locator("[id='fn:5']").inner_text()
    )


def test_preview_of_a_note_by_keyboard_and_mouse(page: Page, site: str) -> None:
    page.goto(f"{site}/background/")
    marker, preview = page.locator("[id='fnref:3'] a"), page.locator("#note-preview")
    marker.focus()
    expect(preview).to_be_visible()
    assert "International Crisis Group" in preview.inner_text()
    assert marker.get_attribute("aria-describedby") == "note-preview"
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    page.locator("[id='fnref:4'] a").hover()
    expect(preview).to_be_visible()
    preview.hover()
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()


def test_a_deep_link_lands_on_its_paragraph(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 400})
    page.goto(f"{site}/february-2017-violence/#niono")
    expect(page.locator("#niono")).to_be_in_viewport()
    assert page.evaluate("document.querySelector(':target').id") == "niono"
    assert page.evaluate("document.querySelector('#niono').getBoundingClientRect().top") >= 0


def test_values_are_marked_up_and_lead_to_their_record(page: Page, site: str) -> None:
    page.goto(f"{site}/february-2017-violence/")
    values = page.eval_on_selector_all(
        "article .value",
        """all => all.map(a => {
             const v = a.querySelector('time, data');
             return [a.textContent, v.getAttribute(v.tagName === 'TIME' ? 'datetime' : 'value'), a.hash.slice(1)];
           })""",
    )
    assert values == [
        ["11 February 2017", "2017-02-11", "ke-macina-killing"],
        ["one", "1", "ke-macina-killing"],
        ["at least 20", "20", "ke-macina-reprisals"],
        ["19 February", "2017-02-19", "niono-executions"],
        ["11 February", "2017-02-11", "ke-macina-killing"],
        ["nine", "9", "niono-executions"],
        ["at least 16", "16", "tit-for-tat-killings"],
        ["at least 9,000", "9000", "displacement"],
    ]
    page.locator(".value", has_text="at least 20").click()
    assert page.url.endswith("/events/#ke-macina-reprisals")
    expect(page.locator("#ke-macina-reprisals")).to_be_in_viewport()


def test_no_date_or_figure_of_a_section_is_typed_by_hand() -> None:
    for name in SECTIONS:
        source = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
        body = re.sub(r"(?s)^---.*?---|\{\{.*?\}\}|\[\^.*?\].*?$|^#.*?$|\{ #.*? \}", "", source, flags=re.M)
        assert re.findall(r"\d+|January|February|March", body) == []


def test_abbreviations_are_explained_where_they_first_stand(page: Page, site: str) -> None:
    page.goto(f"{site}/background/")
    assert page.locator("abbr", has_text="MNLA").count() == 1
    page.locator("abbr", has_text="IRIN").focus()
    shown = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert shown == '"has since been renamed The New Humanitarian"'
    page.keyboard.press("Escape")
    assert page.evaluate("getComputedStyle(document.activeElement, '::after').content") == "none"
    page.locator("abbr", has_text="MNLA").focus()
    page.locator("abbr", has_text="IRIN").focus()
    assert page.evaluate("getComputedStyle(document.activeElement, '::after').content") == shown
    page.emulate_media(media="print")
    page.evaluate("document.activeElement.blur()")
    printed = page.locator("abbr").evaluate_all("all => all.map(a => getComputedStyle(a, '::after').content)")
    assert printed == ["none", "none"]  # the text itself says both
    page.goto(f"{site}/february-2017-violence/")  # and nothing is put into a quotation
    assert page.locator("abbr", has_text="SG").get_attribute("class") == "spelled-out"


def test_changing_one_number_changes_every_place_it_stands_and_nothing_else(real: Path) -> None:
    assert run(real, "build").returncode == 0
    before = bytes_of(real / "site")
    events = real / "data/events.yml"
    events.write_text(events.read_text(encoding="utf-8").replace("at_least: 20", "at_least: 27"), encoding="utf-8")
    assert run(real, "build").returncode == 0
    after = bytes_of(real / "site")
    changed = {name for name in before if before[name] != after[name]}
    assert before.keys() == after.keys()
    told = {"index.html", "february-2017-violence/index.html", "print/index.html", "events/index.html"}
    assert told <= changed
    for name in changed & {name for name in before if name.endswith(".html")} - {"corrections/index.html"}:
        old, new = without_announcements(before[name]), without_announcements(after[name])
        if name == "events/index.html":  # its marks move, too
            old, new = old.count("at least 20") * "at least 27", new.count("at least 27") * "at least 27"
        assert old.replace('value="20"', 'value="27"').replace("at least 20", "at least 27") == new
        assert "at least 20" not in new


def without_announcements(page: bytes) -> str:
    """A page without what says that it has changed since the last edition."""
    tree = LexborHTMLParser(page)
    for node in tree.css("head, .announced, .history, .cite, .edition, .whole-address, .downloads + p"):
        node.decompose()
    return " ".join((tree.html or "").replace("value changed", "value").split())


def test_the_fictional_briefing_is_built_by_the_same_code(page: Page, built: Callable[[str], Path]) -> None:
    flood = (built("fictional") / "flood/index.html").as_uri()
    page.goto(flood)
    assert page.locator("#teapots").inner_text() == (
        "In March and April 1902, about 300 teapots drifted off and between 20 and 25 plants withered.2"
    )
    assert page.locator("#gulls").inner_text() == "In 1903 at most five gulls left, so it was said.3"
    assert page.locator(".value").first.get_attribute("href") == "../more/records/#flood"
    page.goto((built("fictional") / "more/records/index.html").as_uri())
    assert "near Côte-d’Étain, Žlutá Laguna region" in page.locator(".record:has(#kettle)").inner_text()
    assert "tea plants <no people>" in page.locator(".record:has(#flood)").inner_text()


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
    result = run(fictional, "build")
    assert (result.returncode == 0) is is_there, result.stderr
    assert is_there or result.stderr.startswith("docs/index.md:7: ")


ORDINARY = """
## A heading below { #below former="old-heading" }

*In {{ date:thirst }}*, **{{ displaced:thirst }}** gulls’ nests & eggs were lost: 'a < b', l’été, السلام, R&D.[^3]
{ #ordinary former="usual" }

- Above all {{ killed:flood }} & more
- Also, with a [link](https://fiction.example/a_b?c=1&d=2 "A title") and [another][ref]
{ #rows }

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
    links = [link.attributes["href"] for link in page.css("#rows a:not(.value):not(.here)")]
    assert links == ["https://fiction.example/a_b?c=1&d=2", "https://fiction.example/1903/04"]
    records = (fictional / "site/more/records/index.html").read_text("utf-8")
    assert "../../flood/#rows" in records, "the record of the flood tells where it is told"


@pytest.mark.parametrize("title", ["2017", "1902-03-04", "010", "no", "12:30", "Fewer < more & > most"])
def test_a_title_is_published_as_it_was_written(fictional: Path, title: str) -> None:
    change(
        fictional,
        "docs/flood.md",
        "title: The flood of tea",
        f"title: {title}\ndescription: {title}\nplain_numbers: '{title}'",
    )
    change(fictional, "mkdocs.yml", "The flood of tea: flood.md", "flood.md")
    result = run(fictional, "build")
    assert result.returncode == 0, result.stderr
    page = LexborHTMLParser((fictional / "site/flood/index.html").read_bytes())
    assert page.css("title")[0].text() == f"{title} – The tea war of Žlutá Laguna"
    assert page.css("meta[name=description]")[0].attributes["content"] == title


def test_a_figure_that_is_withdrawn_keeps_its_address(fictional: Path) -> None:
    change(fictional, "data/events.yml", "displaced: {at_most: 5", "killed: {at_most: 5")
    change(fictional, "docs/flood.md", "displaced:thirst", "killed:thirst")
    assert run(fictional, "build").returncode == 0
    records = LexborHTMLParser((fictional / "site/more/records/index.html").read_bytes())
    assert [node.text() for node in records.css("#thirst_displaced")] == [
        "not given In edition 1 (22 November 2026): at most five."
    ]


def test_a_figure_may_rest_on_a_source_of_its_own_alone(fictional: Path) -> None:
    change(fictional, "data/events.yml", "sources: [almanac, gazette-1902]", "sources: [almanac]")
    assert run(fictional, "build").returncode == 0
    books = LexborHTMLParser((fictional / "site/books/index.html").read_bytes())
    almanac = next(source for source in books.css(".source") if source.css("#almanac"))
    assert [(link.text(), link.attributes["href"]) for link in almanac.css("dd")[-1].css("a[href*=records]")] == [
        ("The guild seals the last kettle", "../more/records/#kettle"),
        ("A flood of tea: number displaced", "../more/records/#flood_displaced"),
    ]


def test_too_many_records_for_one_page_stand_on_a_page_for_each_year(fictional: Path, page: Page) -> None:
    more = "".join(
        f'  more-{number}:\n    title: Another\n    date: "{1900 + number % 5}-02"\n    where: not-given\n'
        f"    actors: not-given\n    sources: not-given\n    after: {{event: kettle, attribution: alleged}}\n"
        for number in range(250)
    )
    events = fictional / "data/events.yml"
    events.write_text(events.read_text(encoding="utf-8").rstrip() + "\n" + more, encoding="utf-8")
    records = fictional / "docs/more/records.md"
    body = "## All of them\n\nTold [there](../flood.md).\n\n{{records}}"
    records.write_text(records.read_text("utf-8").replace("{{ records }}", body), "utf-8")
    result = run(fictional, "build")  # which reads every link back
    assert result.returncode == 0, result.stderr
    site = fictional / "site"
    listed = LexborHTMLParser((site / "more/records/index.html").read_bytes()).css(".years a")
    assert [(link.text(), link.attributes["href"]) for link in listed] == [
        (str(year), f"{year}/") for year in range(1900, 1905)
    ]
    for year in range(1900, 1905):
        built = LexborHTMLParser((site / f"more/records/{year}/index.html").read_bytes())
        assert [f"Records, {year}" in heading.text() for heading in built.css("h1")] == [True]
        assert len(built.css(".record")) == 50 + {1901: 1, 1902: 1, 1903: 1}.get(year, 0)
    flood = LexborHTMLParser((site / "flood/index.html").read_bytes())
    assert flood.css(".value")[0].attributes["href"] == "../more/records/1902/#flood"
    rows = (site / "more/numbers/figures.csv").read_text("utf-8")
    assert "/more/records/#flood_" in rows, "the permanent address is the one that was given out before"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stop_clock(page)
    with served(site) as address:
        for name, at in (("flood", 1902), ("flood_date", 1902), ("more-6", 1901)):
            page.goto(f"{address}/more/records/#{name}")
            page.wait_for_url(f"{address}/more/records/{at}/#{name}")
            expect(page.locator(f"#{name}")).to_be_in_viewport()
        page.locator("#more-6 .here").click(force=True)
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()").endswith("/more/records/#more-6")
