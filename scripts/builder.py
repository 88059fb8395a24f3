"""Runs MkDocs: once into a folder, aside and then into `site/`, or at every save."""

import gc
import gzip
import hashlib
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from logging.handlers import BufferingHandler
from pathlib import Path
from traceback import extract_tb
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jinja2 import Template
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from selectolax.lexbor import LexborHTMLParser
from watchdog.events import FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent
from watchdog.observers import Observer

from briefing.problems import BriefingError, Problem

# A build makes many objects and drops few: looking for garbage takes a tenth of its time, and at its end a sixth.
gc.set_threshold(100_000)
NEW, OLD = ".site-new", ".site-old"
_PACKED = (".html", ".css", ".js", ".json", ".geojson", ".csv", ".svg", ".xml", ".bib", ".ris", ".txt")
_ONLY_SERVED = ("404.html", "sitemap.xml", "_headers", "nginx.conf", "offline.zip")
_SEARCH = ("search/", "assets/javascripts/workers/")  # no page from a disk may load these
_SAVES = [FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent]  # a build only opens and reads
_ANNOUNCED = b'data-md-component="announce">'  # where Material's bar begins in each page
Check = Callable[[Path], object]  # reads a briefing, and raises a BriefingError with all that is wrong with it
_BAR = Template((Path(__file__).parent / "overrides/partials/problems.html").read_text("utf-8"), autoescape=True)


def build_site(root: Path, folder: Path, check: Check, **extra: object) -> str:
    """Build the site of `root` into `folder`, with `extra` for its templates; returns its address."""
    with _problems_told(root, check):
        config = load_config(str(root / "mkdocs.yml"), site_dir=str(folder))
        config.extra.update(extra)
        build(config)
    return config.site_url or ""


def publish(root: Path, site: Path, check: Check, offline: bool = False) -> str:
    """Build the site of `root`, put it in the place of `site` once it is whole, and return its SHA-256."""
    repair(site)
    new, total = site.with_name(NEW), hashlib.sha256()
    try:
        build_site(root, new, check, offline=offline)
        if offline:
            _archive(new)
        for name, path in _files_of(new):
            content = path.read_bytes()
            if not name.endswith((".gz", ".zip")):  # whose bytes hang on the machine's zlib
                total.update(f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())
            if name.endswith(_PACKED):  # some hosts send packed copies as they are
                path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 6, mtime=0))
        if site.exists():
            site.rename(site.with_name(OLD))
        new.rename(site)
    finally:
        repair(site)
    gc.freeze()
    return total.hexdigest()


def repair(site: Path) -> None:
    """Undo what a broken run left: the last whole `site` is in its place, and nothing beside it."""
    if site.with_name(OLD).exists() and not site.exists():
        site.with_name(OLD).rename(site)
    for leftover in (NEW, OLD):
        shutil.rmtree(site.with_name(leftover), ignore_errors=True)


def serve(server: LiveReloadServer, config: MkDocsConfig, check: Check) -> LiveReloadServer:
    """Let MkDocs' `server` see each save at once, and keep the last good pages up while something is broken."""
    try:
        socket.create_server(server.server_address[:2]).close()
    except (OSError, OverflowError):
        sys.exit(f"Port {server.server_address[1]} can't be used. Choose another from 1024 to 65535: preview --port N")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a plain `kill` ends it as Ctrl-C does
    root, site, build_again = Path(config.config_file_path).parent, Path(server.root), server.builder
    good = {path: path.read_bytes() for _, path in _files_of(site)}

    def rebuild() -> None:
        nonlocal good
        try:
            with _problems_told(root, check):
                build_again()
            good = {path: path.read_bytes() for _, path in _files_of(site)}
        except BriefingError as error:
            if not isinstance(error.__context__, Abort):  # whose reasons MkDocs has printed
                print(error, file=sys.stderr, flush=True)
            bar = _ANNOUNCED + _BAR.render(problems=error.problems).encode()
            for path, content in good.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.replace(_ANNOUNCED, bar, 1))

    for path in (config.docs_dir, config.config_file_path):
        server.unwatch(path)
        config.watch.append(path)  # which MkDocs gives to the observer below
    observer = Observer()  # is told by the system; MkDocs' own looks twice a second
    observer.schedule = partial(observer.schedule, event_filter=_SAVES)  # type: ignore[method-assign]
    server.observer = observer  # type: ignore[assignment]  # all observers have the same methods
    server.builder, server.build_delay = rebuild, 0.02  # seconds of quiet; editors write a file in several steps
    return server


@contextmanager
def _problems_told(root: Path, check: Check) -> Iterator[None]:
    """Raise what MkDocs or a plugin raises or warns of as a BriefingError."""
    logger, warned = logging.getLogger("mkdocs"), BufferingHandler(sys.maxsize)
    warned.setLevel(logging.WARNING)
    logger.addHandler(warned)
    try:
        yield
    except BriefingError:
        raise
    except (Exception, SystemExit) as error:  # MkDocs and plugins aren't strict about settings
        check(root)  # which raises what we know better
        if not isinstance(error, Abort):
            frames = [(frame.filename, frame.lineno) for frame in extract_tb(error.__traceback__)]
            templates = [place for place in frames if Path(place[0]).is_file() and not place[0].endswith(".py")]
            known = getattr(error, "filename", None) or root / "mkdocs.yml", getattr(error, "lineno", 1)
            file, line = [known, *templates][-1]
            what = f"the site can't be built ({type(error).__name__}: {error}); mend this, or undo the last change"
            raise BriefingError([Problem(os.path.relpath(file, root), line or 1, "", what)]) from error
    finally:
        logger.removeHandler(warned)
    if messages := [" ".join(record.getMessage().split()) for record in warned.buffer]:
        raise BriefingError(Problem("mkdocs.yml", 1, "", message) for message in messages)


def _archive(site: Path) -> None:
    """Put into the built `site` a zip of it that opens from a disk; the same site gives the same bytes."""
    with ZipFile(site / "offline.zip", "w") as file:
        for name, path in _files_of(site):
            if not name.startswith(_ONLY_SERVED + _SEARCH):
                data = _from_disk(path.read_bytes()) if path.suffix == ".html" else path.read_bytes()
                file.writestr(ZipInfo(name), data, ZIP_DEFLATED)  # without the date and rights of a file


def _from_disk(page: bytes) -> str:
    """The page with the files that its links mean, without the search and the link to the archive it is in."""
    tree = LexborHTMLParser(page)
    for node in tree.css(".offline, [for=__search], [data-md-component=search]"):
        node.decompose()
    for node in tree.css("a[href]"):
        address = urlsplit(node.attributes["href"] or "")
        if address.path.endswith(("/", ".")) and not (address.scheme or address.netloc):
            node.attrs["href"] = address._replace(path=f"{address.path.rstrip('/')}/index.html").geturl()
    return tree.html or ""


def _files_of(site: Path) -> list[tuple[str, Path]]:
    return [(path.relative_to(site).as_posix(), path) for path in sorted(site.rglob("*")) if path.is_file()]
