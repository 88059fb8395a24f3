"""Spoilt input, by the thousand: it is refused in an editor's words, or it is published escaped.

Seeded, so a failure comes again: its number and the mutated file say how.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from briefing.check import read_briefing
from briefing.problems import BriefingError
from conftest import FICTIONAL, bytes_of, copy_of, run

CHECKED, BUILT = 400, 8
FILES = (
    "data/events.yml",
    "data/sources.bib",
    "docs/quarrel.md",
    "docs/flood.md",
    "data/corrections.yml",
    "mkdocs.yml",
)
HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "{{", "}}", "{{ 7*7 }}",
    "{% raw %}", "{{ config }}", "@", "@almanac", "[^1]", "[^9]: @almanac", "${7*7}", "#{7*7}", "<%= 7 %>", "--- ", "&amp;",
    "-1", "0", "99999999999999999999", "1e9", "0x1F", "no", "null", "~", "[]", "{}", "", " ", "\t", "'", '"', "\\", "|", ">",
    "שלום", "日本", "٣", "½", "é", "\u202e", "\u00a0", "\u0000", "\u2028", "\ud7ff", "x" * 5000, "*a*", "_b_",
    "`c`", "![](//evil.example/x.png)", "[x](javascript:alert(1))", "<https://evil.example>", "data:text/html,x", "%00", "../../etc",
]  # fmt: skip

Mutate = Callable[[random.Random, bytes], bytes]


def lines_of(change: Callable[[random.Random, list[bytes], int], None]) -> Mutate:
    def mutate(chance: random.Random, data: bytes) -> bytes:
        lines = data.split(b"\n")
        change(chance, lines, chance.randrange(len(lines)))
        return b"\n".join(lines)

    return mutate


def flip(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def drop(chance: random.Random, lines: list[bytes], at: int) -> None:
    del lines[at]


def double(chance: random.Random, lines: list[bytes], at: int) -> None:
    lines.insert(at, lines[at])


def swap(chance: random.Random, lines: list[bytes], at: int) -> None:
    other = chance.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def indent(chance: random.Random, lines: list[bytes], at: int) -> None:
    lines[at] = b" " * chance.randrange(1, 5) + lines[at] if chance.random() < 0.5 else lines[at].lstrip()


def replace_value(chance: random.Random, data: bytes) -> bytes:
    """Put something hostile in the place of a word, a number or a quoted text."""
    words = list(re.finditer(rb'"[^"\n]*"|[\w.-]+', data))
    if not words:
        return data
    word = chance.choice(words)
    return data[: word.start()] + chance.choice(HOSTILE).encode("utf-8", "surrogatepass") + data[word.end() :]


def insert(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(HOSTILE).encode("utf-8", "surrogatepass") + data[at:]


MUTATIONS: list[Mutate] = [
    flip,
    cut,
    *map(lines_of, (drop, double, swap, indent)),
    replace_value,
    replace_value,
    insert,
    insert,
]


def mutated(chance: random.Random) -> tuple[str, bytes]:
    """A file and its spoilt content."""
    file = chance.choice(FILES)
    data = (FICTIONAL / file).read_bytes()
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(MUTATIONS)(chance, data) if data else data
    return file, data


def test_spoilt_files_are_read_or_refused_in_words(fictional: Path) -> None:
    chance = random.Random(11022017)
    refused = 0
    for number in range(CHECKED):
        file, data = mutated(chance)
        (fictional / file).write_bytes(data)
        try:
            read_briefing(fictional)
        except BriefingError as error:
            refused += 1
            assert error.problems, (number, file)
            for problem in error.problems:
                assert re.match(r"[\w./-]+:\d+(:\d+)?: \S", str(problem)), (number, file, problem)
        except Exception as error:
            raise AssertionError(f"mutation {number} of {file} ended in {error!r}: {data!r}") from error
        (fictional / file).write_bytes((FICTIONAL / file).read_bytes())
    print(f"{CHECKED} tried, {refused} refused, {CHECKED - refused} read")
    assert 0 < refused < CHECKED


def test_spoilt_files_are_published_escaped_or_not_at_all(tmp_path: Path) -> None:
    chance = random.Random(19022017)
    project = copy_of(FICTIONAL, tmp_path / "project")
    assert run(project, "build").returncode == 0
    published, refused = 0, 0
    for number in range(BUILT):
        before = bytes_of(project / "site")
        file, data = mutated(chance)
        if number % 2:  # every other one is made to pass the checks: hostile text where any text may stand
            file, data = hostile_text(chance)
        (project / file).write_bytes(data)
        result = run(project, "build")
        assert "Traceback" not in result.stderr, (number, file, data, result.stderr)
        if result.returncode:
            refused += 1
            assert re.match(r"[\w./-]+:\d+(:\d+)?: \S", result.stderr), (number, file, result.stderr)
            assert bytes_of(project / "site") == before, (number, file)
        else:
            published += 1
            for page in (project / "site").rglob("*.html") if not file.startswith("docs/") else ():  # may hold any HTML
                assert_nothing_runs(LexborHTMLParser(page.read_bytes()), (number, file, data))
        (project / file).write_bytes((FICTIONAL / file).read_bytes())
    print(f"{BUILT} tried, {refused} refused, {published} built")
    assert published
    assert refused


def hostile_text(chance: random.Random) -> tuple[str, bytes]:
    """Something hostile in a text that an editor is free to choose."""
    file, old = chance.choice(
        [
            ("data/events.yml", "A dry year"),
            ("data/events.yml", "gulls"),
            ("data/events.yml", "Guild of Unhurried Tasters"),
            ("data/events.yml", "the whole lagoon"),
            ("data/events.yml", "The gazette & the almanac"),
            ("data/sources.bib", "An Almanac of Tea"),
            ("data/sources.bib", "Gazette of the Lagoon"),
            ("docs/flood.md", "drifted off"),
            ("docs/flood.md", "title: The flood of tea"),
            ("mkdocs.yml", "site_name: The tea war of Žlutá Laguna"),
            ("mkdocs.yml", "A briefing on events that never happened in places that do not exist."),
        ]
    )
    text = (FICTIONAL / file).read_text(encoding="utf-8")
    hostile = chance.choice(HOSTILE[:16])
    if old.startswith(("title: ", "site_name: ")):
        return file, text.replace(old, f"{old.partition(' ')[0]} {json.dumps(hostile)}", 1).encode()
    if file.endswith(".yml"):
        text = re.sub(
            rf'(["\']?)([^"\'\n,{{]*){re.escape(old)}([^"\'\n,}}]*)\1', lambda m: f"'{hostile} '", text, count=1
        )
    return file, text.replace(old, hostile).encode()


def assert_nothing_runs(page: LexborHTMLParser, what: object) -> None:
    """No script but the site's own, no handler, no address of a script."""
    for node in page.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), what
            assert not (value or "").strip().lower().startswith("javascript:"), what
    for script in page.css("script"):
        if script.attributes.get("type") == "application/ld+json":  # data, which no browser runs
            json.loads(script.text())
            continue
        assert "alert(1)" not in script.text(), what


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b"%YAML 9.9\n---\na: b", b"a: " + b"&a [*a]" * 50, b"? [a]\n: b", b"{" * 5000]
)
def test_a_file_made_to_break_a_reader_is_refused(fictional: Path, text: bytes) -> None:
    (fictional / "data/events.yml").write_bytes(text)
    with pytest.raises(BriefingError):
        read_briefing(fictional)


