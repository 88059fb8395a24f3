"""What a reader sees and reaches: by eye, keyboard, finger, screen reader and on paper; on Material's pages with our look."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import axe_playwright_python  # type: ignore[import-untyped]  # only the script it ships is used
import html5lib
import pypdf
import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from conftest import PAGES as LISTED
from conftest import ROOT

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = tuple(dict.fromkeys((*LISTED, "how-to-read/", "dictionary/")))
WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
MATERIAL_S = {"light": "default", "dark": "slate"}
EVENTS: dict[str, Any] = yaml.safe_load((ROOT / "data/events.yml").read_text(encoding="utf-8"))["events"]
COUNTS = [(event_id, measure) for event_id, event in EVENTS.items() for measure in event.get("figures", {})]


@pytest.fixture(scope="module")
def looking(browser: Browser) -> Iterator[Page]:
    """One window for many looks; each test says its own size and media. Scripts of tests pass the page's policy."""
    context = browser.new_context(viewport={"width": 768, "height": 900}, bypass_csp=True)
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


def ready(page: Page, address: str) -> None:
    """Open a page and wait for Material's script, which comes after the page is painted."""
    page.goto(address)
    page.wait_for_selector("html.js", state="attached")
    page.wait_for_load_state("networkidle")


def faults(page: Page) -> list[object]:
    """What axe finds in the page as it is now."""
    page.evaluate(AXE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})")
    return [(v["id"], node["target"], node.get("failureSummary")) for v in result["violations"] for node in v["nodes"]]


# --- For everyone


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_at_any_width_in_either_scheme(looking: Page, site: str, path: str) -> None:
    errors: list[str] = []
    looking.once("pageerror", lambda error: errors.append(str(error)))
    found: list[object] = []
    ready(looking, f"{site}/{path}")
    for width in WIDTHS:
        looking.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            looking.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
            expect(looking.locator(f"body[data-md-color-scheme={MATERIAL_S[scheme]}]")).to_be_attached()
            found += [(scheme, width, fault) for fault in faults(looking)]
            assert looking.evaluate("document.documentElement.scrollWidth") <= width
    assert found == errors == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_in_open_tooltip_drawer_and_search(looking: Page, site: str, width: int, scheme: str) -> None:
    looking.set_viewport_size({"width": width, "height": 900})
    looking.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of two words
    ready(looking, f"{site}/background/")
    looking.locator("[id='fnref:1'] a").focus()
    expect(looking.locator(".md-tooltip2--active")).to_be_visible()
    assert faults(looking) == []
    if width == 360:
        ready(looking, f"{site}/background/")
        looking.get_by_role("button", name="Menu").click()
        expect(looking.locator(".md-nav__link", has_text="Events")).to_be_in_viewport()
        assert faults(looking) == []
        ready(looking, f"{site}/background/")
    looking.keyboard.press("/")
    looking.get_by_role("textbox").press_sequentially("niono")
    expect(looking.locator(".md-search-result__item").first).to_be_visible(timeout=15_000)
    assert faults(looking) == []


@pytest.mark.parametrize("path", PAGES)
def test_text_has_contrast_aaa(looking: Page, site: str, path: str) -> None:
    for scheme in SCHEMES:
        looking.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        ready(looking, f"{site}/{path}")
        looking.evaluate(AXE)
        result = looking.evaluate(
            "axe.run('main', {runOnly: ['color-contrast-enhanced'], rules: {'color-contrast-enhanced': {enabled: true}}})"
        )
        assert [node["target"] for violation in result["violations"] for node in violation["nodes"]] == []


@pytest.mark.parametrize("path", PAGES)
def test_text_spacing_and_zoom_lose_nothing(looking: Page, site: str, path: str) -> None:
    looking.set_viewport_size({"width": 640, "height": 450})  # 1280 by 900 at 200 %
    ready(looking, f"{site}/{path}")
    spacing = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"
    looking.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        spacing,
    )
    for width in (640, 320):
        looking.set_viewport_size({"width": width, "height": 450})
        assert looking.evaluate("document.documentElement.scrollWidth") <= width


def test_ids_are_unique_and_references_to_them_hold(built: Callable[[str], Path]) -> None:
    for name in ("real", "fictional"):
        for file in sorted(built(name).rglob("*.html")):
            tree = html5lib.parse(file.read_text(encoding="utf-8"), namespaceHTMLElements=False)
            ids = [element.get("id") for element in tree.iter() if element.get("id")]
            assert len(ids) == len(set(ids)), file
            assert [e.tag for e in tree.iter() if e.get("style")] == [], file
            for attribute in ("aria-labelledby", "aria-describedby"):
                for element in tree.iter():
                    assert set((element.get(attribute) or "").split()) <= set(ids), file


