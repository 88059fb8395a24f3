"""Editions: kept as copies that nothing alters; every change is announced, and none is made without a reason."""

from __future__ import annotations

import csv
import datetime
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from briefing.changes import Change, changes, missing_reasons, mistaken_corrections, refusal, rows_of
from briefing.dates import parse_date
from briefing.editions import KeptEdition, fragment_of, keep_edition, load_editions, paragraphs_of
from briefing.records import Records, load_records
from conftest import FICTIONAL, ROOT, bytes_of, copy_of, run, with_edition

EVENTS = """\
measures: {killed: Killed, displaced: Displaced}
places:
  zluta: {name: Žlutá Laguna, level: region, code: ZZ-ZL}
  skerry: {name: Skerry, level: town, within: zluta}
events:
  flood:
    title: A flood of tea
    date: "1902-03/1902-04"
    where: {in: skerry}
    actors: [{name: the Guild, role: by, attribution: alleged}]
    figures:
      killed: {between: [20, 25], who: tea plants}
    sources: [almanac]
  thirst:
    title: A dry year
    date: "1903"
    where: not-given
    actors: not-given
    figures:
      displaced: {at_most: 5, who: gulls}
    sources: not-given
"""
PAGE = """<html><head><title>x</title></head><body><nav><a href="../">Home</a></nav><main>
<article class="md-content__inner"><p class="paper">The tea war, edition 1</p>
<section class="section"><h1 id="flood-page">The flood<a class="headerlink" href="#flood-page">¶</a></h1>
<p id="flood">In <a class="value" href="../records/#flood"><time>March</time></a> it rose.<sup id="fnref:a"><a class="footnote-ref" href="#fn:a">1</a></sup></p>
<p>It fell. <a href="../quarrel/#kettle">Before</a>, <a href="../about/">about</a>, <a href="https://other.example/#flood">other</a></p>
<p id="kettle">See <a href="../records/#kettle">the record</a>, <a href="../quarrel/#flood">the flood</a>, <a href="../records/#all">all</a> <img src="../images/a%20kettle.png" srcset="x 2x" alt="A kettle"></p>
<details class="cite"><pre>@incollection</pre></details><script>run()</script></section>
<section><h1 id="all">The records</h1><article class="record"><h3 id="record_flood">A flood</h3><p>gulls</p></article></section>
</article></main></body></html>"""
SITE = "https://tea.example/war/"
ALTERED = (
    "this file, or an edition before it, was changed, added or taken away, and an edition is never altered; "
    "remove what was added, and bring the rest back with: git checkout data/editions"
)


def records_of(folder: Path, events: str = EVENTS, corrections: str = "") -> Records:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data/events.yml").write_text(events, "utf-8")
    (folder / "data/corrections.yml").write_text(corrections or "# none\n", "utf-8")
    records, problems = load_records(folder)
    assert not [problem for problem in problems if not problem.told]
    return records


