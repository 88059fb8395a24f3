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
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from briefing.problems import BriefingError
from briefing.settings import SETTINGS_FILE
from builder import build_site

HOST = "127.0.0.1"
WATCHED = ("data", "docs", "scripts/theme")
SETTLE = 0.03  # seconds of quiet after a save; editors write a file in several steps
HERE = Path(__file__).parent


def serve(root: Path, port: int) -> None:
    """Serve `root`'s site until Ctrl-C; ends in one sentence where the port can't be had."""
    for end in (signal.SIGINT, signal.SIGTERM):  # a script's background job would ignore the first
        signal.signal(end, signal.default_int_handler)
    try:
        changes = _Changes(root)
    except OSError as error:
        sys.exit(f"{', '.join(WATCHED)} can't be watched ({error.strerror}); put back what is gone")
    try:
        preview = Preview(root, port)
    except (OSError, OverflowError) as error:
        reason, other = getattr(error, "strerror", error), min(port + 1, 65535)
        sys.exit(f"Port {port} can't be used ({reason}). Choose another: preview --port {other}")
    try:
        preview.build()
        threading.Thread(target=preview.serve_forever, daemon=True).start()
        print(f"Preview at {preview.address}  Save a file and the page follows; Ctrl-C ends.", flush=True)
        while True:
            changes.wait()
            preview.build()
    except KeyboardInterrupt:
        print()
    finally:
        shutil.rmtree(preview.builds, ignore_errors=True)


class Preview(ThreadingHTTPServer):
    """Serves the last good build of the site, and knows what is wrong with the newest one."""

    allow_reuse_address = sys.platform != "win32"  # there, it would share a port in use

    def __init__(self, root: Path, port: int) -> None:
        """Take the port; nothing is built yet."""
        super().__init__((HOST, port), _Request)
        self.root, self.address = root, f"http://{HOST}:{self.server_port}/"  # port 0 is any free one
        self.builds = Path(tempfile.mkdtemp(prefix="briefing-preview-"))
        self.number, self.folder = 0, self.builds / "none yet"  # of the last good build
        self.state = ""  # what the browser is told, as JSON: the build that is shown, and the problems there are
        self.changed = threading.Condition()

    def build(self) -> None:
        """Build once and tell every open page."""
        number, start = self.number + 1, time.perf_counter()
        folder, problems = self.builds / str(number), []
        try:
            build_site(self.root, folder, site_url=self.address, preview=number)
            print(f"Built in {time.perf_counter() - start:.2f} s")
        except BriefingError as error:
            problems = [str(problem) for problem in error.problems]
            print(error, file=sys.stderr)
        except Exception as error:  # a fault of ours: the server must outlive it, and must say it
            problems = [f"{SETTINGS_FILE}:0: the build failed: {error!r}"]
            traceback.print_exc()
        with self.changed:
            if not problems:
                self.number, self.folder = number, folder
            self.state = json.dumps({"build": str(self.number), "problems": problems})
            self.changed.notify_all()
        for leftover in set(self.builds.iterdir()) - {self.folder}:
            shutil.rmtree(leftover, ignore_errors=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that breaks off a request is no problem of the editor's."""


class _Request(SimpleHTTPRequestHandler):
    """Answers with a page of the last good build, the preview's own script or the stream of its states."""

    server: Preview

    def do_GET(self) -> None:
        if self.path != "/_preview/state":
            super().do_GET()
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        told = ""
        while True:
            with self.server.changed:
                if told == self.server.state:
                    self.server.changed.wait(timeout=15)  # only by writing is it noticed that a page was closed
                before, told = told, self.server.state
            self.wfile.write(b": still here\n\n" if told == before else f"data: {told}\n\n".encode())

    def translate_path(self, path: str) -> str:
        if path.partition("?")[0] == "/_preview/client.js":
            return str(HERE / "preview.js")
        self.directory = str(self.server.folder)
        return super().translate_path(path)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        if code == HTTPStatus.NOT_FOUND:
            ours = self.server.folder / "404.html"
            page = ours if ours.exists() else HERE / "preview.html"
            self.error_message_format = page.read_text("utf-8").replace("%", "%%")
        super().send_error(code, message, explain)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: an editor wants to see problems, not requests."""


class _Changes(FileSystemEventHandler):
    """Notes that a file which pages are made of was written, moved or removed."""

    def __init__(self, root: Path) -> None:
        self.root, self.seen, observer = root, threading.Event(), Observer()
        for folder in WATCHED:
            observer.schedule(self, str(root / folder), recursive=True)
        observer.schedule(self, str(root))  # for the settings, which editors replace by renaming
        observer.start()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("created", "modified", "moved", "deleted") and not event.is_directory:
            paths = [Path(str(name)) for name in (event.src_path, event.dest_path) if name]
            if any(path.name == SETTINGS_FILE or path.parent != self.root for path in paths):
                self.seen.set()

    def wait(self) -> None:
        """Return when something changed and nothing more has for a moment."""
        while not self.seen.wait(timeout=1):  # a timeout lets Ctrl-C through on Windows
            pass
        while self.seen.is_set():
            self.seen.clear()
            time.sleep(SETTLE)
