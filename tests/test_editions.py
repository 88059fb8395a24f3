"""Editions: every change is announced, none is made without a reason, and what stood stays known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from briefing.editions import Change, as_edition, changes, lacking, value_in_words
from briefing.load import load_dataset
from conftest import FICTIONAL, ROOT, run
from test_check import change, problems_in

CORRECTION = """
- edition: 2
  value: thirst_displaced
  reason: The gazette was misread.
  sources: [gazette-1902]
"""


def told(found: Change) -> tuple[str, int, str, str, str]:
    """A change in words."""
    return (
        found.id,
        found.edition,
        value_in_words(found.before),
        value_in_words(found.after),
        found.correction.reason if found.correction else "",
    )


def changes_in(project: Path) -> list[tuple[str, int, str, str, str]]:
    return [told(found) for found in changes(load_dataset(project)[0])]


def add_correction(project: Path, text: str = CORRECTION) -> None:
    with (project / "data/corrections.yml").open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.parametrize("briefing", [ROOT, FICTIONAL])
def test_the_first_edition_is_the_briefing_as_it_stands(briefing: Path) -> None:
    assert changes_in(briefing) == []
    data = load_dataset(briefing)[0]
    text = (briefing / "data/editions.yml").read_text(encoding="utf-8")
    assert text.split("\n", 1)[1] == as_edition(data, 1, "2026-11-22")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("at_most: 5", "at_most: 6", ("thirst_displaced", 2, "at most five", "at most six", "")),
        ("at_most: 5", "exactly: 5", ("thirst_displaced", 2, "at most five", "five", "")),
        ("[20, 25]", "[20, 26]", ("flood_killed", 2, "between 20 and 25", "between 20 and 26", "")),
        ('"1903"', '"1903-07"', ("thirst_date", 2, "1903", "July 1903", "")),
        ("  displaced: {at_most", "  killed: {at_most", ("thirst_killed", 2, "not given", "at most five", "")),
    ],
)
def test_every_changed_value_is_known_without_being_told(
    fictional: Path, old: str, new: str, expected: tuple[str, int, str, str, str]
) -> None:
    change(fictional, "data/events.yml", old, new)
    assert expected in changes_in(fictional)


def test_what_is_no_value_is_no_change(fictional: Path) -> None:
    change(fictional, "data/events.yml", "who: gulls", "who: gulls and terns")
    change(fictional, "data/events.yml", "title: A dry year", "title: A very dry year")
    assert changes_in(fictional) == []


def test_an_event_that_is_gone_is_announced_and_one_that_is_renamed_is_not(fictional: Path) -> None:
    for file in ("data/events.yml", "docs/flood.md"):
        text = (fictional / file).read_text(encoding="utf-8")
        (fictional / file).write_text(text.replace("thirst", "drought"), encoding="utf-8")
    assert changes_in(fictional) == [
        ("drought_date", 2, "not given", "1903", ""),
        ("drought_displaced", 2, "not given", "at most five", ""),
        ("thirst_date", 2, "1903", "not given", ""),
        ("thirst_displaced", 2, "at most five", "not given", ""),
    ]
    change(fictional, "data/events.yml", "former_ids: [dry-year]", "former_ids: [dry-year, thirst]")
    assert changes_in(fictional) == []


def test_the_next_edition_is_refused_until_every_change_has_its_reason_and_source(fictional: Path) -> None:
    change(fictional, "data/events.yml", "at_most: 5", "at_most: 6")
    change(fictional, "data/events.yml", "[20, 25]", "[20, 26]")
    before = (fictional / "data/editions.yml").read_bytes()
    assert run(fictional, "check").returncode == 0, "an everyday check is never blocked"
    refused = run(fictional, "edition", "--date", "2026-12-01")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Edition 2 is not made: it lacks reasons or sources. Paste these lines")
    lines = refused.stderr.split("\n\n", 1)[1]
    assert lines == (
        "# flood, killed: between 20 and 25 -> between 20 and 26\n"
        "- edition: 2\n  value: flood_killed\n  reason:\n  sources: not-given\n\n"
        "# thirst, displaced: at most five -> at most six\n"
        "- edition: 2\n  value: thirst_displaced\n  reason:\n  sources:\n\n"
    )
    add_correction(fictional, "\n" + lines)
    assert problems_in(fictional) == [
        "data/corrections.yml:5:10: number 1, reason: the value is empty; fill it, or remove the field",
        "data/corrections.yml:11:10: number 2, reason: the value is empty; fill it, or remove the field",
        "data/corrections.yml:12:11: number 2, sources: the value is empty; fill it, or remove the field",
    ]
    corrections = fictional / "data/corrections.yml"
    corrections.write_text(lines.replace("reason:", "reason: Recounted.").replace("sources:\n", "sources: not-given\n"))
    assert lacking(load_dataset(fictional)[0]) == [lines.split("\n\n")[1] + "\n"], (
        "the gulls have a source, so must the correction"
    )
    corrections.write_text(lines.replace("reason:", "reason: Recounted.").replace("sources:\n", "sources: [almanac]\n"))
    assert (fictional / "data/editions.yml").read_bytes() == before
    made = run(fictional, "edition", "--date", "2026-12-01")
    assert (made.returncode, made.stdout) == (0, "Edition 2 is dated 2026-12-01; build and publish it.\n")
    assert changes_in(fictional) == [
        ("flood_killed", 2, "between 20 and 25", "between 20 and 26", "Recounted."),
        ("thirst_displaced", 2, "at most five", "at most six", "Recounted."),
    ]
    again = run(fictional, "edition", "--date", "2026-12-02")
    assert again.stdout == "Edition 3 is dated 2026-12-02; build and publish it. No value differs from edition 2.\n"
    change(fictional, "data/events.yml", "at_most: 6", "at_most: 5")
    assert changes_in(fictional)[-1] == ("thirst_displaced", 4, "at most six", "at most five", "")


def test_an_event_after_the_last_edition_waits_for_the_next(fictional: Path) -> None:
    change(fictional, "data/events.yml", '"1903"', '"2026-12-24"')
    assert "after the last edition" in problems_in(fictional)[0]
    add_correction(fictional, CORRECTION.replace("thirst_displaced", "thirst_date"))
    refused = run(fictional, "edition", "--date", "2026-12-01")
    assert "after the last edition (2026-12-01)" in refused.stderr
    assert run(fictional, "edition", "--date", "2026-12-31").returncode == 0
    assert problems_in(fictional) == []


@pytest.mark.parametrize("date", ["2026-11-21", "soon", "2026-13-01", "2026"])
def test_an_edition_is_dated_by_a_day_not_before_the_last(fictional: Path, date: str) -> None:
    before = (fictional / "data/editions.yml").read_bytes()
    result = run(fictional, "edition", "--date", date)
    assert result.returncode == 1
    told = (
        "Edition 1 is dated 2026-11-22; choose"
        if date == "2026-11-21"
        else f'"{date}" is not a day; write it as --date 20'
    )
    assert result.stderr.startswith(told)
    assert result.stderr.count("\n") == 1
    assert (fictional / "data/editions.yml").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (CORRECTION, ""),
        (CORRECTION * 2, "data/corrections.yml:8: number 2, value: the same correction is given twice; keep one"),
        (CORRECTION.replace("edition: 2", "edition: 3"), "data/corrections.yml:3: number 1, value: this value does not change in edition 3; correct the two, or remove the entry"),
        (CORRECTION.replace("thirst_displaced", "thirst"), "data/corrections.yml:3: number 1, value: this value does not change in edition 2; correct the two, or remove the entry"),
        (CORRECTION.replace("gazette-1902", "gazete-1902"), 'data/corrections.yml:5: number 1, sources: "gazete-1902" is not in data/sources.bib; did you mean "gazette-1902"?'),
        (CORRECTION.replace("reason", "raeson"), 'data/corrections.yml:4: number 1: "raeson" is not a field; did you mean "reason"?'),
        ("none", "data/corrections.yml:1: list the corrections, each with its fields below one another"),
    ],
)  # fmt: skip
def test_a_mistaken_correction_is_told(fictional: Path, text: str, problem: str) -> None:
    change(fictional, "data/events.yml", "at_most: 5", "at_most: 6")
    add_correction(fictional, text)
    assert (problem in problems_in(fictional)) if problem else (problems_in(fictional) == [])


def corrected(project: Path) -> None:
    """Let `project` have made an edition that corrected a value."""
    change(project, "data/events.yml", "at_most: 5", "at_most: 6")
    add_correction(project)
    assert run(project, "edition", "--date", "2026-12-01").returncode == 0


def test_a_correction_follows_an_event_that_is_renamed(fictional: Path) -> None:
    corrected(fictional)
    change(fictional, "data/events.yml", "  thirst:\n", "  drought:\n")
    change(fictional, "data/events.yml", "former_ids: [dry-year]", "former_ids: [dry-year, thirst]")
    flood = fictional / "docs/flood.md"
    flood.write_text(flood.read_text("utf-8").replace(":thirst", ":drought"), "utf-8")
    assert problems_in(fictional) == []
    assert changes_in(fictional) == [
        ("drought_displaced", 2, "at most five", "at most six", "The gazette was misread.")
    ]
    assert run(fictional, "build").returncode == 0
    page = (fictional / "site/mistakes/index.html").read_text("utf-8")
    assert 'id="edition-2_drought_displaced"' in page
    assert 'id="edition-2_thirst_displaced"' in page, "the address that was given out"


def test_the_reason_of_a_correction_stays(fictional: Path) -> None:
    corrected(fictional)
    (fictional / "data/corrections.yml").write_text("# none\n", "utf-8")
    assert problems_in(fictional) == [
        "data/corrections.yml:1: edition 2 corrected thirst_displaced, and its reason is gone; put the entry back"
    ]


def test_editions_made_at_once_wait_for_one_another_and_leave_what_stands(fictional: Path) -> None:
    file = fictional / "data/editions.yml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = file.read_bytes()
    command = [sys.executable, str(fictional / "scripts/commands.py"), "edition", "--date", "2026-12-01"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = sorted(each.communicate()[0].partition(" is dated")[0] for each in runs)
    assert told == ["Edition 2", "Edition 3", "Edition 4"]
    assert [edition.number for edition in load_dataset(fictional)[0].editions] == [1, 2, 3, 4]
    assert file.read_bytes().startswith(before)
