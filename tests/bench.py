"""Measures this site and a stock one side by side: bytes, first paint, builds, preview, growth.

The stock site is Material and mkdocs-bibtex at their defaults, with the same pages and their tokens
filled in. Every comparison alternates between the two in one run, and what is printed are medians and
their ratio. Run by `python3 scripts/run.py bench`; it takes about a quarter of an hour, most of it the
thousand stock pages. `bench bytes paint` measures only what is named.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import brotli
from playwright.sync_api import Page, sync_playwright
from selectolax.lexbor import LexborHTMLParser

from briefing.check import read_briefing
from briefing.tokens import value_of

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = ("background", "february-2017-violence")
LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
EVENTS = (100, 1_000, 10_000)
STOCK = """\
site_name: Stock
site_url: https://stock.example/
theme: {name: material}
plugins: [search, bibtex: {bib_file: sources.bib, bib_by_default: false}]
markdown_extensions: [attr_list, footnotes]
"""


def main(parts: list[str]) -> None:
    """Measure what `parts` name, or everything."""
    packages = ("mkdocs", "mkdocs-material", "mkdocs-bibtex", "markdown", "playwright")
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()},")
    print(", ".join(f"{name} {version(name)}" for name in packages))
    with tempfile.TemporaryDirectory() as folder:
        ours, stock = our_project(Path(folder) / "ours"), stock_project(Path(folder) / "stock")
        build(ours)
        build(stock)
        for name, measure in MEASURES.items():
            if not parts or name in parts:
                print(f"\n{name}\n| what | stock | ours | ratio |\n|---|---|---|---|", flush=True)
                measure(ours, stock)


def bytes_(ours: Path, stock: Path) -> None:
    """What a page weighs, packed by brotli, before it can be painted and in all."""
    for page in ("", *(f"{name}/" for name in SECTIONS)):
        row(f"/{page}, before the first paint, B", blocking(stock / "site", page), blocking(ours / "site", page))
    for path in sorted((ours / "site").rglob("*.html")):
        page = path.relative_to(ours / "site").as_posix().removesuffix("index.html")
        if page.removesuffix("/") not in ("", *SECTIONS):
            row(f"/{page}, before the first paint, B", None, blocking(ours / "site", page))
    row("whole site, B", weight(stock / "site"), weight(ours / "site"))


def paint(ours: Path, stock: Path) -> None:
    """First contentful paint, layout shift and requests on a line of 50 kbit/s and 400 ms."""
    with sync_playwright() as playwright, served(stock / "site") as theirs, served(ours / "site") as mine:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        print(f"Chromium {browser.version}; the stock page's fonts fail at once here, which is in its favour")
        for name in SECTIONS:
            seen: dict[str, list[dict[str, float]]] = {theirs: [], mine: []}
            for _ in range(5):
                for address in seen:
                    context = browser.new_context(viewport={"width": 360, "height": 740})
                    seen[address].append(load(context.new_page(), f"{address}/{name}/"))
                    context.close()
            for what in (
                "first contentful paint, ms",
                "loaded unasked, with headers, B",
                "layout shift",
                "third parties",
            ):
                row(f"/{name}/, {what}", *(statistics.median(run[what] for run in seen[a]) for a in (theirs, mine)))
        browser.close()


def load(page: Page, address: str) -> dict[str, float]:
    """Open a page with nothing cached on the slow line; what it took."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    received, foreign = [0.0], [0.0]
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.on("request", lambda request: foreign.append(not request.url.startswith(address[:20])))
    page.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
    page.goto(address, wait_until="networkidle", timeout=120_000)
    shift, first = page.evaluate(
        """() => new Promise(resolve => {
          let shift = 0;
          new PerformanceObserver(list => list.getEntries().forEach(e => shift += e.value))
            .observe({type: 'layout-shift', buffered: true});
          setTimeout(() => resolve([shift, performance.getEntriesByName('first-contentful-paint')[0].startTime]), 200);
        })"""
    )
    return {
        "first contentful paint, ms": first,
        "loaded unasked, with headers, B": sum(received),
        "layout shift": shift,
        "third parties": sum(foreign),
    }


def builds(ours: Path, stock: Path) -> None:
    """A whole build, warm and with nothing cached, our checks and the reading back included."""
    row("full build, s", *alternate(stock, ours, timed_build, runs=7))
    row("first build, caches cold, s", *alternate(stock, ours, cold_build, runs=5))


def previews(ours: Path, stock: Path) -> None:
    """From a save to new bytes at the browser."""
    with running_preview(ours) as mine, running_preview(stock) as theirs:
        number = 100

        def save(project: Path) -> float:
            nonlocal number
            number += 1
            file, old = (
                ("data/events.yml", r"at_least: \d+")
                if project == ours
                else ("docs/february-2017-violence.md", r"at least \d+")
            )
            address = (mine if project == ours else theirs) + "/february-2017-violence/"
            text = (project / file).read_text("utf-8")
            (project / file).write_text(
                re.sub(old, lambda match: re.sub(r"\d+", str(number), match[0]), text, count=1), "utf-8"
            )
            start = time.perf_counter()
            while str(number) not in urllib.request.urlopen(address).read().decode():
                time.sleep(0.005)
            return time.perf_counter() - start

        row("preview: save to new bytes, s", *alternate(stock, ours, save, runs=7))