def site_in(folder: Path, records: Records, page: str = PAGE) -> Path:
    """A built site with as much as an edition keeps."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for first in ("event_id", "figure_id"):
        rows = [row for row in rows_of(records).values() if next(iter(row)) == first]
        with (folder / f"data/{first.removesuffix('_id')}s.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    for path, data in (("print/index.html", page.encode()), ("images/a kettle.png", b"png")):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def keep(root: Path, number: int, date: str = "1904-01-01", events: str = EVENTS, page: str = PAGE) -> None:
    site = site_in(root / f"site-{number}", records_of(root / f"then-{number}", events), page)
    files = ["data/events.csv", "data/figures.csv"]
    keep_edition(KeptEdition(number, parse_date(date)), root, site, ("print/", "records/"), files, SITE)


def found_in(root: Path, events: str = EVENTS, corrections: str = "", said: str = PAGE) -> list[Change]:
    """The changes up to the records `events`, all editions below `root` being as they were kept."""
    editions, problems = load_editions(root)
    assert not problems
    records = records_of(root / "today", events, corrections)
    now = {former: name for name, event in records.events.items() for former in event.former_ids}
    return list(changes(editions, records, paragraphs_of(said), now))


def told(found: list[Change]) -> list[tuple[str, int, str, str]]:
    return [(change.id, change.edition, change.before, change.after) for change in found]


def test_a_fragment_leads_to_its_own_ids_or_to_an_address_and_holds_nothing_that_runs() -> None:
    html, pictures = fragment_of(PAGE, "print/", "records/", SITE)
    links = {node.text(): node.attributes["href"] for node in LexborHTMLParser(html).css("a")}
    assert links == {
        "March": "#record_flood",  # and not the paragraph of that id
        "1": f"{SITE}print/#fn:a",
        "Before": "#kettle",
        "about": f"{SITE}about/",
        "other": "https://other.example/#flood",
        "the record": "#kettle",  # where the edition has none
        "the flood": "#flood",
        "all": "#all",
    }
    assert fragment_of(PAGE, "print/", "records/", SITE.rstrip("/"))[0] == html
    assert pictures == {"images-a kettle.png": "images/a kettle.png"}
    assert 'src="images-a kettle.png"' in html
    for absent in ("script", "headerlink", "@incollection", "srcset", "edition 1", "Home"):
        assert absent not in html


def test_a_paragraph_is_known_by_the_nearest_id_above_and_marks_are_no_text() -> None:
    assert paragraphs_of(PAGE) == {
        "flood-page": "The flood",
        "flood": "In March it rose. It fell. Before, about, other",
        "kettle": "See the record, the flood, all",
    }
    assert paragraphs_of('<p id="a">One</p><ul id="b"><li>two</li></ul><ol id="c"><li>three</li></ol>') == {
        "a": "One",
        "b": "two",
        "c": "three",
    }


def test_an_edition_is_read_back_as_it_was_kept(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    [edition], problems = load_editions(tmp_path)
    assert problems == []
    assert (edition.number, str(edition.date)) == (1, "1904-01-01")
    assert list(edition.rows) == ["flood", "thirst", "flood_killed", "thirst_displaced"]
    assert edition.rows["flood_killed"]["value_in_words"] == "between 20 and 25"
    assert edition.files["images-a kettle.png"] == b"png"
    for name, digest in edition.sums.items():
        assert hashlib.sha256(edition.files[name]).hexdigest() == digest
    assert set(edition.files) - set(edition.sums) == {"SHA256SUMS"}
    assert found_in(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "data"), [("figures.csv", b"x"), ("briefing.html", None), ("SHA256SUMS", None), ("note.txt", b"x")]
)
def test_an_edition_that_was_altered_is_told(tmp_path: Path, name: str, data: bytes | None) -> None:
    keep(tmp_path, 1)
    file = tmp_path / "data/editions/1" / name
    file.unlink(missing_ok=True)
    if data:
        file.write_bytes(data)
    editions, problems = load_editions(tmp_path)
    assert editions == ()
    assert [str(problem) for problem in problems] == [f"data/editions/1/{name}:1: {ALTERED}"]


def test_what_the_system_hides_in_an_edition_alters_nothing(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    (tmp_path / "data/editions/1/.DS_Store").write_bytes(b"x")
    (edition,), problems = load_editions(tmp_path)
    assert (problems, ".DS_Store" in edition.files) == ([], False)


def test_editions_run_from_one(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    keep(tmp_path, 2)
    shutil.rmtree(tmp_path / "data/editions/1")
    assert [str(found) for found in load_editions(tmp_path)[1]] == [f"data/editions/2/edition.yml:1: {ALTERED}"]


def test_the_next_edition_is_neither_dated_back_nor_ahead(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    editions, day = load_editions(tmp_path)[0], datetime.date.fromisoformat
    today, records = day("1904-02-01"), records_of(tmp_path / "today")
    assert refusal((), records, day("1903-01-01"), today) == ""
    assert refusal(editions, records, day("1904-01-01"), today) == ""
    assert refusal(editions, records, day("1903-12-31"), today) == (
        "The last edition is dated 1904-01-01; choose that day or a later one."
    )
    assert refusal(editions, records, day("2199-01-01"), today) == (
        "2199-01-01 is still to come; date the edition 1904-02-01 or earlier."
    )
    events = EVENTS.replace('"1902-03/1902-04"', "1902/1904-02-02").replace('"1903"', "1904-02")
    assert refusal(editions, records_of(tmp_path / "then", events), today, today) == (
        "The edition is dated 1904-02-01, and after that: flood. Correct these dates, or date it later."
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("at_most: 5", "at_most: 6", ("thirst_displaced", 2, "at most five", "at most six")),
        ("at_most: 5", "exactly: 5", ("thirst_displaced", 2, "at most five", "five")),
        ("[20, 25]", "[20, 26]", ("flood_killed", 2, "between 20 and 25", "between 20 and 26")),
        ('"1903"', '"1903-07"', ("thirst_date", 2, "1903", "July 1903")),
        ("who: gulls", "who: gulls and terns", ("thirst_displaced_counted", 2, "gulls", "gulls and terns")),
        ("alleged", "attributed", ("flood_actors", 2, "by the Guild (alleged)", "by the Guild (attributed)")),
        ("{in: skerry}", "{near: skerry}", ("flood_place", 2, "in Skerry", "near Skerry")),
        ("A dry year", "A very dry year", ("thirst_title", 2, "A dry year", "A very dry year")),
        ("at_most: 5, who: gulls", 'said: "dozens", who: gulls', ("thirst_displaced", 2, "at most five", "dozens")),
    ],
)
def test_every_cell_that_differs_is_a_change(
    tmp_path: Path, old: str, new: str, expected: tuple[str, int, str, str]
) -> None:
    keep(tmp_path, 1)
    assert EVENTS.count(old) == 1
    found = found_in(tmp_path, EVENTS.replace(old, new))
    assert told(found) == [expected]
    assert not found[0].is_new
    assert found[0].corrects is (not expected[0].endswith("title"))


def test_what_was_not_given_before_is_new_and_corrects_nothing(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    events = EVENTS.replace("sources: not-given", "sources: [gazette]").replace(
        "where: not-given", "where: {in: zluta}"
    )
    events += '  tide:\n    title: A tide\n    date: "1904"\n    where: not-given\n    actors: not-given\n    sources: not-given\n'
    found = found_in(tmp_path, events)
    assert told(found) == [
        ("thirst_place", 2, "", "in Žlutá Laguna"),
        ("thirst_sources", 2, "not-given", "gazette"),
        ("tide_date", 2, "", "1904"),
        ("thirst_displaced_sources", 2, "not-given", "gazette"),
    ]
    assert all(change.is_new and not change.corrects for change in found)
    assert missing_reasons(found, 2) == []


def test_an_event_that_is_gone_is_announced_and_one_that_is_renamed_is_not(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    gone = EVENTS[: EVENTS.index("  thirst:")]
    assert told(found_in(tmp_path, gone)) == [
        ("thirst_date", 2, "1903", ""),
        ("thirst_displaced", 2, "at most five", ""),
    ]
    renamed = EVENTS.replace("  thirst:", "  drought:") + "    former_ids: [thirst]\n"
    assert found_in(tmp_path, renamed) == []


def test_an_event_of_which_no_date_is_known_is_announced_too(tmp_path: Path) -> None:
    """Or a citation would name an edition that has no record of it."""
    tide = "  tide:\n    title: A tide\n    date: not-given\n    where: not-given\n    actors: not-given\n    sources: not-given\n"
    keep(tmp_path, 1)
    [new] = found_in(tmp_path, EVENTS + tide)
    assert (new.id, new.is_new, new.corrects) == ("tide_date", True, False)
    keep(tmp_path, 2, events=EVENTS + tide)
    gone = found_in(tmp_path)[-1]
    assert (gone.id, gone.edition, gone.is_new, gone.corrects) == ("tide_date", 3, False, True)


def test_a_paragraph_that_reads_otherwise_is_named(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    [change] = found_in(tmp_path, said=PAGE.replace("It fell.", "It sank."))
    assert (change.id, change.kind, change.event_id, change.corrects) == ("flood", "paragraph", "", False)
    assert "It sank." in change.after


def test_reasons_are_asked_for_and_given(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    events = EVENTS.replace("at_most: 5", "at_most: 6").replace("[20, 25]", "[20, 26]")
    asked = missing_reasons(found_in(tmp_path, events), 2)
    assert asked == [
        "# A flood of tea: Killed: between 20 and 25 -> between 20 and 26\n"
        "- edition: 2\n  value: flood_killed\n  reason:\n  sources:\n",
        "# A dry year: Displaced: at most five -> at most six\n"
        "- edition: 2\n  value: thirst_displaced\n  reason:\n  sources: not-given\n",
    ]
    given = "".join(asked).replace("reason:", "reason: Recounted.").replace("sources:\n", "sources: not-given\n")
    found = found_in(tmp_path, events, given)
    assert missing_reasons(found, 2) == [asked[0]], "the flood has a source, so must its correction"
    found = found_in(tmp_path, events, given.replace("sources: not-given", "sources: [almanac]"))
    assert missing_reasons(found, 2) == []
    assert [change.correction.reason for change in found if change.correction] == ["Recounted.", "Recounted."]


CORRECTION = "- edition: 2\n  value: thirst_displaced\n  reason: It was misread.\n  sources: [gazette]\n"
UNCHANGED = (
    "this value does not change in edition 2, or an entry above corrects it; remove the entry, or correct the two"
)


@pytest.mark.parametrize(
    ("corrections", "kept", "problems"),
    [
        (CORRECTION, 1, []),
        (CORRECTION + CORRECTION.replace("misread", "lost"), 1, [f"data/corrections.yml:6: number 2, value: {UNCHANGED}"]),
        (CORRECTION.replace("thirst_displaced", "thirst"), 1, [f'data/corrections.yml:2: number 1, value: {UNCHANGED}; write thirst_displaced']),
        ("", 1, []),
        ("", 2, ["data/corrections.yml:1: corrections: edition 2 corrected thirst_displaced, and its reason is gone; put the entry back"]),
        (CORRECTION, 2, []),
    ],
)  # fmt: skip
def test_a_mistaken_or_deleted_correction_is_told(
    tmp_path: Path, corrections: str, kept: int, problems: list[str]
) -> None:
    events = EVENTS.replace("at_most: 5", "at_most: 6")
    keep(tmp_path, 1)
    if kept == 2:
        keep(tmp_path, 2, events=events)
    found = found_in(tmp_path, events, corrections)
    records = records_of(tmp_path / "today", events, corrections)
    assert [str(problem) for problem in mistaken_corrections(found, records, kept)] == problems


def test_a_correction_follows_an_event_that_is_renamed(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    events = EVENTS.replace("at_most: 5", "at_most: 6")
    keep(tmp_path, 2, events=events)
    renamed = events.replace("  thirst:", "  drought:") + "    former_ids: [thirst]\n"
    [change] = found_in(tmp_path, renamed, CORRECTION)
    assert (change.id, change.edition, change.correction is not None) == ("drought_displaced", 2, True)
    records = records_of(tmp_path / "today", renamed, CORRECTION)
    assert list(mistaken_corrections([change], records, 2)) == []


def test_an_edition_of_an_older_version_lacks_columns_and_announces_nothing_for_it(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    [edition] = load_editions(tmp_path)[0]
    lacking = {"actors", "remark"}
    rows = {name: {key: row[key] for key in row if key not in lacking} for name, row in edition.rows.items()}
    records = records_of(tmp_path / "today", EVENTS.replace("alleged", "attributed"))
    older = edition._replace(rows=rows)
    assert list(changes([older], records, older.said, {})) == []


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with three editions: after the first, a bound, a template and a text change, then a figure."""
    project = copy_of(FICTIONAL, tmp_path_factory.mktemp("editions") / "tea")
    shutil.rmtree(project / "data/editions")
    first: dict[str, bytes] = {}
    for number in (1, 2, 3):
        if number == 2:
            rewrite(project / "scripts/words/en.yml", "at most {number}", "no more than {number}")
            rewrite(project / "scripts/overrides/print.html", "{% block text %}", "{% block text %}<p>New</p>")
            rewrite(project / "docs/quarrel.md", "said nothing more", "kept silent")
        if number == 3:
            rewrite(project / "data/events.yml", "at_most: 5", "at_most: 6")
            refused = run(project, "edition", "--date", "2026-11-23")
            assert refused.returncode == 1
            lines = refused.stderr.partition("fill them in:\n\n")[2]
            filled = lines.replace("reason:", "reason: One was behind a pot.").replace(
                "sources:", "sources: [gazette-1902]"
            )
            (project / "data/corrections.yml").write_text(filled, "utf-8")
        made = run(project, "edition", "--date", f"2026-11-2{number}")
        assert made.returncode == 0, made.stderr
        first = first or bytes_of(project / "data/editions/1")
        assert bytes_of(project / "data/editions/1") == first
    result = run(project, "build")
    assert result.returncode == 0, result.stderr
    return project