SLOPPY = [  # settings and files that MkDocs, its plugins or a browser take otherwise than an editor means
    ("mkdocs.yml", "- The quarrel:", "- 2017:"),
    ("mkdocs.yml", "  - The flood of tea: flood.md", "  - flood.md"),
    ("mkdocs.yml", "{GUT: Guild", "{NO: Norway, GUT: Guild"),
    ("mkdocs.yml", "site_name:", "exclude_docs: flood.md\nsite_name:"),
    ("mkdocs.yml", "Books: books.md", "Books: books.md\n  - Bad: 'http://[bad/'"),
    ("mkdocs.yml", "  - bibtex: {bib_file: data/sources.bib, bib_by_default: false}\n", ""),
    ("mkdocs.yml", "data/sources.bib", "data/other.bib"),
    ("mkdocs.yml", "hooks: [scripts/hooks.py]\n", ""),
    ("mkdocs.yml", "name: material", "name: mkdocs"),
    ("mkdocs.yml", "nav:", "nav: &a [*a]\nx:"),
    ("docs/flood.md", "title: The flood of tea", "title: 2013"),
    ("docs/flood.md", "drifted", "[a](http://[bad/) drifted"),
    ("docs/README.md", "", "---\ntitle: x\n---\n\n# x\n"),
    ("docs/café a&b.md", "", "---\ntitle: x\n---\n\n# x\n"),
    ("data/README.md", "", "# X\n\n[a](http://[bad/)\n"),
]


@pytest.mark.parametrize(("file", "old", "new"), SLOPPY, ids=lambda text: text[:40])
def test_sloppy_settings_and_files_are_built_or_refused_in_words(
    fictional: Path, file: str, old: str, new: str
) -> None:
    path = fictional / file
    text = path.read_text(encoding="utf-8") if old else ""
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8", errors="surrogateescape")
    result = run(fictional, "build")
    assert "Traceback" not in result.stderr
    if result.returncode:
        assert re.search(r"(?m)^[\w./ &-]+:\d+(:\d+)?: \S", result.stderr), result.stderr
        assert not (fictional / "site").exists()