def test_forced_colours_are_respected_and_tell_marks_apart(looking: Page, site: str) -> None:
    looking.emulate_media(forced_colors="active")
    ready(looking, f"{site}/events/")
    fills = looking.evaluate(
        """['.town', '.strip circle', '.strip rect:not(.possible)', '.strip .possible'].map(s =>
             getComputedStyle(document.querySelector(s)).fill === getComputedStyle(document.body).backgroundColor)"""
    )
    assert fills == [False, False, False, True]


def test_nothing_moves_once_it_is_painted(browser: Browser, site: str) -> None:
    watch = """window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(entry =>
        { if (!entry.hadRecentInput) window.moved += entry.value; })).observe({type: 'layout-shift', buffered: true})"""
    for width in (360, 1440):
        context = browser.new_context(viewport={"width": width, "height": 800})
        context.add_init_script(watch)
        page = context.new_page()
        for path in ("", "background/", "events/", "print/"):
            ready(page, f"{site}/{path}")
            page.wait_for_load_state("networkidle")
            assert page.evaluate("window.moved") < 0.02, (path, width)
        context.close()


# --- Reading


def test_the_home_page_invites(looking: Page, site: str) -> None:
    looking.set_viewport_size({"width": 360, "height": 740})
    ready(looking, f"{site}/")
    links = looking.locator(".counts-told li a")
    assert links.evaluate_all("all => all.map(a => a.hash)") == [f"#{event}_{measure}" for event, measure in COUNTS]
    assert "at least 20" in links.nth(1).inner_text()
    start, count, place = (
        looking.locator(s).first.bounding_box() for s in (".md-button", ".counts-told li", ".locator")
    )
    assert start
    assert count
    assert place
    assert start["y"] < count["y"] < min(740, place["y"])  # what to do first, then the counts, then the map
    assert looking.locator(".contents a").evaluate_all("all => all.map(a => new URL(a.href).pathname)") == [
        "/background/",
        "/february-2017-violence/",
        "/events/",
    ]
    looking.set_viewport_size({"width": 1440, "height": 900})
    for selector in ("h1", ".md-button", ".counts-told li:last-of-type", ".locator"):
        expect(looking.locator(selector).first).to_be_in_viewport(ratio=1)


def test_the_records_told_stand_beside_a_section_or_below_it(looking: Page, site: str) -> None:
    for width, beside in ((1440, True), (768, False), (360, False)):
        looking.set_viewport_size({"width": width, "height": 900})
        ready(looking, f"{site}/february-2017-violence/")
        text, told = looking.locator("#niono").bounding_box(), looking.locator(".told").bounding_box()
        assert text
        assert told
        assert (told["x"] > text["x"] + text["width"]) == beside
    words = " ".join(looking.locator(".told").inner_text().split())
    assert "at least 20 killed · no note given" in words
    assert "at least 9,000 displaced · note 6" in words