def events(ours: Path, stock: Path) -> None:
    """How our build grows with the events, a hundred a year: time, memory and the largest page.

    The ratio is that of what was measured to a straight line through the first and the last.
    """
    seconds, megabytes = [], []
    for count in EVENTS:
        with tempfile.TemporaryDirectory() as folder:
            project = our_project(
                Path(folder) / "many", functools.partial(many_events, count=count, years=count // 100)
            )
            seconds.append(statistics.median(timed_build(project) for _ in range(5)))
            megabytes.append(statistics.median(peak_memory(project) for _ in range(3)))
            largest = max(packed(path) for path in (project / "site").rglob("*.html"))
            row(f"{count} events, largest page, B", None, largest)
    for what, values in (("s", seconds), ("MB at most", megabytes)):
        slope = (values[-1] - values[0]) / (EVENTS[-1] - EVENTS[0])
        for count, value in zip(EVENTS, values, strict=True):
            row(f"{count} events, {what}: on the line, measured", values[0] + slope * (count - EVENTS[0]), value)
    with tempfile.TemporaryDirectory() as folder:
        thin = our_project(Path(folder) / "thin", functools.partial(many_events, count=1_000, years=100))
        row("1000 events, ten a year, s", None, statistics.median(timed_build(thin) for _ in range(5)))


def pages(ours: Path, stock: Path) -> None:
    """How builds grow with section pages of five notes and five figures each."""
    for count in (10, 100, 1_000):
        with tempfile.TemporaryDirectory() as folder:
            many = our_project(Path(folder) / "ours", functools.partial(many_pages, count=count))
            theirs = stock_project(Path(folder) / "stock", many)
            row(f"{count} section pages, s", *alternate(theirs, many, timed_build, runs=5))


MEASURES: dict[str, Callable[[Path, Path], None]] = {
    "bytes": bytes_, "paint": paint, "builds": builds, "previews": previews, "events": events, "pages": pages,
}  # fmt: skip


def row(what: str, stock: float | None, ours: float) -> None:
    """Print one line of the table."""
    shown = [
        f"{value:.3g}" if isinstance(value, float) and value < 100 else f"{value:.0f}" for value in (stock or 0, ours)
    ]
    ratio = f"{ours / stock:.2f}" if stock else "–"
    print(f"| {what} | {shown[0] if stock is not None else '–'} | {shown[1]} | {ratio} |", flush=True)


def our_project(folder: Path, change: Callable[[Path], None] = lambda path: None) -> Path:
    """A copy of this project."""
    folder.mkdir(parents=True)
    for name in ("data", "docs", "scripts"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    change(folder)
    return folder


def stock_project(folder: Path, like: Path = ROOT) -> Path:
    """The sections and the home page of `like`, filled in, for Material and mkdocs-bibtex as they come."""
    briefing, _ = read_briefing(like)
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(STOCK)
    for key, source in briefing.sources.items():  # in the types and fields that the stock style knows
        fields = {name: source.csl.get(name.upper(), source.csl.get(name)) for name in ("title", "url", "note")}
        fields["author"] = f"{{{source.who}}}"
        fields["year"] = source.date.points[0].parts["year"] if source.date else "2000"
        with (folder / "sources.bib").open("a") as file:
            given = ", ".join(f"{name} = {{{text}}}" for name, text in fields.items() if text)
            file.write(f"@misc{{{key}, {given}}}\n")

    def filled(match: re.Match[str]) -> str:
        pieces = value_of(match[1].strip(), briefing.records).pieces if ":" in match[1] else ()
        return "".join(piece.text for piece in pieces)

    for page in briefing.pages:
        if page.is_section or page.uri == "index.md":
            body = re.sub(r"\{\{([^{}]*)\}\}", filled, page.body)
            body = re.sub(r"\]\((events|sources|data|how-to-read)\.md", "](index.md", body)
            (folder / "docs" / page.uri).write_text(body, "utf-8")
    return folder


def many_events(project: Path, count: int, years: int) -> None:
    """Add `count` events, spread over so many years, each with a figure of its own."""
    blocks = [
        f'  more-{number}:\n    title: Something of the kind\n    date: "{1900 + number % years}-{number % 12 + 1:02}-11"\n'
        f"    where: not-given\n    actors: not-given\n    sources: not-given\n"
        f"    figures:\n      killed: {{at_least: {number + 1}, who: people, record_only: yes}}\n"
        for number in range(count)
    ]
    file = project / "data/events.yml"
    file.write_text(file.read_text("utf-8") + "\n" + "\n".join(blocks), "utf-8")
    shutil.rmtree(project / "data/editions", ignore_errors=True)  # nothing of this was ever published


def many_pages(project: Path, count: int) -> None:
    """Put `count` section pages in the place of the two, each with five notes and five figures."""
    briefing, _ = read_briefing(project)
    keys = list(briefing.sources)
    figures = [(event, measure) for event, measure, _ in briefing.records.figures()]
    shutil.rmtree(project / "data/editions", ignore_errors=True)
    for name in SECTIONS:
        (project / f"docs/{name}.md").unlink()
    for number in range(count):
        text = f"---\ntitle: Section {'i' * (number % 7 + 1)}\ntemplate: section.html\n---\n\n# Section {{ #section-{number} }}\n\n"
        notes = ""
        for place in range(5):
            note, (event, measure) = number * 5 + place + 1, figures[place % len(figures)]
            text += f"Here {{{{ {measure}:{event} }}}} people are counted, and it is told at some length, in plain words.[^{note}]\n{{ #p{number}-{place} }}\n\n"
            notes += f"[^{note}]: @{keys[place % len(keys)]}\n"
        (project / f"docs/section-{number}.md").write_text(text + notes, "utf-8")
    settings = (project / "mkdocs.yml").read_text("utf-8")
    listed = "".join(f"  - S{number}: section-{number}.md\n" for number in range(count))
    settings = re.sub(r"(?m)^  - .*: (background|february-2017-violence)\.md\n", "", settings).replace(
        "nav:\n", "nav:\n" + listed
    )
    (project / "mkdocs.yml").write_text(settings, "utf-8")
    for page in (project / "docs").glob("*.md"):
        text = re.sub(r"\]\((background|february-2017-violence)\.md[^)]*\)", "](section-0.md)", page.read_text("utf-8"))
        page.write_text(text, "utf-8")


def build(project: Path) -> None:
    """Build a project as its editor would: ours with run.py's command, a stock one with MkDocs'."""
    mine = project / "scripts/commands.py"
    command = [str(mine), "build"] if mine.exists() else ["-m", "mkdocs", "build", "--quiet"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    result = subprocess.run(
        [sys.executable, *command], cwd=project, capture_output=True, text=True, env=environment, check=False
    )
    if result.returncode:
        sys.exit(f"{project} can't be built:\n{result.stderr[-2000:]}")


def peak_memory(project: Path) -> float:
    """Megabytes that a build holds at most."""
    command = [sys.executable, str(project / "scripts/commands.py"), "build"]
    process = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    return os.wait4(process, 0)[2].ru_maxrss / 1024


def cold_build(project: Path) -> float:
    """A build without our caches, nor Python's compiled files of our code."""
    for leftover in (project / ".cache", *(project / "scripts").rglob("__pycache__")):
        shutil.rmtree(leftover, ignore_errors=True)
    return timed_build(project)


def timed_build(project: Path) -> float:
    """Seconds that a build takes."""
    start = time.perf_counter()
    build(project)
    return time.perf_counter() - start


def alternate(stock: Path, ours: Path, measure: Callable[[Path], float], runs: int) -> list[float]:
    """The medians for both, measured in turn."""
    taken: dict[Path, list[float]] = {stock: [], ours: []}
    for _ in range(runs):
        for project in taken:
            taken[project].append(measure(project))
    return [statistics.median(taken[stock]), statistics.median(taken[ours])]


def packed(path: Path) -> int:
    """Bytes of a file after brotli."""
    return len(brotli.compress(path.read_bytes(), quality=11))


def weight(site: Path) -> int:
    """Bytes of a site, compressed copies not counted."""
    return sum(p.stat().st_size for p in site.rglob("*") if p.is_file() and p.suffix not in (".br", ".gz", ".zip"))


def blocking(site: Path, page: str) -> int:
    """Packed bytes of a page and of what a browser waits for before it paints."""
    file = site / page if page.endswith(".html") else site / page / "index.html"
    html = LexborHTMLParser(file.read_bytes())
    found = [node.attributes.get("href") for node in html.css("head > link[rel=stylesheet]:not([media=print])")]
    found += [node.attributes.get("src") for node in html.css("head script[src]:not([defer]):not([async])")]
    local = [address for address in found if address and "//" not in address]
    paths = [
        (site if address.startswith("/") else file.parent) / address.partition("?")[0].lstrip("/") for address in local
    ]
    return packed(file) + sum(packed(path.resolve()) for path in paths)


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of `site`, served packed by brotli as a good host does."""

    class Packed(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            found = path.is_file()
            body = brotli.compress(path.read_bytes(), quality=11) if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", self.guess_type(path))
            self.send_header("Content-Encoding", "br" if found else "identity")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Packed, directory=str(site))) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextlib.contextmanager
def running_preview(project: Path) -> Iterator[str]:
    """The address of a preview of `project`: ours, or `mkdocs serve` for a stock one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mine = project / "scripts/commands.py"
    command: list[Any] = (
        [mine, "preview", "--port", port] if mine.exists() else ["-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"]
    )
    process = subprocess.Popen(
        [sys.executable, *map(str, command)], cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(address).read()
                break
            time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