def kept_page(project: Path, number: int) -> tuple[str, LexborHTMLParser]:
    text = (project / f"site/editions/{number}/index.html").read_text("utf-8")
    return text, LexborHTMLParser(text)


def test_the_first_of_three_editions_is_published_as_it_was(three: Path) -> None:
    first = bytes_of(three / "data/editions/1")
    assert {name: data for name, data in bytes_of(three / "site/editions/1").items() if name in first} == first
    pages = [kept_page(three, number)[0] for number in (1, 2, 3)]
    assert first["briefing.html"].decode() in pages[0], "byte for byte"
    for page, figure in zip(pages, ("at most five", "no more than five", "no more than six"), strict=True):
        assert figure in LexborHTMLParser(page).css("#gulls")[0].text()
    assert "<p>New</p>" not in pages[0]
    assert "<p>New</p>" in pages[1]


def test_what_is_published_of_an_edition_is_checked_with_a_tool_of_everyone(three: Path) -> None:
    for number in (1, 2, 3):
        folder = three / f"site/editions/{number}"
        checked = subprocess.run(
            ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True
        )
        sums = (folder / "SHA256SUMS").read_text("utf-8")
        assert checked.stdout.count(": OK") == len(sums.splitlines()) > 10
        _, page = kept_page(three, number)
        shown = {node.css("a")[0].text(): node.css("code")[0].text() for node in page.css(".kept details li:has(code)")}
        assert "".join(f"{digest}  {name}\n" for name, digest in shown.items()) == sums
        assert "sha256sum -c SHA256SUMS" in page.css(".kept")[0].text()


