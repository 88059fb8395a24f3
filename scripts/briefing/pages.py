"""Reads the editor's pages, in the order of the navigation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from briefing.problems import Path as Where
from briefing.problems import Problem, did_you_mean
from briefing.settings import SETTINGS_FILE, load_navigation
from briefing.strict import parse_yaml
from briefing.text import read_text

PAGES_FOLDER = "docs"
FIELDS: dict[str, tuple[type, ...]] = {  # of front matter, and what each may hold
    "title": (str,),
    "description": (str,),
    "template": (str,),
    "footer": (str,),
    "former": (str, list),
    "plain_numbers": (str, list),
    "search": (dict,),
}
TEMPLATES = ("main.html", "home.html", "section.html", "wide.html", "print.html")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page as the editor wrote it: its `body` begins on line `first_line` of its file.

    `meta` is its front matter, with the `lines` of its fields, and `is_readable` unless that is broken;
    `is_listed` where the navigation has it.
    """

    uri: str
    body: str
    first_line: int = 1
    meta: dict[str, Any] = field(default_factory=dict)
    lines: Mapping[Where, int] = field(default_factory=dict)
    is_listed: bool = True
    is_readable: bool = True

    @property
    def file(self) -> str:
        """Where it is, relative to the project."""
        return f"{PAGES_FOLDER}/{self.uri}"

    @property
    def is_section(self) -> bool:
        """Whether it is a section of the briefing: its front matter says `template: section.html`."""
        return self.meta.get("template") == "section.html"

    @property
    def is_printed(self) -> bool:
        """Whether it is on paper: a section, or the page that holds them all."""
        return self.is_section or self.meta.get("template") == "print.html"

    @property
    def former(self) -> list[str]:
        """The addresses it had before, as its front matter lists them."""
        return self.texts("former")

    def texts(self, name: str) -> list[str]:
        """The texts that a field of the front matter lists; or the only one there is."""
        given = self.meta.get(name, [])
        return [str(text) for text in (given if isinstance(given, list) else [given])]

    def problem(self, offset: int, record: str, message: str) -> Problem:
        """A problem with what stands at `offset` in the body."""
        return Problem(self.file, self.first_line + self.body.count("\n", 0, offset), record, message)

    def meta_problem(self, message: str, *path: str | int) -> Problem:
        """A problem with the front matter, or with the field at `path` in it."""
        line = self.lines.get(path) or self.lines.get(path[:1], 1)
        return Problem(self.file, line, str(path[0]) if path else "front matter", message)


def load_pages(root: Path) -> tuple[tuple[Page, ...], list[Problem]]:
    """The pages: those that the navigation of mkdocs.yml names, in its order, then the others; and what is wrong."""
    listed, problems = load_navigation(root)
    pages, folder = [], root / PAGES_FOLDER
    files = [path.relative_to(folder) for path in folder.rglob("*") if listed and path.is_file()]
    files = [path for path in files if not any(part.startswith(".") for part in path.parts)]
    there = {path.as_posix() for path in files if path.suffix == ".md"}
    for uri in listed.keys() - there:
        message = f'"{uri}" is not in {PAGES_FOLDER}/' + did_you_mean(uri, there - listed.keys())
        problems.append(Problem(SETTINGS_FILE, listed[uri], "nav", message))
    for uri in [*(uri for uri in listed if uri in there), *sorted(there - listed.keys())]:
        text, more = read_text(root, f"{PAGES_FOLDER}/{uri}")
        problems += more
        if text is not None:
            page, more = parse_page(text, uri, uri in listed)
            pages.append(page)
            problems += more
    return tuple(pages), problems


def parse_page(text: str, uri: str, is_listed: bool = True) -> tuple[Page, list[Problem]]:
    """Split a page's `text` into front matter and body."""
    match = _FRONT_MATTER.match(text)
    if not match:
        if not text.startswith("---"):
            return Page(uri, text, is_listed=is_listed), []
        page = Page(uri, text, is_listed=is_listed, is_readable=False)
        unclosed = 'the lines of the front matter are not closed; write "---" alone on the line below them'
        return page, [page.meta_problem(unclosed)]
    first_line = text.count("\n", 0, match.end()) + 1
    page = Page(uri, text[match.end() :], first_line, is_listed=is_listed, is_readable=False)
    meta, lines, problems = parse_yaml(match[1], page.file, first_line=2)
    if not isinstance(meta, dict):
        return page, problems or [page.meta_problem('write fields, such as "title: …"')]
    return replace(page, meta=meta, lines=lines, is_readable=True), problems
