"""What a reader sees: the drawings against the records, the reach of a keyboard, print, and access for everyone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import axe_playwright_python  # type: ignore[import-untyped]  # only the script it ships is used
import html5lib
import pypdf
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from briefing.read import read_briefing
from conftest import PAGES, ROOT, run, served, stop_clock

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
BRIEFING = read_briefing(ROOT)
EVENTS = BRIEFING.dataset.events


@pytest.fixture(scope="module")
def looking(browser: Browser) -> Iterator[Page]:
    """One window for many looks; each test says its own size and media."""
    context = browser.new_context(viewport={"width": 768, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture(autouse=True)
def _as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "looking" in request.fixturenames:
        looking: Page = request.getfixturevalue("looking")
        looking.emulate_media(media="null", color_scheme="light", reduced_motion="no-preference", forced_colors="none")
        looking.set_viewport_size({"width": 768, "height": 900})


# --- For everyone


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_at_any_width_in_either_scheme(looking: Page, site: str, path: str) -> None:
    errors: list[str] = []
    looking.once("pageerror", lambda error: errors.append(str(error)))
    looking.goto(f"{site}/{path}")
    expect(looking.get_by_role("button", name="Colours")).to_be_visible()
    looking.evaluate(AXE)
    found: list[object] = [*errors]
    for scheme in SCHEMES:
        looking.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        for width in WIDTHS:
            looking.set_viewport_size({"width": width, "height": 900})
            result = looking.evaluate("axe.run(document, {resultTypes: ['violations']})")
            found += [
                (scheme, width, violation["id"], node["target"], node.get("failureSummary"))
                for violation in result["violations"]
                for node in violation["nodes"]
            ]
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_text_has_contrast_aaa(looking: Page, site: str, path: str) -> None:
    looking.goto(f"{site}/{path}")
    looking.evaluate(AXE)
    for scheme in SCHEMES:
        looking.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        result = looking.evaluate(
            "axe.run(document, {runOnly: ['color-contrast-enhanced'], rules: {'color-contrast-enhanced': {enabled: true}}})"
        )
        assert [node["target"] for violation in result["violations"] for node in violation["nodes"]] == []


@pytest.mark.parametrize("path", PAGES)
def test_at_360_pixels_nothing_overflows_and_every_target_can_be_hit(looking: Page, site: str, path: str) -> None:
    looking.set_viewport_size({"width": 360, "height": 740})
    looking.goto(f"{site}/{path}")
    assert looking.evaluate("document.documentElement.scrollWidth") <= 360
    small = looking.evaluate(
        """[...document.querySelectorAll('a, button, summary, input')].filter(e => e.checkVisibility() && !e.matches('.skip'))
             .map(e => [e.textContent.trim(), ...(r => [r.width, r.height])(
                [...e.getClientRects()].reduce((a, b) => a.width * a.height > b.width * b.height ? a : b))])
             .filter(([, width, height]) => width < 24 || height < 24)"""
    )
    assert small == []


@pytest.mark.parametrize("path", PAGES)
def test_text_spacing_and_zoom_lose_nothing(looking: Page, site: str, path: str) -> None:
    looking.set_viewport_size({"width": 640, "height": 450})  # 1280 by 900 at 200 %
    looking.goto(f"{site}/{path}")
    spacing = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"
    looking.evaluate(  # the page's policy takes no other style
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        spacing,
    )
    for width in (640, 320):
        looking.set_viewport_size({"width": width, "height": 450})
        assert looking.evaluate("document.documentElement.scrollWidth") <= width
        cut = looking.evaluate(
            """[...document.querySelectorAll('main *')].filter(e => !(e instanceof SVGElement) && e.tagName !== 'PRE'
                 && getComputedStyle(e).overflow !== 'visible' && e.checkVisibility() && !e.closest('.home h1')
                 && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)).map(e => e.outerHTML.slice(0, 80))"""
        )
        assert cut == []


def test_html_is_well_formed_and_its_ids_and_references_hold(built: Callable[[str], Path]) -> None:
    for name in ("real", "fictional"):
        for file in sorted(built(name).rglob("*.html")):
            parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
            tree = parser.parse(file.read_text(encoding="utf-8"))
            ids = [element.get("id") for element in tree.iter() if element.get("id")]
            assert len(ids) == len(set(ids)), file
            assert [e.tag for e in tree.iter() if isinstance(e.tag, str) and e.get("style")] == [], file
            for attribute in ("aria-labelledby", "aria-describedby", "for"):
                for element in tree.iter():
                    assert set((element.get(attribute) or "").split()) <= set(ids), file


def test_forced_colours_and_reduced_motion_are_respected(looking: Page, site: str) -> None:
    looking.emulate_media(forced_colors="active", reduced_motion="reduce")
    looking.goto(f"{site}/events/")
    colours = looking.evaluate(
        """['.town', '.strip circle', '.strip rect', '.strip .grid'].map(s => {
             const style = getComputedStyle(document.querySelector(s));
             return (s === '.strip .grid' ? style.stroke : style.fill) !== getComputedStyle(document.body).backgroundColor; })"""
    )
    assert colours == [True] * 4
    moving = looking.evaluate(
        """[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);
             return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0 || s.scrollBehavior === 'smooth'; }).length"""
    )
    assert moving == 0


# --- The drawings


def marks(page: Page, kind: str) -> list[tuple[str, str]]:
    """The event and the kind of each mark of a drawing, in its order."""
    found: list[Any] = page.eval_on_selector_all(
        f"svg.{kind}[data-event]", "all => all.map(s => [s.dataset.event, s.dataset.mark])"
    )
    return [(event, mark) for event, mark in found]


def kind_of(event_id: str) -> str:
    date = EVENTS[event_id].date
    if date.is_interval:
        return "through" if date.end else "open"
    return "day" if date.start.precision == "day" else "within"


def test_the_timeline_has_each_event_once_as_precise_as_its_record(looking: Page, site: str) -> None:
    looking.goto(f"{site}/events/")
    drawn = marks(looking, "when")
    assert sorted(drawn) == sorted((event_id, kind_of(event_id)) for event_id in EVENTS)
    assert looking.locator("svg.when[data-mark=day] circle").count() == 2
    assert looking.locator("svg.when[data-mark=open] rect[fill='url(#fade_when)']").count() == 3
    for row in looking.locator(".rows .row:has(svg.when)").all():
        event_id = row.locator("svg").get_attribute("data-event")
        assert row.locator("a").get_attribute("href") == f"#{event_id}" or "#" in str(
            row.locator("a").get_attribute("href")
        )
        assert EVENTS[str(event_id)].title in row.inner_text()


def test_marks_stand_where_their_dates_are(looking: Page, site: str) -> None:
    looking.goto(f"{site}/events/")
    day = float(str(looking.locator("svg.when[data-event=niono-executions] circle").get_attribute("cx")).rstrip("%"))
    assert day == pytest.approx(100 * 18.5 / 28, abs=0.1)
    year = looking.locator("svg.when[data-event=french-led-intervention] rect")
    assert float(str(year.get_attribute("x")).rstrip("%")) == pytest.approx(100 * 366 / 2192, abs=0.1)
    assert float(str(year.get_attribute("width")).rstrip("%")) == pytest.approx(100 * 365 / 2192, abs=0.1)


def test_every_count_is_drawn_with_its_bound_and_nothing_is_added_up(looking: Page, site: str) -> None:
    looking.goto(f"{site}/events/")
    assert marks(looking, "count") == [(event_id, figure.bound) for event_id, _, figure in BRIEFING.dataset.figures()]
    scales = looking.locator(".figure:has(svg.count) .scale").all()
    assert [scale.locator("svg.count").count() for scale in scales] == [4, 1]
    for svg in looking.locator("svg.count[data-event]").all():
        if svg.get_attribute("data-mark") == "at_least":
            assert svg.locator("rect[fill='url(#fade_count)']").count() == 1
            assert svg.locator("rect.end").count() == 0
        else:
            assert svg.locator("rect[fill='url(#fade_count)']").count() == 0
            assert svg.locator("rect.end").count() == 1
    text = looking.locator("main").inner_text()
    sums = {n + m for n in (1, 20, 9, 16) for m in (20, 9, 16)} | {46, 45, 9046}
    assert [number for number in sums - {10, 20, 21} if re.search(rf"(?<![\d,]){number:,}(?![\d,])", text)] == []


def test_the_map_shows_towns_and_regions_that_events_name_and_no_attack(looking: Page, site: str) -> None:
    looking.goto(f"{site}/events/")
    named = {place for event in EVENTS.values() if event.where for place in event.where.places}
    towns = [BRIEFING.dataset.places[place] for place in named if BRIEFING.dataset.places[place].is_town]
    assert looking.locator(".map-main circle.town").count() == len(towns) == 2
    assert looking.locator(".map-main circle.halo").count() == 1
    assert sorted(looking.locator(".map-main .of-town").all_text_contents()) == ["Niono", "near Ke-Macina"]
    assert sorted(looking.locator(".map-main .of-region").all_text_contents()) == ["Mopti", "Ségou"]
    assert looking.eval_on_selector_all(".map-main [data-region]", "all => all.map(p => p.dataset.region).sort()") == [
        "Mopti",
        "Ségou",
    ]
    words = looking.locator(".map-words").inner_text()
    assert all(event.title in words for event in EVENTS.values())
    note = looking.locator(".map-note").inner_text()
    assert "Natural Earth" in note
    assert "GeoNames (CC BY 4.0)" in note


def test_changing_the_data_changes_the_drawings(page: Page, real: Path) -> None:
    file = real / "data/events.yml"
    text = file.read_text(encoding="utf-8")
    text = (
        text.replace('date: "2013"', 'date: "2014-06-07"')
        .replace("at_least: 16", "exactly: 16")
        .replace("{in: niono}", "{near: niono}")
    )
    extra = """
  later-event:
    title: An event that this test adds
    date: "2017-02-27"
    where: not-given
    actors: not-given
    figures:
      killed: {between: [3, 30], who: people}
    sources: not-given