def test_an_edition_says_what_it_is_and_what_was_corrected_since(three: Path) -> None:
    base = "https://fiction.example/tea/"
    for number, date in enumerate(("21 November 2026", "22 November 2026", "23 November 2026"), 1):
        _, page = kept_page(three, number)
        [head] = page.css("header.kept")
        assert head.css("h1")[0].text() == f"The tea war of Žlutá Laguna: Edition {number}, {date}"
        assert f"{base}editions/{number}/" in [link.attributes["href"] for link in head.css("a")]
        assert page.css("link[rel=canonical]")[0].attributes["href"] == f"{base}editions/{number}/"
        assert page.css("meta[name=robots]")[0].attributes["content"] == "noindex"
        assert "Edition 3" not in page.css(".paper")[0].text(), "it is not today's"
        assert page.css("link[rel=latest-version]")[0].attributes["href"] == base
        assert ("Nothing has been corrected since." in head.text()) is (number == 3)
    told = kept_page(three, 1)[1].css("header.kept")[0].text()
    assert "A dry year: Displaced: “no more than five” in edition 2, “no more than six” since edition 3" in told
    assert "Paragraph “kettle-sealed”: reworded in edition 2" in told


def test_editions_are_neither_searched_nor_listed(three: Path) -> None:
    assert "/editions/" not in (three / "site/sitemap.xml").read_text("utf-8")
    assert "editions/" not in (three / "site/search/search_index.json").read_text("utf-8")


