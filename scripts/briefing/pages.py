"""Reads MkDocs' settings and the editor's pages, in the order of the navigation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import getitem
from pathlib import Path
from pydoc import locate
from typing import Any

import yaml

from briefing.problems import Path as Where
from briefing.problems import Problem, did_you_mean
from briefing.strict import read_text, read_yaml

SETTINGS_FILE = "mkdocs.yml"
PAGES_FOLDER = "docs"
_OVERRIDES = Path(__file__).parents[1] / "overrides"
_NEEDED = {  # setting -> what it looks like, what to write
    "site_name": (r".*\S.*", "write the name of the briefing here, as text: in quotation marks if it is a number"),
    "site_url": (r"https?://[^\s\"'<>?#]+", "write the address of the site here, as https://host/path/"),
    "nav": (r".+", "the navigation is missing; list the pages under nav"),
    "plugins": (".*bibtex.*", 'notes need it; add "- bibtex: {bib_file: data/sources.bib, bib_by_default: false}"'),
}
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OF_A_PAGE = re.compile(r"(?!https?://).*\.md|[^:.]+")  # or it leads elsewhere, or to a file that is made
_UNREADABLE = 'write fields here, such as "title: …", and "---" alone on the line below them'


@dataclass(frozen=True)
class Settings:
    """mkdocs.yml as MkDocs reads it: its `values` with their `lines`, the pages of `nav` with theirs, the extensions.

    `templates` and `blocks` are the names of the theme's templates for pages and for block tokens.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[Where, int] = field(default_factory=dict)
    nav: Mapping[str, int] = field(default_factory=dict)
    extensions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    templates: frozenset[str] = frozenset(path.name for path in _OVERRIDES.glob("*.html")) | {"main.html"}
    blocks: frozenset[str] = frozenset(path.stem for path in _OVERRIDES.glob("blocks/*.html"))


@dataclass(frozen=True)
class Page:
    """A page as the editor wrote it: its `body` has blank lines in the place of its front matter.

    `meta` is that front matter, with the `lines` of its fields.
    """

    uri: str
    body: str
    meta: dict[str, Any] = field(default_factory=dict)
    lines: Mapping[Where, int] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Where it is, relative to the project."""
        return f"{PAGES_FOLDER}/{self.uri}"

    @property
    def title(self) -> str:
        """Its title, as its front matter has it."""
        return str(self.meta.get("title", ""))

    @property
    def url(self) -> str:
        """Its address on the site, such as "flood/"."""
        return re.sub(r"(?:^|(?<=/))(?:index|README)/$", "", f"{self.uri.removesuffix('.md')}/")

    @property
    def is_section(self) -> bool:
        """Whether it is a section of the briefing: its front matter says `template: section.html`."""
        return self.meta.get("template") == "section.html"

    def texts(self, name: str) -> list[str]:
        """The texts that a field of the front matter lists, such as "former"; or the only one there is."""
        given = self.meta.get(name, [])
        return [str(text) for text in (given if isinstance(given, list) else [given])]

    def problem(self, line: int, record: str, message: str, told: bool = False) -> Problem:
        """A problem with what stands on a line of its file."""
        return Problem(self.file, line, record, message, told=told)

    def meta_problem(self, message: str, name: str = "") -> Problem:
        """A problem with the front matter, or with a field of it."""
        return Problem(self.file, self.lines.get((name,), 1), name or "front matter", message)


def load_settings(root: Path) -> tuple[Settings, list[Problem]]:
    """What a briefing takes from `root`/mkdocs.yml; and what is wrong with the file."""
    text, problems = read_text(root, SETTINGS_FILE)
    written, lines, more = read_yaml(text or "", SETTINGS_FILE)
    if not isinstance(written, dict):
        return Settings(), problems or more
    problems += [problem for problem in more if "given twice" in problem.message]
    extensions: dict[str, Any] = {}
    try:
        values = yaml.load(text or "", _Loader)
        given = values.get("markdown_extensions") or []
        for entry in [given] if isinstance(given, dict) else given:
            extensions |= entry if isinstance(entry, dict) else {str(entry): {}}
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        return Settings(), [*problems, Problem(SETTINGS_FILE, 1, "", f"MkDocs can't read this ({error})")]
    nav: dict[str, int] = {}
    for path, line in lines.items():
        name = reduce(getitem, path, written)
        if path[:1] == ("nav",) and isinstance(name, str) and _OF_A_PAGE.fullmatch(name):
            nav.setdefault(name, line)
    for setting, (pattern, what) in _NEEDED.items():
        value = {"nav": " ".join(nav), "plugins": str(values.get("plugins"))}.get(setting, values.get(setting))
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            problems.append(Problem(SETTINGS_FILE, lines.get((setting,), 1), setting, what))
    return Settings(values, lines, nav, extensions), problems


def load_pages(root: Path, settings: Settings) -> tuple[tuple[Page, ...], list[Problem]]:
    """The pages: those that the navigation names, in its order, then the others; and what is wrong with them.

    One whose front matter can't be read is left out.
    """
    listed, pages, problems = settings.nav, [], []
    there = {name for name in files_of(root) if name.endswith(".md")}
    for uri in listed.keys() - files_of(root):
        message = f'"{uri}" is not in {PAGES_FOLDER}/' + did_you_mean(uri, there - listed.keys())
        problems.append(Problem(SETTINGS_FILE, listed[uri], "nav", message))
    for uri in [*(uri for uri in listed if uri in there), *sorted(there - listed.keys())]:
        text, faults = read_text(root, f"{PAGES_FOLDER}/{uri}")
        page, more = parse_page(text, uri) if text is not None else (None, [])
        pages += [page] if page else []
        problems += [*faults, *more]
    return tuple(pages), problems


def files_of(root: Path) -> frozenset[str]:
    """Every file that MkDocs publishes of docs/, relative to it."""
    folder = root / PAGES_FOLDER
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return frozenset(name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts))


def parse_page(text: str, uri: str) -> tuple[Page | None, list[Problem]]:
    """A page of a `text` with front matter, and what is wrong with that; None where it can't be read."""
    match = _FRONT_MATTER.match(text)
    if not match and not text.startswith("---\n"):
        return Page(uri, text), []
    meta, lines, problems = read_yaml("\n" + match[1], f"{PAGES_FOLDER}/{uri}") if match else (None, {}, [])
    if not match or not isinstance(meta, dict):
        return None, problems or [Page(uri, "").meta_problem(_UNREADABLE)]
    return Page(uri, "\n" * match[0].count("\n") + text[match.end() :], meta, lines), problems


class _Loader(yaml.SafeLoader):
    """Knows what may stand in mkdocs.yml: the names of Python, and what only the build can fill in."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda loader, name, node: locate(name))
_Loader.add_multi_constructor("!", lambda loader, name, node: "")
