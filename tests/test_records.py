"""What the records of a briefing may say, what is told where they say it wrong, and the rules they keep."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from briefing.problems import Problem
from briefing.record_rules import events_are_past, record_problems
from briefing.records import Records, load_records
from briefing.strict import read_yaml
from conftest import FICTIONAL, ROOT

CASES = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted((ROOT / "tests/cases/check").glob("*.json"))}
OF_RECORDS = [
    name
    for name, case in CASES.items()
    if case["file"] == "data/events.yml" and not any("sources.bib" in problem for problem in case["problems"])
]
EVENT = "title: A, date: '1903', where: not-given, actors: not-given, sources: not-given"


SPOILT = [
    ('a: "B" in N', "put the whole in quotation marks"),
    ("a: 'The g's k'", "put the whole in quotation marks"),
    ("a: > 20 people", "put the whole in quotation marks"),
    ("a: *b", "put the whole in quotation marks"),
    ("a: B: c", "put the whole in quotation marks"),
    ("a: 1\nb:c\nd: e", "a space is missing after the colon"),
    ("a: 1\n\tb: c", "a tab stands here"),
    ('a: "b\\td"', "stands for another sign"),
    ("a: {b: C #3, d: e}\nf: g", 'a "#" after a space cuts the line off'),
    ("a: [b, c\nd: e", "is not closed"),
    ("[" * 100_000, "nested too deep"),
    ("a:\n" + " " * 3000 + "b: c", "nested too deep"),
    ("a: ~", "the value is empty"),
    ("a: &b c", "means something else to YAML"),
    ("a: &b {c: *b}", "means something else to YAML"),
    ("a: !b c", "means something else to YAML"),
    ("a: 1\n---\nb: 2", "a second document begins here"),
]


def project(folder: Path, events: str, corrections: str = "") -> Path:
    (folder / "data").mkdir()
    (folder / "data/events.yml").write_text(events, encoding="utf-8")
    if corrections:
        (folder / "data/corrections.yml").write_text(corrections, encoding="utf-8")
    return folder


def told(root: Path) -> list[Problem]:
    """All that is wrong with the records under `root`, where the sources and the edition of the fictional briefing are known."""
    records, problems = load_records(root)
    unknown = {"almanac": "", "gazette-1902": ""}
    sources: Any = SimpleNamespace(unknown=lambda key: unknown.get(key, "not a source"))
    return [*problems, *record_problems(records, sources), *events_are_past(records, "2026-11-22")]


def with_figure(folder: Path, figure: str) -> Records:
    text = (
        f"measures: {{missing: Missing}}\nevents:\n  a: {{{EVENT}, figures: {{missing: {{who: sheep, {figure}}}}}}}\n"
    )
    records, problems = load_records(project(folder, text))
    assert problems == []
    return records


def test_both_briefings_are_read_whole() -> None:
    assert told(FICTIONAL) == []
    records, problems = load_records(ROOT)
    assert (problems, len(records.events), len(records.places)) == ([], 10, 4)


@pytest.mark.parametrize("name", OF_RECORDS)
def test_records_alone_tell_what_is_told_of_the_whole(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    text = (FICTIONAL / "data/events.yml").read_text("utf-8")
    found = told(project(tmp_path, text.replace(case["replace"], case["with"], 1)))
    assert sorted(map(str, found)) == sorted(problem for problem in case["problems"] if problem.startswith("data/"))


@pytest.mark.parametrize(
    ("figure", "bound", "number", "limits"),
    [
        ("exactly: 9", "exactly", 9, (9, 9)),
        ("exactly: 0", "exactly", 0, (0, 0)),
        ("at_least: 20", "at_least", 20, (20, None)),
        ("more_than: 20", "more_than", 20, (20, None)),
        ("at_most: 5", "at_most", 5, (None, 5)),
        ("fewer_than: 5", "fewer_than", 5, (None, 5)),
        ("about: 300", "about", 300, (None, None)),
        ("nearly: 300", "nearly", 300, (None, 300)),
        ("between: [20, 25]", "between", 20, (20, 25)),
        ("said: dozens", "said", None, (None, None)),
        ("unknown: yes", "unknown", None, (None, None)),
    ],
)  # fmt: skip
def test_every_bound_is_kept_as_it_is(figure: str, bound: str, number: int, limits: Any, tmp_path: Path) -> None:
    ((_, measure, read),) = with_figure(tmp_path, figure).figures()
    assert (measure, read.bound, read.number, read.limits) == ("missing", bound, number, limits)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("exactly: dozens", "said: dozens"), ("exactly: twelve", "12"), ("exactly: 1_000", "1000"), ("exactly: '1,500'", "1500"), ("exactly: 1.000", "1000"),
        ("exactly: ~300", "about: 300"), ("exactly: 20+", "at_least: 20"), ("exactly: 20-25", "between: [20, 25]"), ("exactly: 0 to 5", "at_most: 5"), ("exactly: fewer than one", "0"), ("exactly: '?'", "unknown: yes"), ("exactly: -5", "it in digits alone"),
        ("exactly: fewer than five", "fewer_than: 5"), ("exactly: no one", "0"), ("exactly: someone", "said: someone"), ("exactly: 2.5", "it in digits alone"), ("exactly: [20, 25]", "one count in digits, or between: [20, 25]"),
        ("about: 0", "exactly: 0"), ("at_most: 0", "exactly: 0"), ("fewer_than: 1", "exactly: 0"), ("at_least: 0", "unknown: yes"), ("more_than: 0", "at_least: 1"),
        ("between: [0, 5]", "at_most: 5"), ("between: [5, 5]", "exactly: 5"), ("between: [25, 20]", "between: [20, 25]"), ("between: [20, 22, 25]", "two counts, the lower first: [20, 25]"),
        ("said: a party of 20", "exactly: 20"), ("said: 20", "exactly: 20"), ("said: about 20", "about: 20"), ("said: twelve", "exactly: 12"), ("unknown: no", '"yes", or leave the field out'),
    ],
)  # fmt: skip
def test_each_slip_is_answered_with_what_it_means(written: str, meant: str, tmp_path: Path) -> None:
    text = (
        f"measures: {{missing: Missing}}\nevents:\n  a: {{{EVENT}, figures: {{missing: {{who: sheep, {written}}}}}}}\n"
    )
    (problem,) = told(project(tmp_path, text))
    assert f"write {meant}" in problem.message


def test_places_lie_inside_one_another_at_any_level(tmp_path: Path) -> None:
    places = """places:
  ml: {name: Mali, level: country, code: ML}
  r: {name: R, level: region, within: ml}
  c: {name: C, level: cercle, within: r}
  v: {name: V, level: village, within: c, position: {lat: -1.5, lon: 2, precision_km: 3}}
  abroad: {name: Abroad, level: town}