def test_what_a_kept_text_links_to_is_on_its_page_or_has_an_address(three: Path) -> None:
    for number in (1, 2, 3):
        page = LexborHTMLParser((three / f"data/editions/{number}/briefing.html").read_bytes())
        ids = [node.attributes["id"] for node in page.css("[id]")]
        assert len(ids) == len(set(ids))
        for link in page.css("[href], [src]"):
            where = link.attributes.get("href") or link.attributes.get("src") or ""
            assert where.removeprefix("#") in ids or where.startswith("https://"), where
        assert all(str(link.attributes["href"]).startswith("#record_") for link in page.css(".value"))


def test_a_correction_leads_to_both_readings(three: Path) -> None:
    page = LexborHTMLParser((three / "site/mistakes/index.html").read_bytes())
    [correction] = page.css("article.correction")
    links = [link.attributes["href"] for link in correction.css("dt a")]
    assert links == ["../editions/2/#record_thirst", "../editions/3/#record_thirst"]
    assert "Correction: A dry year: Displaced" in correction.text()
    assert "One was behind a pot." in correction.text()
    assert [link.attributes["href"] for link in page.css("#edition-2 li a")] == [
        "../editions/1/#kettle-sealed", "../quarrel/#kettle-sealed", "../editions/1/#gulls", "../flood/#gulls"
    ]  # fmt: skip
    record = LexborHTMLParser((three / "site/more/records/index.html").read_bytes()).css("#thirst_displaced")[0]
    told = " ".join(record.text().split())
    assert "In edition 2 (22 November 2026): no more than five. One was behind a pot. Source: Gazette" in told
    assert "../../books/#gazette-1902" in [link.attributes["href"] for link in record.css("a")]


