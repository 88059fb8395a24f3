"""Every mistake an editor can make, and the exact words that answer it.

A case changes the fictional briefing in one place: `file`, what to `replace` there, `with` what,
and the `problems` that must be told. `UPDATE_CASES=1` writes the problems down anew; read them aloud
before committing.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from briefing.check import read_briefing
from briefing.problems import BriefingError
from conftest import FICTIONAL, ROOT, bytes_of, copy_of, run

CASES = sorted((ROOT / "tests/cases/check").glob("*.json"))


def problems_in(project: Path) -> list[str]:
    """Every problem of a project, refused or told, a line each."""
    try:
        return [str(problem) for problem in read_briefing(project)[1]]
    except BriefingError as error:
        return [str(problem) for problem in error.problems]


def change(project: Path, file: str, old: str, new: str) -> None:
    """Replace `old`, which must stand in `file`, by `new`."""
    text = (project / file).read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    (project / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_both_briefings_are_without_problems() -> None:
    assert problems_in(ROOT) == []
    assert problems_in(FICTIONAL) == []


@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.stem)
def test_a_mistake_is_told(case_file: Path, fictional: Path) -> None:
    case = json.loads(case_file.read_text(encoding="utf-8"))
    change(fictional, case["file"], case["replace"], case["with"])
    found = problems_in(fictional)
    if os.environ.get("UPDATE_CASES"):
        text = json.dumps({**case, "problems": found}, ensure_ascii=False, indent=2)
        case_file.write_text(text + "\n", encoding="utf-8")
        return
    assert found == case["problems"]
    assert found, "a case must be a mistake"
    assert all(re.match(r"[\w./-]+:\d+(:\d+)?: ", problem) for problem in found)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", 'data/events.yml:1: write "measures:", "places:" and "events:" at the left, nothing else, and the records below each'),
        (b"places:\n  caf\xe9: {}", "data/events.yml:2: this line is not UTF-8 text; save the file as UTF-8"),
        (b"p\x00laces: {}", "data/events.yml:1:2: U+0000 (a control character) can't be seen; write a plain space or remove it"),
        (b"places: {}", 'data/events.yml:1: write "measures:", "places:" and "events:" at the left, nothing else, and the records below each'),
        (b"- a", 'data/events.yml:1: write "measures:", "places:" and "events:" at the left, nothing else, and the records below each'),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plain_text_is_told(fictional: Path, data: bytes, problem: str) -> None:
    (fictional / "data/events.yml").write_bytes(data)
    assert problem in problems_in(fictional)


def test_a_form_that_would_hide_an_interval_is_told(fictional: Path) -> None:
    change(fictional, "data/events.yml", '"1901-05-01/1901-05-09"', '"1901-05-01/1902-05-01"')
    change(fictional, "docs/quarrel.md", "{{ date:kettle }}", "{{ date:kettle|day-month }}")
    what = '"1901-05-01/1902-05-01" can\'t be said by its day-month alone'
    assert problems_in(fictional) == [f"docs/quarrel.md:8: kettle: {what}; leave out the form"]


def test_a_folder_in_the_place_of_a_file_is_told(fictional: Path) -> None:
    (fictional / "data/corrections.yml").unlink()
    (fictional / "data/corrections.yml").mkdir()
    assert problems_in(fictional) == ["data/corrections.yml:1: the file can't be read (Is a directory); put it back"]


def test_windows_line_ends_are_read_as_what_they_are(fictional: Path) -> None:
    for file in (*fictional.glob("data/*.*"), *fictional.glob("docs/*.md")):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert problems_in(fictional) == []
    change(fictional, "data/events.yml", "at_most: 5", "at_most: five")
    assert problems_in(fictional)[0].startswith("data/events.yml:32: thirst, displaced, at_most: ")


def test_a_missing_file_is_told(fictional: Path) -> None:
    (fictional / "data/sources.bib").unlink()
    assert problems_in(fictional) == [
        "data/sources.bib:1: the file can't be read (No such file or directory); put it back"
    ]


def test_a_press_release_is_published_after_one_edit(fictional: Path) -> None:
    change(
        fictional, "mkdocs.yml", "- attr_list", "- attr_list\n  - admonition\n  - tables\n  - pymdownx.blocks.caption"
    )
    change(fictional, "mkdocs.yml", "  - Records:", "  - Gulls: gulls.md\n  - Records:")
    (fictional / "docs/gull.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>', "utf-8")
    page = fictional / "docs/gulls.md"
    page.write_text(PRESS_RELEASE, encoding="utf-8")
    (problem,) = problems_in(fictional)
    first, _, block = problem.partition("plain_numbers:\n")
    assert first == (
        "docs/gulls.md:8: numbers are typed by hand here (line 8, 17, 21, 28); "
        'write the token behind a "#" where it is that figure or date; '
        'accept what may stay by pasting this above the second "---" of the page:\n'
    )
    assert '"3 April 1902"  # {{ date:flood }}' in block
    assert '"about 300"  # {{ displaced:flood }}' in block
    change(fictional, "docs/gulls.md", "section.html\n", f"section.html\nplain_numbers:\n{block}\n")
    assert problems_in(fictional) == []
    result = run(fictional, "build")
    assert result.returncode == 0, result.stderr
    drawn = LexborHTMLParser((fictional / "site/gulls/index.html").read_bytes())
    parts = drawn.css(".admonition, blockquote p, article figcaption, article li li, article td")
    assert len(parts) == 8
    assert [node.attributes["id"] for node in drawn.css("p#asked span")] == ["hoped", "wanted"]
    assert len(drawn.css("#fn\\:nest p")) == 2
    assert len(drawn.css("#fn\\:nest a.footnote-backref")) == 2


PRESS_RELEASE = """---
title: The gulls’ return
template: section.html
---

