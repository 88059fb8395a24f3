"""What the tests share: copies of both briefings, their built sites, a web server and a browser."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FICTIONAL = ROOT / "tests/fictional"
PAGES = (  # every kind of page of the real site
    "",
    "background/",
    "february-2017-violence/",
    "events/",
    "sources/",
    "print/",
    "about/",
    "corrections/",
    "data/",
    "404.html",
)
CONTENT = ("mkdocs.yml", "data", "docs")
NO_CASE = SimpleNamespace(params={})


def copy_of(briefing: Path, folder: Path) -> Path:
    """A project in `folder` with the content of `briefing` and a copy of our code."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in CONTENT:
        source = briefing / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def with_edition(project: Path) -> Path:
    """The same project, with a first edition unless it has one."""
    if not (project / "data/editions/1").is_dir():
        made = run(project, "edition", "--date", "2026-11-22")
        assert made.returncode == 0, made.stderr
    return project


def run(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `project` as run.py does once everything is installed."""
    command = [sys.executable, str(project / "scripts/commands.py"), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env={**os.environ, **environment}, check=False
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of `folder` by its path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a real web server serves `folder`."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark the tests that read this very briefing: with another one in its place, they mean nothing."""
    for item in items:
        code = item.function.__code__
        named = {*item.fixturenames, *code.co_names, *(const for const in code.co_consts if isinstance(const, str))}
        named |= {value for value in getattr(item, "callspec", NO_CASE).params.values() if isinstance(value, str)}
        if named & {"real", "site", "ROOT"}:
            item.add_marker("this_briefing")


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A copy of the real briefing, free to be changed."""
    return copy_of(ROOT, tmp_path / "real")


@pytest.fixture
def fictional(tmp_path: Path) -> Path:
    """A copy of the fictional briefing, free to be changed."""
    return copy_of(FICTIONAL, tmp_path / "fictional")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`built("real")` and `built("fictional")` are the built sites, each with its editions; read only."""

    @functools.cache
    def build(name: str) -> Path:
        project = with_edition(copy_of(ROOT if name == "real" else FICTIONAL, tmp_path_factory.mktemp(name)))
        result = run(project, "build")
        assert result.returncode == 0, result.stderr
        return project / "site"

    return build


@pytest.fixture(scope="session")
def site(built: Callable[[str], Path]) -> Iterator[str]:
    """The address of the real site, built and served."""
    with served(built("real")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, headless: the one on the PATH, or Playwright's own."""
    path = shutil.which("chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


def stop_clock(page: Page) -> None:
    """Let no timer of a page run out, such as that of a message which goes by itself."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window of 768 by 900 pixels without history or storage."""
    context = browser.new_context(viewport={"width": 768, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
