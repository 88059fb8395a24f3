"""The preview as an editor has it: a browser beside the editor, following every save."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGINT can't be sent to one process there")


class Running:
    """A preview that runs, its address, and what it printed."""

    def __init__(self, project: Path, plain: bool = False) -> None:
        self.project = project
        self.log, self.builds = project / "preview.log", project / "builds"
        self.builds.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        ours = [str(project / "scripts/commands.py"), "preview", "--port", str(port)]
        stock = ["-m", "mkdocs", "serve", "--livereload", "--dev-addr", f"127.0.0.1:{port}"]
        command, environment = (
            [sys.executable, "-u", *(stock if plain else ours)],
            {**os.environ, "TMPDIR": str(self.builds)},
        )
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=project)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace `old`, which must stand in `file`, by `new`."""
        path = self.project / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def open(self, page: Page, path: str) -> None:
        """Open `path` as soon as the preview has told its address."""
        for _ in range(600):
            if "Serving on" in self.log.read_text():
                page.goto(self.address + path)
                return
            assert self.process.poll() is None, self.log.read_text()
            page.wait_for_timeout(100)
        raise AssertionError(self.log.read_text())


@pytest.fixture(params=["preview", "mkdocs serve"])
def preview(real: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    running = Running(real, plain=request.param == "mkdocs serve")
    yield running
    running.process.kill()
    running.process.wait()


def test_every_save_appears_by_itself(page: Page, preview: Running) -> None:
    preview.open(page, "/february-2017-violence/")
    article = page.locator("article")
    expect(article).to_contain_text("at least 20 people")
    preview.edit("data/events.yml", "at_least: 20", "at_least: 27")
    expect(article).to_contain_text("at least 27 people")
    preview.edit("docs/february-2017-violence.md", "Witnesses, Fulani", "The witnesses, Fulani")
    expect(article).to_contain_text("The witnesses, Fulani")
    preview.edit("data/sources.bib", "news release, Nairobi", "news release of Nairobi")
    expect(article).to_contain_text("news release of Nairobi")
    preview.edit(
        "scripts/overrides/section.html",
        '{% extends "main.html" %}',
        '{% extends "main.html" %}{% block hero %}<p id="new">New</p>{% endblock %}',
    )
    expect(page.locator("#new")).to_have_text("New")
    preview.edit("scripts/overrides/assets/site.css", "#fffefb", "#fefefe")
    expect(page.locator("body")).to_have_css("background-color", "rgb(254, 254, 254)")
    preview.edit("mkdocs.yml", "site_name: Mali, a human", "site_name: Mali, a new human")
    expect(page.locator(".md-header__topic").first).to_contain_text("a new human-rights briefing")


def test_a_broken_file_keeps_the_last_good_pages_and_heals(page: Page, preview: Running) -> None:
    preview.open(page, "/february-2017-violence/")
    panel = page.locator(".md-banner[role=alert]")
    expect(panel).to_be_hidden()
    preview.edit("data/events.yml", "at_least: 20", "at_leats: 20")
    problem = 'ke-macina-reprisals, killed, at_leats: "at_leats" is not a field; did you mean "at_least"?'
    expect(panel).to_contain_text(problem)
    expect(page.locator("article")).to_contain_text("at least 20 people")
    assert problem in preview.log.read_text(encoding="utf-8")
    page.goto(preview.address + "/background/")
    expect(page.locator(".md-banner[role=alert]")).to_contain_text(problem)
    expect(page.locator("article")).to_contain_text("Amadou Toumani Touré")
    preview.edit("data/events.yml", "at_leats: 20", "at_least: 21")
    expect(page.locator(".md-banner[role=alert]")).to_be_hidden()
    page.goto(preview.address + "/february-2017-violence/")
    expect(page.locator("article")).to_contain_text("at least 21 people")
    assert "Traceback" not in preview.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("preview", ["preview"], indirect=True)
def test_a_template_or_setting_that_is_broken_is_told_and_heals(page: Page, preview: Running) -> None:
    preview.open(page, "/")
    panel = page.locator(".md-banner[role=alert]")
    preview.edit("scripts/overrides/briefing/value.html", "{%- endfor -%}", "{%- endfr -%}")
    expect(panel).to_contain_text("scripts/overrides/briefing/value.html:")
    preview.edit("scripts/overrides/briefing/value.html", "{%- endfr -%}", "{%- endfor -%}")
    expect(panel).to_be_hidden()
    preview.edit("mkdocs.yml", "theme:\n", "theme: [\n")
    expect(panel).to_contain_text("mkdocs.yml:")
    preview.edit("mkdocs.yml", "theme: [\n", "theme:\n")
    expect(panel).to_be_hidden()


def test_a_broken_start_prints_the_problems_and_ends(real: Path, tmp_path: Path) -> None:
    events = real / "data/events.yml"
    events.write_text(events.read_text("utf-8").replace("at_least: 20", "at_least: twenty"), "utf-8")
    result = run(real, "preview", "--port", "8080", TMPDIR=str(tmp_path))
    assert result.returncode == 1
    assert '"twenty" is not a count' in result.stderr
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.glob("mkdocs_*"))


@pytest.mark.parametrize("preview", ["preview"], indirect=True)
def test_an_unknown_address_gets_our_page_with_status_404(page: Page, preview: Running) -> None:
    preview.open(page, "/")
    answer = page.goto(preview.address + "/nowhere/")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("There is no page at this address")


def test_a_port_in_use_gets_one_sentence(real: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(real, "preview", "--port", str(port))
    assert result.returncode == 1
    assert f"Port {port} can't be used. Choose another from 1024 to 65535: preview --port N" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("preview", ["preview"], indirect=True)
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_and_leaves_nothing(page: Page, preview: Running, end: signal.Signals) -> None:
    preview.open(page, "/")
    assert list(preview.builds.iterdir()) != []
    os.kill(preview.process.pid, end)
    assert preview.process.wait(timeout=30) == 0
    assert "Traceback" not in preview.log.read_text()
    assert list(preview.builds.iterdir()) == []