# Côte-d’Étain: Let the gulls nest

(Žlutá Laguna, 3 April 1902) – The gulls’ council said it would return. A 9-year-old chick spoke first.[^nest]

!!! note "On names"
    Chicks are not named.

> “We saw the tide,” she said.
>
> “It was brown.”

At 6\\7 p.m. some&nbsp;40% had landed.[^nest] No one fell.

| When | Nests |
|---|---|
| In spring | about 300 |

![A gull on a pole](gull.svg){ width=40 }
/// caption
A gull waits. © Gazette of the Lagoon
///

The guild should, within 2 weeks:
{ #asked former="wanted hoped" }

1. Leave the poles:
    - the tall,
    - the short.

---

Write to <gulls@fiction.example>.

[^nest]: @almanac, pp. 5, 7–9; see @gazette-1902, § 12.

    The council spoke in 1903.
"""


def test_all_problems_come_at_once_and_the_published_site_stays(real: Path) -> None:
    assert run(real, "build").returncode == 0
    before = bytes_of(real / "site")
    change(real, "data/events.yml", '"2017-02-19"', '"2017-02-30"')
    change(real, "data/events.yml", "at_least: 9000", "at_least: 9,000")
    change(real, "docs/background.md", "@irin-2016", "@irin-2061")
    for command in ("check", "build"):
        result = run(real, command)
        assert result.returncode == 1
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        lines = result.stderr.splitlines()
        assert [re.sub(r":.*", "", line) for line in lines[:-1]] == sorted(re.sub(r":.*", "", x) for x in lines[:-1])
        assert [line for line in lines if "irin-2061" in line]
        assert [line for line in lines if line.startswith("data/events.yml:") and '"9,000" is not a count' in line]
    assert bytes_of(real / "site") == before


@pytest.mark.parametrize("command", [["mkdocs", "build", "--strict"], ["mkdocs", "build"]])
def test_plain_mkdocs_tells_problems_too_and_leaves_the_site(command: list[str], tmp_path: Path) -> None:
    project = copy_of(FICTIONAL, tmp_path / "project")
    good = subprocess.run([sys.executable, "-m", *command], cwd=project, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    before = bytes_of(project / "site")
    change(project, "data/events.yml", "at_most: 5", "at_most: five")
    bad = subprocess.run([sys.executable, "-m", *command], cwd=project, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert "data/events.yml:32: thirst, displaced, at_most:" in bad.stderr
    assert "Traceback" not in bad.stderr
    assert bytes_of(project / "site") == before
