"""Publishing: all or nothing, whole after a kill, and the same bytes everywhere."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import builder
from briefing.check import read_briefing
from briefing.problems import Problem
from conftest import ROOT, bytes_of, copy_of, run


def test_check_tells_github_where_the_problem_is(fictional: Path) -> None:
    events = fictional / "data/events.yml"
    events.write_text(events.read_text(encoding="utf-8").replace("at_most: 5", "at_most: five"), encoding="utf-8")
    result = run(fictional, "check", "--format", "github")
    assert result.returncode == 1
    assert result.stdout.startswith(
        '::error file=data/events.yml,line=32,col=1::thirst, displaced, at_most: "five" is not a count in digits; '
    )


def test_what_github_would_take_for_an_end_is_escaped() -> None:
    assert Problem("docs/a.md", 3, "", "100 %\nof it", 5, told=True).annotation == (
        "::warning file=docs/a.md,line=3,col=5::100 %25%0Aof it"
    )


def test_check_does_without_the_renderer(fictional: Path) -> None:
    code = (
        "import runpy, sys; sys.path.insert(0, 'scripts'); sys.argv = ['commands.py', 'check']\n"
        "try: runpy.run_path('scripts/commands.py', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code\n"
        "print([name for name in ('mkdocs', 'material', 'mkdocs_bibtex') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=fictional, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["No problems: 7 events, 9 pages.", "[]"]


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
    digest = first.stdout.splitlines()[-1]
    assert re.fullmatch("sha256 [0-9a-f]{64}", digest)
    assert second.stdout.splitlines()[-1] == digest


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_a_killed_build_leaves_the_old_or_the_new_site_whole(fictional: Path) -> None:
    """Six builds, each killed at a moment drawn by a seeded generator; the data change every time."""
    chance = random.Random(20170219)
    events, site = fictional / "data/events.yml", fictional / "site"
    text = events.read_text(encoding="utf-8")
    command = [sys.executable, str(fictional / "scripts/commands.py"), "build"]
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    span = time.perf_counter() - start
    whole = [bytes_of(site)]
    outcomes = {"killed": 0, "finished": 0}
    for number in range(6):
        events.write_text(text.replace("about: 300", f"about: {400 + number % 2}"), encoding="utf-8")
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=chance.uniform(0.3, 1.05) * span)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        outcomes["killed" if process.returncode else "finished"] += 1
        if number < 2:  # learn the two sites that may stand there
            subprocess.run(command, check=True, capture_output=True)
            whole.append(bytes_of(site))
        if not site.exists():  # between the two renames: the next command repairs it
            builder.repair(site)
        assert bytes_of(site) in whole
    print(outcomes)
    assert outcomes["killed"]
    subprocess.run(command, check=True, capture_output=True)
    assert bytes_of(site) in whole
    assert not [path.name for path in fictional.iterdir() if path.name.startswith(".site")]


def test_a_build_killed_between_the_two_renames_is_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    (tmp_path / builder.OLD).mkdir()
    (tmp_path / builder.OLD / "page").write_text("old")
    (tmp_path / builder.NEW).mkdir()

    def build(root: Path, folder: Path, check: builder.Check, **extra: object) -> None:
        assert not folder.exists()
        assert (site / "page").read_text() == "old"
        raise KeyboardInterrupt

    monkeypatch.setattr(builder, "build_site", build)
    with pytest.raises(KeyboardInterrupt):
        builder.publish(tmp_path, site, read_briefing)
    assert (site / "page").read_text() == "old"
    assert list(tmp_path.iterdir()) == [site]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_site_at_the_end_of_a_link_is_replaced_there(fictional: Path, tmp_path: Path) -> None:
    there = tmp_path / "www/tea"
    there.mkdir(parents=True)
    (fictional / "site").symlink_to(there)
    assert run(fictional, "build").stdout.startswith(f"The site is in {there}\n")
    assert (there / "index.html").is_file()
    assert (fictional / "site").is_symlink()
    assert [path.name for path in there.parent.iterdir()] == ["tea"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no head there")
def test_whoever_reads_only_the_first_line_gets_no_traceback(fictional: Path) -> None:
    command = f"'{sys.executable}' scripts/commands.py build | head -1"
    result = subprocess.run(["bash", "-c", command], cwd=fictional, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("The site is in ")
    assert "Error" not in result.stderr


def test_an_edition_is_not_dated_in_the_future(fictional: Path) -> None:
    before = bytes_of(fictional / "data")
    result = run(fictional, "edition", "--date", "2199-01-01")
    assert result.returncode == 1
    assert result.stderr.startswith("2199-01-01 is still to come; ")
    assert bytes_of(fictional / "data") == before
