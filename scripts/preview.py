"""Serves the site to its editor: builds at every save, keeps the last good pages while a file is broken.

The open browser is told through a stream of server-sent events.

MkDocs' own server holds the page back while a build fails, and looks for changes twice a second.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from briefing.problems import BriefingError
from builder import SETTINGS, build_site

HOST = "127.0.0.1"
WATCHED = ("data", "docs", "scripts/theme")
SETTLE = 0.03  # seconds of quiet after a save; editors write a file in several steps
HERE = Path(__file__).parent


class Preview:
    """The last good build of the site, and what is wrong with the newest one."""

    def __init__(self, root: Path, site_url: str) -> None:
        """Nothing is built yet."""
        self.root, self.site_url = root, site_url
        self.builds = Path(tempfile.mkdtemp(prefix="briefing-preview-"))
        self.folder: Path | None = None
        self.number, self.good = 0, 0
        self.problems: list[str] = []
        self.changed = threading.Condition()

    @property
    def state(self) -> str:
        """What the browser is told, as JSON: the build that is shown, and the problems there are."""
        return json.dumps({"build": str(self.good), "problems": self.problems})

    def build(self) -> None:
        """Build once and tell every open page."""
        self.number += 1
        folder, start = self.builds / str(self.number), time.perf_counter()
        try:
            build_site(self.root, folder, site_url=self.site_url, preview=self.number)
            problems = []
        except BriefingError as error:
            problems = [str(problem) for problem in error.problems]
            print(error, file=sys.stderr)
        except Exception as error:  # a fault of ours: the server must outlive it, and must say it
            problems = [f"{SETTINGS}:0: the build failed: {error!r}"]
            traceback.print_exc()
        else:
            print(f"Built in {time.perf_counter() - start:.2f} s")
        with self.changed:
            self.problems, last = problems, self.folder
            if not problems:
                self.folder, self.good = folder, self.number
            self.changed.notify_all()
        for leftover in {folder, last} - {self.folder, None}:
            shutil.rmtree(str(leftover), ignore_errors=True)


class _Changes(FileSystemEventHandler):
    """Notes that a file which pages are made of was written, moved or removed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.seen = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in ("created", "modified", "moved", "deleted") or event.is_directory:
            return
        for path in (Path(str(name)) for name in (event.src_path, event.dest_path) if name):
            if path.name == SETTINGS or path.parent != self.root:
                self.seen.set()

    def wait(self) -> None:
        """Return when something changed and nothing more has for a moment."""
        while not self.seen.wait(timeout=1):  # a timeout lets Ctrl-C through on Windows
            pass
        while self.seen.is_set():
            self.seen.clear()
            time.sleep(SETTLE)


class _Handler(SimpleHTTPRequestHandler):
    """Pages from the last good build, the preview's own script, and the stream of its states."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, preview: Preview) -> None:
        self.preview = preview
        super().__init__(*args)  # type: ignore[arg-type]  # passed on as they came

    def do_GET(self) -> None:
        self.directory = str(self.preview.folder)  # a connection outlives many builds
        path = self.path.partition("?")[0]
        if path == "/_preview/state":
            self._stream()
        elif path == "/_preview/client.js":
            self._send(HERE / "preview.js", "text/javascript")
        elif self.preview.folder is None:
            self._send(HERE / "preview.html", "text/html; charset=utf-8")
        else:
            super().do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = self.preview.folder and self.preview.folder / "404.html"
        if code == HTTPStatus.NOT_FOUND and page and page.exists():
            self._send(page, "text/html; charset=utf-8", code)
        else:
            super().send_error(code, message, explain)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: an editor wants to see problems, not requests."""

    def _send(self, file: Path, content_type: str, status: int = HTTPStatus.OK) -> None:
        body = file.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self) -> None:
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        told = ""
        try:
            while True:
                with self.preview.changed:
                    if told == self.preview.state:
                        self.preview.changed.wait(timeout=15)
                    state = self.preview.state
                line = ": still here" if state == told else f"data: {state}"
                self.wfile.write(f"{line}\n\n".encode())
                told = state
        except (BrokenPipeError, ConnectionError):
            return  # the page was closed


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # there, it would share a port in use

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that breaks off a request is no problem of the editor's."""


def serve(root: Path, port: int) -> None:
    """Serve `root`'s site until Ctrl-C; BriefingError where the port is taken."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job would ignore it
    site_url = f"http://{HOST}:{port}/"
    preview = Preview(root, site_url)
    try:
        server = _Server((HOST, port), partial(_Handler, preview=preview))
    except OSError as error:
        raise SystemExit(
            f"Port {port} can't be used ({error.strerror}). Choose another: preview --port {port + 1}"
        ) from None
    changes, observer = _Changes(root), Observer()
    for folder in WATCHED:
        observer.schedule(changes, str(root / folder), recursive=True)
    observer.schedule(changes, str(root))  # for the settings, which editors replace by renaming
    observer.start()
    try:
        preview.build()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"Preview at {site_url}  Save a file and the page follows; Ctrl-C ends.", flush=True)
        while True:
            changes.wait()
            preview.build()
    except KeyboardInterrupt:
        print()
    finally:
        observer.stop()
        server.server_close()
        shutil.rmtree(preview.builds, ignore_errors=True)
