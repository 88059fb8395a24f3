"""What the theme gives to the site: its templates, the ways between pages, and only the files that these load.

Material would bring 2.1 MB of source maps, scripts and languages that nothing here loads, and lists
fourteen thousand icons at every build.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from briefing.markup import compiled, policy_hash

THEME = Path(__file__).parent / "theme"
INLINE = "assets/site.css"  # stands in every page: a request of its own would hold back the first paint
SERVER_FILES = ("_headers", "nginx.conf")
MENU_LENGTH = 10  # more would be no menu; the home page leads to the sections


def make_lean(config: MkDocsConfig, cache: Path) -> None:
    """Let the theme of `config` publish what pages load, and keep its compiled templates in `cache`."""
    theme: Any = config.theme
    get_env, loader = theme.get_env, _Published(theme.dirs)
    theme.static_templates.update(SERVER_FILES)

    def lean_environment() -> Environment:
        environment: Environment = get_env()
        environment.loader = loader
        environment.autoescape = True  # MkDocs' own escapes nothing
        environment.bytecode_cache = compiled(cache)
        environment.filters["policy_hash"] = policy_hash
        environment.globals["source"] = lambda name: Markup(loader.get_source(environment, name)[0])
        return environment

    theme.get_env = lean_environment
    content = b"".join(path.read_bytes() for path in sorted(THEME.glob("assets/*")))
    config.extra["assets"] = f"assets/{hashlib.sha256(content).hexdigest()[:8]}"


def name_by_content(files: Files, folder: str) -> None:
    """Move our assets to `folder`, whose name changes with them: they may be kept for ever."""
    for file in files:
        if file.src_dir == str(THEME):
            file.dest_uri = f"{folder}/{file.name}{Path(file.src_uri).suffix}"


def ways(pages: list[Any]) -> dict[str, Any]:
    """The lists of `pages` that lead from one to another, made once: going through all on every page takes long."""
    listed = [page for page in pages if page.file.inclusion.is_in_nav() and not page.is_homepage]
    footer = [page for page in listed if page.meta.get("footer") and page.meta.get("template") != "section.html"]
    listed = [page for page in listed if page not in footer]
    sections = [page for page in listed if page.meta.get("template") == "section.html"]
    others = [page for page in listed if page.meta.get("template") != "section.html"]
    row = [None, *sections, *others[:1], None]
    return {
        "sections": sections,
        "neighbours": {page.url: (before, after) for before, page, after in zip(row, row[1:-1], row[2:], strict=False)},
        "menu": listed if len(listed) <= MENU_LENGTH else others,
        "footer": footer,
        "printed": [page for page in pages if page.meta.get("template") == "print.html"],
    }


class _Published(FileSystemLoader):
    """Finds every template, and lists only the files that the site publishes: ours."""

    def list_templates(self) -> list[str]:
        return sorted({path.relative_to(THEME).as_posix() for path in THEME.glob("assets/*")} - {INLINE})