"""
    file.write_text(text.rstrip("\n") + "\n" + extra, encoding="utf-8")
    page_file = real / "docs/february-2017-violence.md"
    page_file.write_text(
        page_file.read_text(encoding="utf-8").replace(
            "After that incident, {{", "After that incident {{ killed:later-event }} and {{"
        ),
        encoding="utf-8",
    )
    result = run(real, "build")
    assert result.returncode == 0, result.stderr
    with served(real / "site") as address:
        page.goto(f"{address}/events/")
        when, count = dict(marks(page, "when")), dict(marks(page, "count"))
        assert (when["french-led-intervention"], when["later-event"]) == ("day", "day")
        assert (count["tit-for-tat-killings"], count["later-event"]) == ("exactly", "between")
        assert page.locator(".map-main circle.halo").count() == 2
        assert page.locator(".axis text", has_text="Feb").count() == 0  # the scale of days now spans three years
        told = page.locator(".record:has(#later-event) dd").last
        assert told.inner_text() == "February 2017 violence, paragraph 4"


def test_without_a_map_file_the_same_code_draws_the_fictional_briefing(
    page: Page, tmp_path: Path, fictional: Path
) -> None:
    records = fictional / "docs/more/records.md"
    records.write_text(
        records.read_text(encoding="utf-8") + "\n{{ timeline }}\n\n{{ map }}\n\n{{ locator }}\n\n{{ counts }}\n",
        encoding="utf-8",
    )
    result = run(fictional, "build")
    assert result.returncode == 0, result.stderr
    with served(fictional / "site") as address:
        page.goto(f"{address}/more/records/")
        assert marks(page, "when") == [("flood", "through"), ("thirst", "within"), ("kettle", "through")]
        assert marks(page, "count") == [("flood", "about"), ("thirst", "at_most"), ("flood", "between")]
        assert page.locator(".map svg, .locator").count() == 0
        assert "near the town: The guild seals the last kettle" in page.locator(".map").inner_text()


# --- Records and sources


def test_a_record_says_all_that_is_known_and_where_it_is_told(looking: Page, site: str) -> None:
    looking.goto(f"{site}/events/#niono-executions")
    record = looking.locator(".record:has(:target)")
    text = " ".join(record.inner_text().split())
    for words in (
        "19 February 2017", "in Niono, Ségou region", "by men (unidentified)", "nine civilians, summarily executed",
        "Allegedly in retaliation for A Bambara shopkeeper is killed near Ke-Macina", "The briefing gives no note for this figure",
    ):  # fmt: skip
        assert words in text
    assert (
        looking.evaluate("getComputedStyle(document.querySelector('.record:has(:target)')).backgroundColor")
        != "rgba(0, 0, 0, 0)"
    )
    record.get_by_role("link", name="February 2017 violence, paragraph 2").click()
    assert looking.url.endswith("/february-2017-violence/#niono")
    looking.goto(f"{site}/events/")
    for event_id in EVENTS:
        assert (
            looking.locator(
                f".record:has([id='{event_id}']) a[href*='violence/#'], .record:has([id='{event_id}']) a[href*='background/#']"
            ).count()
            >= 1
        )


def test_each_source_stands_once_with_what_cites_it(looking: Page, site: str) -> None:
    looking.goto(f"{site}/sources/")
    assert looking.eval_on_selector_all(".source h2", "all => all.map(h => h.id)") == list(
        BRIEFING.bibliography.sources
    )
    source = looking.locator(".source:has([id='hrw-2017'])")
    archive = (
        "https://web.archive.org/web/20170405/https://www.hrw.org/news/2017/04/05/mali-spate-killings-armed-groups"
    )
    assert source.locator("a[href^='https://web.archive.org']").get_attribute("href") == archive
    assert source.locator("a[href*='#fnref:']").all_inner_texts() == [
        f"note {number}"
        for number in (3, 4, 5, 4, 5)  # the last two rest on it alone
    ]
    assert "note 3;" not in source.locator("dd").last.inner_text()  # it cites two
    source.locator("summary").click()
    assert source.locator("code").inner_text().startswith("@online{hrw-2017,")
    looking.goto(f"{site}/february-2017-violence/")
    looking.locator("[id='fn:6'] a", has_text="un-sg-2017").click()
    assert looking.url.endswith("/sources/#un-sg-2017")


# --- Reading


def test_notes_stand_beside_their_lines_where_there_is_room(looking: Page, site: str) -> None:
    looking.goto(f"{site}/background/")
    assert looking.locator("[id='fn:1']").evaluate("li => getComputedStyle(li).position") == "static"
    looking.set_viewport_size({"width": 1440, "height": 900})
    boxes = [looking.locator(f"[id='fn:{n}']").bounding_box() for n in (1, 2, 3, 4)]
    lines = [looking.locator(f"[id='fnref:{n}']").bounding_box() for n in (1, 2, 3, 4)]
    text = looking.locator("#rebellion-and-coup").bounding_box()
    assert text
    for box, line in zip(boxes, lines, strict=True):
        assert box
        assert line
        assert box["x"] > text["x"] + text["width"]
        assert abs(box["y"] - line["y"]) < 40
    for upper, lower in pairwise(boxes):
        assert upper
        assert lower
        assert upper["y"] + upper["height"] <= lower["y"]


def test_a_line_has_60_to_70_characters(looking: Page, site: str) -> None:
    looking.set_viewport_size({"width": 1440, "height": 900})
    looking.goto(f"{site}/background/")
    lengths = looking.evaluate(
        """[...document.querySelectorAll('article > p')].flatMap(p => {
             const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT), range = document.createRange();
             const lines = []; let top = null, count = 0;
             for (let node; node = walker.nextNode();) for (let i = 0; i < node.length; i++) {
               if (node.parentElement.closest('sup')) continue;
               range.setStart(node, i); range.setEnd(node, i + 1);
               const at = range.getBoundingClientRect().bottom;
               if (top !== null && at > top + 12) { lines.push(count); count = 0; }
               top = top === null || at > top + 12 ? at : top; count++;
             }
             return lines; })"""
    )
    assert 60 <= sum(lengths) / len(lengths) <= 70


def test_a_touch_shows_the_note_and_a_second_touch_follows_it(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.goto(f"{site}/background/")
    marker, preview = page.locator("[id='fnref:2'] a"), page.locator("#note-preview")
    marker.tap()
    expect(preview).to_be_visible()
    assert "#" not in page.url
    page.locator("h1").tap()
    expect(preview).to_be_hidden()
    marker.tap()
    expect(preview).to_be_visible()
    marker.tap()
    page.wait_for_url("**/#fn:2")
    context.close()


def test_previous_and_next_are_sections_then_the_records(looking: Page, site: str) -> None:
    looking.goto(f"{site}/background/")
    assert looking.locator(".neighbours a").count() == 1
    looking.locator(".neighbours a[rel=next]").click()
    assert looking.url.endswith("/february-2017-violence/")
    assert str(looking.locator(".neighbours a[rel=prev]").get_attribute("href")).endswith("background/")
    looking.locator(".neighbours a[rel=next]").click()
    assert looking.url.endswith("/events/")


def test_the_home_page_is_one_screen_of_a_phone(looking: Page, site: str) -> None:
    looking.set_viewport_size({"width": 360, "height": 740})
    looking.goto(f"{site}/")
    assert looking.evaluate("document.querySelector('main article').getBoundingClientRect().bottom") <= 740
    values = looking.locator("main li .value").all_inner_texts()
    assert {"one", "at least 20", "nine", "at least 16", "at least 9,000"} <= set(values)
    assert looking.locator("main .locator svg").count() == 1


def test_colours_follow_the_system_until_the_reader_chooses(page: Page, site: str) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/background/")
    dark = page.evaluate(paper)
    button = page.get_by_role("button", name="Colours")
    expect(button).to_have_text("Colours: automatic")
    button.click()
    expect(button).to_have_text("Colours: light")
    assert page.evaluate(paper) != dark
    page.goto(f"{site}/events/")
    assert page.evaluate(paper) != dark
    assert page.evaluate("localStorage.getItem('/colours')") == "light"
    button.click()
    expect(button).to_have_text("Colours: dark")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(paper) == dark


# --- Found


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("shopkeeper", "events/#ke-macina-killing"),
        ("niono", "events/#niono-executions"),
        ("unidentified", "events/#niono-executions"),
        ("MNLA", "events/#mnla-rebellion"),
        ("segou", "events/#niono-executions"),  # without its accent
        ("mopti displaced", "events/#displacement"),
        ("Crisis Group", "sources/#crisis-group-mali"),
    ],
)
def test_search_finds_events_places_actors_and_sources(looking: Page, site: str, query: str, place: str) -> None:
    looking.goto(f"{site}/background/")
    looking.keyboard.press("/")
    field = looking.get_by_role("searchbox")
    expect(field).to_be_focused()
    field.fill(query)
    link = looking.locator(f".results a[href$='{place}']")
    expect(link).to_be_visible()
    assert looking.locator(".results a", has_text="Timeline").count() == 0  # drawings repeat the records
    looking.evaluate(AXE)
    assert looking.evaluate("axe.run(document).then(r => r.violations.map(v => v.id))") == []
    link.click()
    assert looking.url == f"{site}/{place}"
    expect(looking.locator(f"[id='{place.partition('#')[2]}']")).to_be_in_viewport()


def test_search_finds_every_record_and_source_by_its_whole_title(page: Page, site: str) -> None:
    page.goto(f"{site}/background/")
    page.keyboard.press("/")
    titles = {event.title for event in EVENTS.values()}
    wanted = {event.title: f"/events/#{event_id}" for event_id, event in EVENTS.items()}
    for key, source in BRIEFING.bibliography.sources.items():
        wanted[f"{source.authors} {source.fields['title']}"] = f"/sources/#{key}"
    wanted |= {"tit-for-tat": "/events/#tit-for-tat-killings", "at least 20": "/events/#ke-macina-reprisals"}
    for asked, place in wanted.items():
        page.get_by_role("searchbox").fill(asked)
        expect(page.locator(".results a").first).to_be_visible()
        found = page.locator(".results a").evaluate_all("all => all.map(a => a.href)")
        assert f"{site}{place}" in found[: 1 if asked in titles else 20], asked


def test_nothing_of_the_search_is_loaded_before_it_is_opened(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(site)))
    page.goto(f"{site}/background/", wait_until="networkidle")
    named = sorted(re.sub("/[0-9a-f]{8}/", "/*/", url) for url in asked if "icon" not in url)
    assert named == ["/assets/*/site.js", "/background/"]


def test_the_search_outlives_a_slow_and_broken_line(page: Page, site: str) -> None:
    said: list[str] = []
    held: list[Route] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    stop_clock(page)
    page.goto(f"{site}/background/", wait_until="networkidle")
    page.route("**/search.js", lambda route: route.abort(), times=1)
    page.keyboard.press("/")
    expect(page.get_by_role("status")).to_have_text("The search could not be loaded")
    page.route("**/search.js", lambda route: held.append(route), times=1)
    with page.expect_request("**/search.js"):
        page.keyboard.press("/")
    page.keyboard.press("/")
    page.locator(".search-open").click()  # once more, for nothing seems to happen
    page.route("**/search_index.json", lambda route: route.abort(), times=1)
    held[0].continue_()
    status = page.locator("dialog").get_by_role("status")
    expect(status).to_have_text("The search could not be loaded; open it again to try again.")
    page.get_by_role("searchbox").fill("niono")
    page.get_by_role("button", name="Close").click()
    page.route("**/search_index.json", lambda route: held.append(route), times=1)
    with page.expect_request("**/search_index.json"):
        page.keyboard.press("/")
    expect(status).to_have_text("Loading …")
    held[1].continue_()
    expect(page.locator(".results a").first).to_be_visible()
    assert said == []


def test_the_404_page_helps_wherever_it_is_shown(looking: Page, site: str) -> None:
    looking.goto(f"{site}/404.html")
    links = looking.locator("main a").evaluate_all("all => all.map(a => new URL(a.href).pathname)")
    assert links == [
        "/",
        "/background/",
        "/february-2017-violence/",
        "/events/",
        "/sources/",
        "/about/",
        "/corrections/",
        "/data/",
    ]


# --- Print


def printed(page: Page, address: str) -> list[str]:
    """The text of each A4 page of a printed page."""
    page.goto(address)
    reader = pypdf.PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages} <= {
        (595, 842),
        (596, 842),
    }
    return [unicodedata.normalize("NFKC", " ".join(p.extract_text().split())) for p in reader.pages]


def test_the_whole_briefing_prints_with_its_notes_records_and_address(looking: Page, site: str) -> None:
    sheets = printed(looking, f"{site}/print/")
    whole = " ".join(sheets)
    assert "The records" in sheets[1], "the sections take less than two sheets"
    assert "Edition 1, 22 November 2026" in sheets[0]
    for words in (
        "https://mali-briefing.example/print/", "Background", "largely ended", "February 2017 violence", "at least 20 people",
        "allegedly in retaliation", "not before 19 February 2017", "The briefing gives no note for this figure",
    ):  # fmt: skip
        assert words in whole
    squeezed = whole.replace(" ", "")
    for key in ("hrw-2013", "irin-2016", "hrw-2017", "crisis-group-mali", "un-sg-2017"):
        assert f"<{BRIEFING.bibliography.sources[key].fields['url']}>".replace(" ", "") in squeezed
    for event in EVENTS.values():
        assert event.title.replace(" ", "") in squeezed
    for screen in ("Search", "Colours", "Skip to content", "Print the whole", "Next", "↩"):
        assert screen not in whole


@pytest.mark.parametrize("path", PAGES[:5])
def test_each_page_prints_with_its_address_and_without_navigation(looking: Page, site: str, path: str) -> None:
    whole = " ".join(printed(looking, f"{site}/{path}"))
    assert f"https://mali-briefing.example/{path}" in whole
    assert "Colours" not in whole
    assert "Next" not in whole


# --- Keyboard, and no script


def test_the_keyboard_reaches_everything_in_order_and_focus_is_seen(page: Page, site: str) -> None:
    for path in ("background/", "events/", "sources/"):
        page.goto(f"{site}/{path}")
        expected = page.evaluate(
            """[...document.querySelectorAll('a[href], button, summary, input, [tabindex="0"]')].filter(e => e.checkVisibility()).length"""
        )
        seen = []
        for _ in range(expected):
            page.keyboard.press("Tab")
            seen.append(
                page.evaluate(
                    """(() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
                        window.order ??= [...document.querySelectorAll('*')];
                        return [window.order.indexOf(e), parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== 'none',
                                r.bottom > 0 && r.top < innerHeight]; })()"""
                )
            )
        assert [place for place, *_ in seen] == sorted({place for place, *_ in seen})
        assert all(outlined and visible for _, outlined, visible in seen)


def test_the_search_opens_and_closes_by_keyboard_and_gives_focus_back(page: Page, site: str) -> None:
    page.goto(f"{site}/events/")
    button = page.get_by_role("button", name="Search")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("niono")
    expect(page.locator(".results a").first).to_be_visible()
    page.keyboard.press("Escape")
    if page.locator("dialog[open]").count():  # the first Escape empties a search field
        page.keyboard.press("Escape")
    expect(page.locator("dialog.search")).to_be_hidden()
    expect(button).to_be_focused()


def test_with_script_off_all_is_there_but_search_and_switch(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{site}/events/")
    assert page.locator("svg.when[data-event]").count() == len(EVENTS)
    assert page.locator(".record").count() == len(EVENTS)
    assert page.locator("button:visible").count() == 0
    page.goto(f"{site}/background/")
    page.locator("[id='fnref:1'] a").click()
    assert page.url.endswith("#fn:1")
    page.locator("[id='fn:1'] a", has_text="hrw-2013").click()
    assert page.url.endswith("/sources/#hrw-2013")
    page.locator("summary").first.click()
    expect(page.locator("pre").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("path", ["", "background/", "events/", "print/"])
def test_paper_says_which_edition_it_is(looking: Page, site: str, path: str) -> None:
    assert "Edition 1, 22 November 2026" in " ".join(" ".join(printed(looking, f"{site}/{path}")).split())
