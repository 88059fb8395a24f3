"""Lets `mkdocs serve` keep the last good pages up while something is broken, and say in them what it is."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.exceptions import Abort
from watchdog.events import (
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from builder import Warnings, problems_in

SETTLE = 0.03  # seconds of quiet after a save; editors write a file in several steps
_ANNOUNCED = b'data-md-component="announce">'  # where Material's bar begins in each page


class Preview:
    """What is served: the last good pages, in a folder of their own, below a bar with what is wrong with the newest."""

    def __init__(self) -> None:
        self.is_on, self.shown, self.bar = False, Path("none yet"), b""
        self.write_bar: Callable[[list[str]], str] = "\n".join  # until a build has templates

    def start(self) -> None:
        """Note that pages are served; Ctrl-C and a plain `kill` end it alike, even in the background."""
        self.is_on = True
        for end in (signal.SIGINT, signal.SIGTERM):
            signal.signal(end, signal.default_int_handler)

    def serve(self, server: Any, root: Path, watched: list[str]) -> Any:
        """Let MkDocs' `server` show the last good pages of the briefing in `root`, and look at once for saves."""
        host, port = server.server_address
        try:
            socket.create_server((host, port)).close()
        except (OSError, OverflowError) as error:
            reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
            raise Abort(f"Port {port} can't be used ({reason}). Choose another: preview --port {port + 1}") from None
        build, add_script, made, self.shown = (
            server.builder,
            server._inject_js_into_html,
            Path(server.root),
            Path(f"{server.root}-shown"),
        )
        made.rename(self.shown)

        def rebuild() -> None:
            logging.getLogger("mkdocs").addHandler(warnings := Warnings())
            try:
                build()
            except (Exception, SystemExit) as error:  # whatever it is, the server must outlive it
                found = problems_in(error, root, warnings.problems)
                if not any(found.problems[0].message in warned.message for warned in warnings.problems):
                    print(found, file=sys.stderr, flush=True)
                self.bar = self.write_bar([str(problem) for problem in found.problems]).encode()
            else:
                self.bar = b""
                shutil.rmtree(self.shown, ignore_errors=True)
                made.rename(self.shown)
            finally:
                logging.getLogger("mkdocs").removeHandler(warnings)

        def missing(status: int) -> bytes | None:
            page = self.shown / f"{status}.html"
            return page.read_bytes() if page.is_file() else None

        server.builder, server.build_delay, server.root, server.error_handler = (
            rebuild,
            SETTLE,
            str(self.shown),
            missing,
        )
        server._inject_js_into_html = lambda page, epoch: add_script(
            page.replace(_ANNOUNCED, _ANNOUNCED + self.bar, 1), epoch
        )
        for path in watched:
            server.unwatch(path)
        server.observer = _Saves()  # MkDocs' own looks twice a second
        for path in watched:
            server.watch(path)
        return server

    def stop(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.shown, ignore_errors=True)


class _Saves(Observer):  # type: ignore[misc, valid-type]  # the class that fits the system
    """Is told by the system of what is written, moved or removed, not of what a build only reads."""

    def schedule(self, handler: Any, path: str, *, recursive: bool = False, **more: Any) -> Any:
        if Path(path).is_file():  # editors replace a file by another of its name
            handler, path, recursive = _OfFile(handler, path), str(Path(path).parent), False
        writes = [FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent]
        return super().schedule(handler, path, recursive=recursive, event_filter=writes)


class _OfFile(FileSystemEventHandler):
    def __init__(self, handler: FileSystemEventHandler, path: str) -> None:
        self.handler, self.path = handler, path

    def on_any_event(self, event: FileSystemEvent) -> None:
        if self.path in (event.src_path, event.dest_path):
            self.handler.dispatch(event)


preview = Preview()  # hooks.py is loaded anew at each build, this module is not
