"""What is done to Material so that it serves a briefing: its settings, files and pictures."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import imagesize
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from selectolax.lexbor import LexborHTMLParser

SERVER_FILES = ("_headers", "nginx.conf")
_UNUSED = re.compile(
    r"\.map$|stylesheets/(main|palette)\.|assets/(site|drawings)\.css$"
)  # the sheets are published less what none names


def settle(config: MkDocsConfig, cache: Path) -> Iterator[str]:
    """Leave out of `config` what can't work here; yields a sentence on that, and on what its pages will not load."""
    theme: Any = config.theme
    theme.static_templates.update(SERVER_FILES)
    theme.get_env = partial(_environment, theme.get_env, _Published(theme.dirs, config), cache)
    features = theme.get("features") or []
    if instant := [name for name in features if name.startswith("navigation.instant")]:
        theme["features"] = [name for name in features if name not in instant]
        yield f"theme.features: {instant[0]} is left out: each page has a policy of its own; take it out of the list"
    if (urlsplit(config.site_url or "").hostname or "").endswith(".example"):
        yield "site_url: this is an example; links and metadata lead nowhere until it says where the site is published"
    if "material/privacy" in config.plugins:  # it keeps copies of what others would serve
        return
    if theme.get("font"):
        yield "theme.font: it is Google's, and not loaded; write `font: false`, or add the plugin `privacy`"
    if (config.extra.get("analytics") or {}).get("provider"):
        yield "extra.analytics: readers would be counted by another host, and are not; take it away"
    for name in ("extra_css", "extra_javascript"):
        for address in map(str, config[name]):
            if "//" in address:
                what = f"{address} is on another host, and not loaded"
                yield f"{name}: {what}; keep a copy in docs/, or add the plugin `privacy`"
    fences = (config.mdx_configs.get("pymdownx.superfences") or {}).get("custom_fences") or []
    if any(fence.get("name") == "mermaid" for fence in fences):
        yield "mermaid: its script is on another host, and not loaded; draw it once, and keep the picture"
    if any(host in (config.repo_url or "") for host in ("github.com", "gitlab.com")):
        yield "repo_url: the link is shown, but not how many follow it: that would be asked of another host"


def colours(config: MkDocsConfig) -> list[dict[str, str]]:
    """The palettes among which the reader's system chooses, as Material's script knows them."""
    palettes: Any = config.theme.get("palette")
    defaults = {"scheme": "default", "primary": "indigo", "accent": "indigo"}
    if not isinstance(palettes, list) or not all(palette.get("media") for palette in palettes):
        return []
    return [
        {"media": p["media"]} | {k: (p.get(k) or v).replace(" ", "-") for k, v in defaults.items()} for p in palettes
    ]


def scripts(config: MkDocsConfig) -> Iterator[str]:
    """The scripts that may name what they add to a page: Material's, ours and an editor's."""
    site = Path(config.site_dir)
    paths = [
        *sorted(site.glob("assets/javascripts/*.js")),
        *sorted(site.glob("assets/javascripts/briefing.*/*.js")),
        *(site / str(path) for path in config.extra_javascript),
    ]
    return (path.read_text("utf-8") for path in paths if path.is_file())


def name_by_content(files: Files, ours: Path) -> str:
    """Move our scripts to a folder, returned, whose name changes with them: they may be kept for ever."""
    scripts = [file for file in files if file.src_uri.endswith(".js") and Path(file.src_dir or "").resolve() == ours]
    made_of = b"".join(sorted(file.content_bytes for file in scripts))
    folder = f"assets/javascripts/briefing.{hashlib.sha256(made_of).hexdigest()[:8]}"
    for file in scripts:
        file.dest_uri = f"{folder}/{Path(file.src_uri).name}"
    return folder


def measured(html: str, url: str, files: Files) -> str:
    """A page whose pictures say how large they are, and are loaded when they come into view."""
    page = LexborHTMLParser(html)
    for node in page.css("img[src]"):
        address = posixpath.normpath(posixpath.join(url, node.attributes["src"] or ""))
        path = next((file.abs_src_path for file in files if file.dest_uri == address), None)
        width, height = imagesize.get(path) if path else (-1, -1)
        if width > 0 and not {"width", "height"} & node.attributes.keys():
            node.attrs["width"], node.attrs["height"] = str(width), str(height)
        if "loading" not in node.attributes:
            node.attrs["loading"] = "lazy"
    return (page.body and page.body.inner_html) or ""


def _environment(get: Callable[[], Environment], loader: _Published, cache: Path) -> Environment:
    """Material's templates as it means them, ours escaped; compiled ones wait in `cache`."""
    environment = get()
    cache.mkdir(parents=True, exist_ok=True)
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.loader, environment.bytecode_cache = loader, FileSystemBytecodeCache(str(cache))
    environment.autoescape = lambda name: name is not None and (loader.ours / name).is_file()
    environment.globals["source"] = lambda name: Markup((loader.ours / name).read_text("utf-8"))
    return environment


class _Published(FileSystemLoader):
    """Finds every template, and lists only files that the site may publish: without 14,000 icons."""

    def __init__(self, folders: list[str], config: MkDocsConfig) -> None:
        super().__init__(folders)
        self.config, self.ours = config, Path(folders[0])

    def get_source(self, environment: Environment, template: str) -> Any:
        """A template; Material's without the indentation that every page would carry."""
        source, *rest = super().get_source(environment, template)
        if template.endswith(".html") and not (self.ours / template).is_file():
            source = re.sub(r"\n\s+", "\n", source)
        if template == "partials/source.html":  # or Material's script asks another host how many follow the link
            source = source.replace(' data-md-component="source"', "")
        return source, *rest

    def list_templates(self) -> list[str]:
        """The files below `assets/` that a page may ask for."""
        search: Any = self.config.plugins.get("material/search")
        languages = set(search.config.lang or [] if search else []) - {"en"}
        languages |= {"stemmer", "multi"} if languages else set()
        found = {p.relative_to(f).as_posix() for f in map(Path, self.searchpath) for p in f.glob("assets/**/*.*")}
        return sorted(name for name in found if not _UNUSED.search(name) and _language(name) in {"", *languages})


def _language(name: str) -> str:
    """The language that a script of the search is for."""
    path = Path(name)
    if "lunr" not in path.parts:
        return ""
    return {"tinyseg.js": "ja", "wordcut.js": "th"}.get(path.name) or path.name.split(".")[1]