def test_what_is_new_is_told_from_what_is_corrected(fictional: Path) -> None:
    project = with_edition(fictional)
    events = project / "data/events.yml"
    events.write_text(
        events.read_text("utf-8") + EVENTS[EVENTS.index("  thirst:") :].replace("thirst", "tide"), "utf-8"
    )
    rewrite(project / "docs/flood.md", "it was said.[^3]", "it was said.[^3] {{ Displaced:tide }} more, they say.")
    assert run(project, "edition", "--date", "2026-11-23").returncode == 0, "what is new needs no reason"
    assert run(project, "build").returncode == 0
    page = LexborHTMLParser((project / "site/mistakes/index.html").read_bytes())
    assert [node.text() for node in page.css("article.correction.new h3")] == [
        "New: A dry year: date", "New: A dry year: Displaced"
    ]  # fmt: skip
    assert page.css("article.correction:not(.new)") == []


def test_an_edition_is_refused_while_a_kept_one_is_altered(fictional: Path) -> None:
    project = with_edition(fictional)
    for date, reason in (
        ("2199-01-01", "2199-01-01 is still to come"),
        ("2026-11-21", "The last edition is dated 2026-11-22; choose that day or a later one."),
    ):
        refused = run(project, "edition", "--date", date)
        assert (refused.returncode, refused.stderr.startswith(reason)) == (1, True), refused.stderr
    rewrite(project / "data/editions/1/briefing.html", "gulls", "geese")
    for command in ("check", "build", "edition"):
        refused = run(project, command)
        assert refused.returncode == 1
        assert f"data/editions/1/briefing.html:1: {ALTERED}" in refused.stderr


def test_git_leaves_the_lines_of_editions_alone() -> None:
    assert "data/editions/** -text" in (ROOT / ".gitattributes").read_text("utf-8").splitlines()