def test_a_line_has_60_to_70_characters(looking: Page, site: str) -> None:
    looking.set_viewport_size({"width": 1440, "height": 900})
    ready(looking, f"{site}/background/")
    lengths = looking.evaluate(
        """[...document.querySelectorAll('.section > p[id]')].flatMap(p => {
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
    assert 58 <= sum(lengths) / len(lengths) <= 70


@pytest.mark.parametrize(("event_id", "measure"), COUNTS)
def test_the_address_of_a_figure_shows_whose_it_is(looking: Page, site: str, event_id: str, measure: str) -> None:
    looking.set_viewport_size({"width": 360, "height": 740})
    ready(looking, f"{site}/events/#{event_id}_{measure}")
    figure, title = looking.locator(f"[id='{event_id}_{measure}']"), looking.locator(f"[id='{event_id}']")
    expect(figure).to_be_in_viewport()
    expect(title).to_be_in_viewport()
    upper, lower = title.bounding_box(), figure.bounding_box()
    assert upper
    assert lower
    assert upper["y"] >= 40  # below the header
    assert upper["y"] + upper["height"] <= lower["y"] + 1


def test_a_record_says_what_is_known_and_is_silent_on_the_rest(looking: Page, site: str) -> None:
    ready(looking, f"{site}/events/")
    text = " ".join(looking.locator(".record:has([id='niono-executions'])").inner_text().split())
    for words in (
        "19 February 2017",
        "in Niono, Ségou region",
        "by men (unidentified)",
        "nine civilians",
        "(alleged)",
        "no note given",
    ):
        assert words in text
    bare = looking.locator(".record:has([id='ke-macina-reprisals']) dt").all_inner_texts()
    assert "Where" not in bare
    assert "Who" not in bare
    assert looking.locator(".record").count() == len(EVENTS)


# --- Keyboard, touch, and no script


def test_a_note_is_shown_named_described_and_closed_by_keyboard(page: Page, site: str) -> None:
    ready(page, f"{site}/background/")
    marker, note = page.locator("[id='fnref:2'] a"), page.locator(".md-tooltip2--active")
    marker.focus()
    expect(note).to_have_attribute("aria-label", "Note")
    expect(marker).to_have_attribute("aria-describedby", str(note.get_attribute("id")))
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)


def test_a_touch_shows_the_note_and_a_second_touch_follows_it(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    ready(page, f"{site}/background/")
    marker = page.locator("[id='fnref:2'] a")
    marker.tap()
    expect(page.locator(".md-tooltip2--active")).to_be_visible()
    assert "#" not in page.url
    marker.tap()
    page.wait_for_url("**/#fn:2")
    context.close()


def test_while_data_are_saved_a_touch_follows_the_note_at_once(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    context.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    page = context.new_page()
    page.goto(f"{site}/background/")
    page.locator("[id='fnref:2'] a").tap()
    page.wait_for_url("**/#fn:2")
    context.close()


def test_search_and_menu_are_reached_by_keyboard(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    ready(page, f"{site}/background/")
    page.get_by_role("button", name="Search").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Search")).to_be_attached()
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".md-nav__link", has_text="Events")).to_be_in_viewport()


@pytest.mark.parametrize("place", ["background/#niono", "events/#niono-executions", "events/#niono-executions_killed"])
def test_a_sign_copies_the_permanent_address_and_says_so(browser: Browser, site: str, place: str) -> None:
    place = place.replace("background/", "february-2017-violence/")
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    path, _, fragment = place.partition("#")
    ready(page, f"{site}/{path}")
    sign = page.locator(f".headerlink[href='#{fragment}']")
    sign.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"https://mali-briefing.example/{place}"
    context.close()


def test_without_script_everything_reads_in_the_dark_too(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{site}/events/")
    assert page.locator("svg.when[data-event]").count() == len(EVENTS)
    page.goto(f"{site}/background/")
    red, green, blue = (
        int(n)
        for n in re.findall(r"\d+", page.locator("body").evaluate("b => getComputedStyle(b).backgroundColor"))[:3]
    )
    assert max(red, green, blue) < 60
    page.locator("[id='fnref:1'] a").click()
    assert page.url.endswith("#fn:1")
    page.locator("[id='fn:1'] a", has_text="hrw-2013").click()
    assert page.url.endswith("/sources/#hrw-2013")
    page.locator("summary").first.click()
    expect(page.locator("pre").first).to_be_visible()
    context.close()


def test_colours_follow_the_system_until_the_reader_chooses(page: Page, site: str) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="dark")
    ready(page, f"{site}/background/")
    dark = page.evaluate(paper)
    page.locator("[data-md-component=palette] label:visible").click()  # from automatic to light
    page.wait_for_function(f"{paper} !== '{dark}'")
    page.goto(f"{site}/events/")
    assert page.evaluate(paper) != dark


# --- Print


def printed(page: Page, address: str) -> list[str]:
    """The text of each A4 page of a printed page."""
    ready(page, address)
    reader = pypdf.PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages} <= {
        (595, 842),
        (596, 842),
    }
    return [unicodedata.normalize("NFKC", " ".join(p.extract_text().split())) for p in reader.pages]


@pytest.mark.parametrize("path", ["", "background/", "events/", "sources/", "print/"])
def test_paper_says_what_it_is_which_edition_and_where(looking: Page, site: str, path: str) -> None:
    first, *others = printed(looking, f"{site}/{path}")
    head = first[:200]
    assert "Mali, a human-rights briefing" in head
    assert "Edition 1, 25 November 2026" in head
    assert f"https://mali-briefing.example/{path}" in head
    for screen in ("Search", "Colours", "Skip to content", "Cite this", "Next", "↩"):
        assert screen not in " ".join([first, *others])


def test_the_whole_briefing_prints_with_its_notes_drawings_and_records(looking: Page, site: str) -> None:
    whole = " ".join(printed(looking, f"{site}/print/"))
    for words in (
        "Background",
        "February 2017 violence",
        "at least 20 people",
        "allegedly in retaliation",
        "not before 19 February 2017",
    ):
        assert words in whole
    squeezed = whole.replace(" ", "")
    for event in EVENTS.values():
        assert squeezed.count(event["title"].replace(" ", "")) >= 2  # in a drawing and as a record
    looking.emulate_media(media="print")
    assert looking.locator(".map svg").first.is_visible()
    assert looking.locator("svg.when[data-event]").count() == len(EVENTS)


def test_a_kept_edition_begins_where_its_head_does(page: Page, site: str) -> None:
    page.goto(f"{site}/editions/1/")
    left = "node => node.getBoundingClientRect().left"
    assert page.locator(".kept h1").evaluate(left) == page.locator(".section h1").first.evaluate(left)