"""
    event = (
        "events:\n  a: {title: A, date: not-given, where: {near: [v, abroad]}, actors: not-given, sources: not-given}\n"
    )
    records, problems = load_records(project(tmp_path, places + event))
    assert problems == []
    assert list(records.around("v")) == ["v", "c", "r", "ml"]
    assert records.region_of("v") is records.places["r"]
    assert records.region_of("abroad") is None
    assert records.events["a"].date is None


def test_an_event_may_follow_several_each_on_its_own_word(tmp_path: Path) -> None:
    links = "after: {event: b, attribution: suspected}, in_retaliation_for: [{event: b, attribution: denied}, {event: c, attribution: claimed}]"
    records, problems = load_records(
        project(tmp_path, f"events:\n  a: {{{EVENT}, {links}}}\n  b: {{{EVENT}}}\n  c: {{{EVENT}}}\n")
    )
    assert problems == []
    event = records.events["a"]
    assert [(link.event, link.attribution) for link in event.in_retaliation_for] == [("b", "denied"), ("c", "claimed")]
    kept = event.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert kept["after"] == {"event": "b", "attribution": "suspected"}
    assert len(kept["in_retaliation_for"]) == 2


def test_bad_records_are_left_out_and_all_told_at_once(tmp_path: Path) -> None:
    text = f"events:\n  a: {{{EVENT}}}\n  b: {{{EVENT}, colour: red}}\n  c: {{{EVENT.replace('1903', '1903-13')}, titel: B}}\n"
    records, problems = load_records(project(tmp_path, text))
    assert list(records.events) == ["a"]
    assert sorted(problem.line for problem in problems) == [3, 4, 4]
    assert records.declared("events") == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("corrections", "problems"),
    [
        ("# nothing yet\n", []),
        ("- {edition: 2, value: a_killed, reason: Because., sources: not-given}", []),
        ("- {edition: 3, value: a_killed, reason: Because., sources: [nobody]}", ["data/corrections.yml:1: number 1, sources: not a source"]),
        ("- {edition: two, value: a_killed, sources: not-given}", ['data/corrections.yml:1: number 1, edition: "two" is not a count in digits; write 2', "data/corrections.yml:1: number 1, reason: the field is missing; add it"]),
        ("edition: 2", ['data/corrections.yml:1: corrections: write a list here; put brackets around it, or "- " before each entry']),
    ],
)  # fmt: skip
def test_corrections_are_of_editions_there_are(corrections: str, problems: list[str], tmp_path: Path) -> None:
    assert sorted(map(str, told(project(tmp_path, f"events:\n  a: {{{EVENT}}}\n", corrections)))) == problems


@pytest.mark.parametrize(
    ("title", "is_told"),
    [
        ("Twenty-five sheep", True),
        ("Attack on convoy 3", False),
        ("The 25 March movement", True),
        ("No one is found", False),
    ],
)
def test_a_title_may_hold_any_number_but_a_figure_of_its_event(title: str, is_told: bool, tmp_path: Path) -> None:
    text = f"measures: {{missing: Missing}}\nevents:\n  a: {{{EVENT.replace('title: A', f'title: {title}')}, figures: {{missing: {{who: sheep, at_least: 25}}}}}}\n"
    assert bool(told(project(tmp_path, text))) is is_told


@pytest.mark.parametrize(("text", "message"), SPOILT)
def test_what_yaml_would_change_in_silence_is_told(text: str, message: str) -> None:
    problems = read_yaml(text, "file.yml")[2]
    assert message in " ".join(problem.message for problem in problems)


def test_a_comment_that_cuts_a_text_is_told_and_others_are_not() -> None:
    value, _, problems = read_yaml('a: Convoy #3\nb: "C #3"\nc: 20  # as note 6 says\nd: e#f', "file.yml")
    assert value == {"a": "Convoy", "b": "C #3", "c": "20", "d": "e#f"}
    assert [(problem.line, problem.told) for problem in problems] == [(1, True)]
    assert 'write "Convoy #3", with the quotation marks' in problems[0].message


def test_a_thousand_events_are_read_well_within_a_second(tmp_path: Path) -> None:
    event = (
        f"{{{EVENT}, figures: {{missing: {{who: sheep, at_least: 25}}}}, after: {{event: e0, attribution: alleged}}}}"
    )
    text = "measures: {missing: Missing}\nevents:\n" + "".join(f"  e{n}: {event}\n" for n in range(1000))
    root, start = project(tmp_path, text), datetime.datetime.now()
    assert len(load_records(root)[0].events) == 1000
    assert (datetime.datetime.now() - start).total_seconds() < 1
