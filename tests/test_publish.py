"""Publishing: verified, all or nothing, whole after a kill, and the same bytes everywhere."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.load import load_dataset
from briefing.problems import Problem
from briefing.publish import NEW, OLD, SITE, digest, publish, repair
from briefing.verify import verify
from conftest import FICTIONAL, ROOT, bytes_of, copy_of, run
from run import my_turn
from test_check import change, problems_in

DATA = load_dataset(FICTIONAL)[0]
KEYS = {"almanac", "gazette-1902"}


@pytest.fixture
def pages(built: Callable[[str], Path], tmp_path: Path) -> Path:
    """A copy of the fictional site, free to be spoilt."""
    return shutil.copytree(built("fictional"), tmp_path / "pages")


def problems_of(folder: Path) -> list[str]:
    return [str(problem) for problem in verify(folder, DATA, KEYS, "https://fiction.example/tea/")]


def test_a_good_site_is_without_problems(pages: Path) -> None:
    assert problems_of(pages) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("flood/index.html", "about 300<", "about 301<", 'flood/index.html:1: "about 301" (300, of flood_displaced) is not what the data says; mend the template'),
        ("flood/index.html", 'value="300"', 'value="301"', 'flood/index.html:1: "about 300" (301, of flood_displaced) is not what the data says; mend the template'),
        ("flood/index.html", 'data-bound="about"', 'data-bound="exactly"', 'flood/index.html:1: "about 300" (300, of flood_displaced) is not what the data says; mend the template'),
        ("flood/index.html", ">March<", ">May<", 'flood/index.html:1: "May" (1902-03, of flood_date) is not what the data says; mend the template'),
        ("flood/index.html", "teapots drifted", "{{ killed:flood }} drifted", 'flood/index.html:1: "{{" was left over; take it away'),
        ("flood/index.html", "teapots drifted", "<!-- block: map --> drifted", "flood/index.html:1: a token stands where none can be drawn; move it into the text"),
        ("flood/index.html", "teapots drifted", "@almanac drifted", 'flood/index.html:1: "@almanac" was left over; take it away'),
        ("flood/index.html", '../more/records/#flood"', '../more/record/#flood"', 'flood/index.html:1: "../more/record/#flood" leads nowhere; correct the link'),
        ("flood/index.html", '../more/records/#flood"', '../more/records/#floot"', 'flood/index.html:1: "../more/records/#floot" leads to no place on that page; correct the link'),
        ("flood/index.html", 'id="gulls"', 'id="teapots"', 'flood/index.html:1: the id "teapots" stands 2 times on the page; change one of them'),
        ("flood/index.html", 'href="https://fiction.example/gazette?no_1&amp;page=2~a%20b#c"', 'href="javascript:alert(1)"', 'flood/index.html:1: "javascript:alert(1)" is no address of the web (href); begin it with https://'),
        ("flood/index.html", "</body>", '<img src="https://elsewhere.example/a.png"></body>', 'flood/index.html:1: "https://elsewhere.example/a.png" is loaded from another host (src); keep a copy beside the pages'),
        ("flood/index.html", "</head>", '<link rel="preload" href="//elsewhere.example/a"></head>', 'flood/index.html:1: "//elsewhere.example/a" is loaded from another host (href); keep a copy beside the pages'),
        ("flood/index.html", "teapots drifted", "{ #pots } drifted", 'flood/index.html:1: "{ #" was left over; take it away'),
        ("flood/index.html", "teapots drifted", "<i title='\ufdd03a\ufdd2'>drifted</i>", "flood/index.html:1: a token stands where none can be drawn; move it into the text"),
        ("more/numbers/index.html", "<main", '<svg><rect fill="url(#fade)"/></svg><main', 'more/numbers/index.html:1: "url(#fade)" is drawn nowhere on the page; mend the template'),
        ("more/numbers/index.html", "<main", '<svg><use xlink:href="//elsewhere.example/a"/></svg><main', 'more/numbers/index.html:1: "//elsewhere.example/a" is loaded from another host (href); keep a copy beside the pages'),
        ("404.html", "/tea/books/", "/tea/boks/", '404.html:1: "/tea/boks/" leads nowhere; correct the link'),
        ("sitemap.xml", "/tea/books/", "/tea/", "books/index.html:1: the page is not listed in sitemap.xml"),
        ("flood/index.html", "body {", "body { background: url(https://elsewhere.example/b);", 'flood/index.html:1: "https://elsewhere.example/b" is loaded from another host; keep a copy beside the pages'),
    ],
)  # fmt: skip
def test_a_fault_in_the_built_pages_is_told(pages: Path, file: str, old: str, new: str, problem: str) -> None:
    text = (pages / file).read_text(encoding="utf-8")
    assert old in text
    (pages / file).write_text(text.replace(old, new), encoding="utf-8")
    assert problem in problems_of(pages)


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ("<defs><g id='a'/></defs><use xlink:href='#a'/>", ""),
        ("<script>alert(1)</script>", '"script" can run in it'),
        ("<s:g xmlns:s='http://www.w3.org/2000/svg'><s:script/></s:g>", '"script" can run in it'),
        ("<title><textarea/></title><script/>", '"script" can run in it'),
        ("<g onload='alert(1)'/>", '"onload" can run in it'),
        ("<a xlink:href='javascript:alert(1)'/>", '"javascript:alert(1)" leads out of it'),
        ("<style>a { fill: u\\72l(//elsewhere.example/a) }</style>", "its style loads something"),
        ("<g fill='url(//elsewhere.example/a)'/>", '"url(//elsewhere.example/a)" loads something'),
        ("<?xml-stylesheet href='//elsewhere.example/a'?>", "it declares more than XML"),
        (
            "<g style='background: image-set(\"b.png\" 1x)'/>",
            "\"background: image-set('b.png' 1x)\" loads something".replace("'", '"'),
        ),
        ("<style>a {}<title/>g { fill: url(//elsewhere.example/a) }</style>", "its style loads something"),
        ("<g>", "it can't be read as SVG (mismatched tag: line 1, column 88)"),
    ],
)
def test_a_picture_that_can_do_something_is_refused(fictional: Path, inside: str, problem: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</svg>'
    (fictional / "docs/kettle.SVG").write_text(svg, encoding="utf-8")
    change(fictional, "docs/index.md", "Nothing here", "![A kettle](kettle.SVG) Nothing here")
    result = run(fictional, "build")
    assert result.stderr.partition("\n")[0] == (
        f"kettle.SVG:1: {problem}; save it without, as plain SVG" if problem else ""
    )
    assert (fictional / "site/kettle.SVG").exists() is (not problem)


@pytest.mark.parametrize("name", ["x.htm", "x.js", "more/x.xhtml", "x.md.bak", "x.MD"])
def test_a_file_of_another_kind_beside_the_pages_is_refused(fictional: Path, name: str) -> None:
    (fictional / "docs" / name).write_text("<script>alert(1)</script>", encoding="utf-8")
    assert problems_in(fictional) == [
        f"docs/{name}:1: no such file is published; only pages, pictures and documents are "
        "(.avif .gif .jpeg .jpg .md .pdf .png .svg .webp)"
    ]


def test_what_is_quoted_may_look_like_a_token(fictional: Path) -> None:
    """BibTeX has double braces, and "@book" begins an entry even where a source is called so."""
    bib = fictional / "data/sources.bib"
    text = bib.read_text("utf-8") + '@book{book, author = {G{\\"{o}}del, K.}, title = {The {{TEA}}}, date = {1901}}\n'
    bib.write_text(text, "utf-8")
    change(fictional, "docs/flood.md", "@gazette-1902; @almanac", "@gazette-1902; @almanac; @book")
    result = run(fictional, "build")
    assert result.returncode == 0, result.stderr
    assert "Gödel" in (fictional / "site/flood/index.html").read_text("utf-8")


def test_a_fault_found_while_verifying_leaves_the_published_site(fictional: Path) -> None:
    assert run(fictional, "build").returncode == 0
    before = bytes_of(fictional / "site")
    template = fictional / "scripts/theme/value.html"
    template.write_text(template.read_text(encoding="utf-8").replace("{{ piece.text }}</data>", "some</data>"), "utf-8")
    result = run(fictional, "build")
    assert result.returncode == 1
    what = '"some" (300, of flood_displaced) is not what the data says; mend the template'
    assert f"docs/flood.md:1: flood/index.html: {what}" in result.stderr.splitlines()
    assert bytes_of(fictional / "site") == before
    assert not (fictional / NEW).exists()


def test_check_tells_github_where_the_problem_is(fictional: Path) -> None:
    events = fictional / "data/events.yml"
    events.write_text(events.read_text(encoding="utf-8").replace("at_most: 5", "at_most: five"), encoding="utf-8")
    result = run(fictional, "check", "--format", "github")
    assert result.returncode == 1
    assert result.stdout.splitlines()[0] == (
        '::error file=data/events.yml,line=29::thirst, displaced, at_most: "five" is not a count; '
        "write digits alone, such as 1500"
    )


def test_a_place_is_told_to_github_whatever_the_file_is_called() -> None:
    assert Problem("docs/50%, a:b.md", 3, "", "100 %\nof it").annotation == (
        "::error file=docs/50%25%2C a%3Ab.md,line=3::100 %25%0Aof it"
    )


def test_check_does_without_the_renderer(fictional: Path) -> None:
    code = (
        "import runpy, sys; sys.path.insert(0, 'scripts'); sys.argv = ['commands.py', 'check']\n"
        "try: runpy.run_path('scripts/commands.py', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code\n"
        "print([name for name in ('mkdocs', 'material', 'mkdocs_bibtex') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=fictional, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["No problems: 3 events, 7 pages.", "[]"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = copy_of(ROOT, tmp_path / "one"), copy_of(ROOT, tmp_path / "a" / "b" / "čtyři pět")
    first = run(one, "build", PYTHONHASHSEED="1", TZ="UTC", LANG="C.UTF-8")
    for file in other.rglob("*"):
        os.utime(file, (1e9, 1e9))
    code = "import os, sys; os.umask(0o077); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    environment = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8"}
    second = subprocess.run(
        [sys.executable, "-c", code, str(other / "scripts/commands.py"), "build"],
        capture_output=True, text=True, env=environment, check=True, cwd=other,
    )  # fmt: skip
    assert bytes_of(one / "site") == bytes_of(other / "site")
    assert first.stdout.splitlines()[-1] == second.stdout.splitlines()[-1] == f"sha256 {digest(one / 'site')}"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_a_killed_build_leaves_the_old_or_the_new_site_whole(fictional: Path) -> None:
    """Fifty builds, each killed at a moment drawn by a seeded generator; the data change every time."""
    chance = random.Random(20170219)
    events = fictional / "data/events.yml"
    text = events.read_text(encoding="utf-8")
    command = [sys.executable, str(fictional / "scripts/commands.py"), "build"]
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    span = time.perf_counter() - start
    whole = {digest(fictional / SITE)}
    outcomes = {"killed": 0, "finished": 0}
    for number in range(50):
        events.write_text(text.replace("about: 300", f"about: {400 + number % 2}"), encoding="utf-8")
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=chance.uniform(0.3, 1.05) * span)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        outcomes["killed" if process.returncode else "finished"] += 1
        if number < 2:  # learn the digests of the two sites that may stand there
            subprocess.run(command, check=True, capture_output=True)
            whole.add(digest(fictional / SITE))
        if not (fictional / SITE).exists():  # between the two renames: the next command repairs it
            repair(fictional)
        assert digest(fictional / SITE) in whole
    print(outcomes)
    assert outcomes["killed"]
    subprocess.run(command, check=True, capture_output=True)
    assert digest(fictional / SITE) in whole
    assert not (fictional / NEW).exists()
    assert not (fictional / OLD).exists()


def test_a_build_killed_between_the_two_renames_is_repaired(tmp_path: Path) -> None:
    (tmp_path / SITE).mkdir()
    (tmp_path / SITE / "page").write_text("old")
    (tmp_path / SITE).rename(tmp_path / OLD)
    (tmp_path / NEW).write_text("what is no folder")

    def build(folder: Path) -> None:
        assert not folder.exists()
        assert (tmp_path / SITE / "page").read_text() == "old"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, build)
    assert (tmp_path / SITE / "page").read_text() == "old"
    assert not (tmp_path / OLD).exists()


def test_a_site_at_the_end_of_a_link_is_replaced_there(tmp_path: Path) -> None:
    there = tmp_path / "www/mali"
    there.mkdir(parents=True)
    (tmp_path / SITE).symlink_to(there)

    def build(folder: Path) -> None:
        folder.mkdir()
        (folder / "page").write_text("new")

    publish(tmp_path, build)
    assert (there / "page").read_text() == "new"
    assert (tmp_path / SITE).is_symlink()
    assert [path.name for path in there.parent.iterdir()] == ["mali"]


def test_a_second_build_waits_for_the_first() -> None:
    building, order = threading.Event(), []
    done = threading.Event()

    def first() -> None:
        with my_turn("test"):
            building.set()
            assert done.wait(timeout=30)
            order.append("first")

    other = threading.Thread(target=first)
    other.start()
    assert building.wait(timeout=30)
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        done.set()

    with my_turn("test", say):
        order.append("second")
    other.join()
    assert order == ["first", "second"]
    assert said == ["Another run is at the same (test); this one waits for it."]


def test_the_digest_is_of_names_and_bytes_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = digest(tmp_path)
    os.utime(tmp_path / "a", (0, 0))
    (tmp_path / "a").chmod(0o400)
    assert digest(tmp_path) == before
    (tmp_path / "a").rename(tmp_path / "b")
    assert digest(tmp_path) != before
    assert re.fullmatch(r"[0-9a-f]{64}", before)
