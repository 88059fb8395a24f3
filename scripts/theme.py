"""What is done to Material so that it serves a briefing: its settings, files, templates and pictures."""

import hashlib
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import imagesize
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from selectolax.lexbor import LexborHTMLParser

from first_paint import POLICY, RULES, SHEET, in_layers, paint

_FAVICON = "assets/images/favicon.png"
ENTRIES = """{% for nav_item in nav.items %}
{% set path = "__nav_" ~ loop.index %}
{{ item.render(nav_item, path, 1) }}
{% endfor %}"""
_MOST_TABS = 30
_ADVICE = {
    "instant": "theme.features: navigation.instant is left out, as each page has a policy; take it out of the list",
    "tabs": "theme.features: navigation.tabs is left out, as no bar holds so many entries; group them under nav",
    "example": "site_url: an example; links and metadata lead nowhere until it says where the site is published",
    "font": "theme.font: it is Google's, and not loaded; write `font: false`, or add the plugin `privacy`",
    "counted": "extra.analytics: readers would be counted by another host, and are not; take it away",
    "elsewhere": "{} is on another host, and not loaded; keep a copy in docs/, or add the plugin `privacy`",
    "mermaid": "mermaid: its script is on another host, and not loaded; draw it once, and keep the picture",
    "followed": "repo_url: the link is shown, but not how many follow it: that would be asked of another host",
}


def settle(config: MkDocsConfig, compiled: Path) -> list[str]:
    """Leave out of `config` what can't work here; returns sentences on that, and on what pages will not load."""
    theme: Any = config.theme
    theme.static_templates.update(("_headers", "nginx.conf"))
    theme.get_env = partial(_environment, theme.get_env, _Published(theme.dirs, config), compiled)
    features = theme.get("features") or []
    asked = {name: any(each.startswith(f"navigation.{name}") for each in features) for name in ("instant", "tabs")}
    asked["tabs"] &= len(config.nav or ()) > _MOST_TABS
    left_out = tuple(f"navigation.{name}" for name, is_so in asked.items() if is_so)
    theme["features"] = [each for each in features if not each.startswith(left_out)]
    asked["example"] = (urlsplit(config.site_url or "").hostname or "").endswith(".example")
    fences = (config.mdx_configs.get("pymdownx.superfences") or {}).get("custom_fences") or []
    elsewhere = {
        "font": theme.get("font"),
        "counted": (config.extra.get("analytics") or {}).get("provider"),
        "mermaid": any(fence.get("name") == "mermaid" for fence in fences),
        "followed": re.search(r"git(hub|lab)\.com", config.repo_url or ""),
    }
    files = [f"{name}: {address}" for name in ("extra_css", "extra_javascript") for address in config[name]]
    if "material/privacy" in config.plugins:  # it keeps copies of what others would serve
        elsewhere, files = {}, []
    advice = [_ADVICE[name] for name, is_so in (asked | elsewhere).items() if is_so]
    return advice + [_ADVICE["elsewhere"].format(file) for file in files if "//" in file]


def names(urls: Iterable[str]) -> dict[str, object]:
    """What the templates of pages at these addresses may use besides Material's own."""
    places = {"rules_here": Markup(RULES), "policy_here": POLICY, "sheet": f"assets/stylesheets/{SHEET}"}
    return {**places, "drawn_once": _drawn_once(urls)}


def finish(config: MkDocsConfig, ours: Path, cache: Path) -> None:
    """Put their rules and policies into the pages of the built site; `ours` is the folder of our styles."""

    def published(*names: object) -> str:
        return "".join(path.read_text("utf-8") for name in names for path in Path(config.site_dir).glob(str(name)))

    sheets = [path for folder in config.theme.dirs for path in sorted(Path(folder).glob("assets/stylesheets/*.css"))]
    styles = in_layers(sheets, [ours / "assets/site.css", ours / "assets/drawings.css"])
    scripts = published("assets/javascripts/*.js", *config.extra_javascript)
    is_served = f"//{config.dev_addr}/" in (config.site_url or "")  # by `mkdocs serve`, to somebody who writes them
    paint(Path(config.site_dir), styles, published(*config.extra_css), scripts, is_served, cache / "first-paint.json")


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


def _drawn_once(urls: Iterable[str]) -> Callable[..., str]:
    """For templates: draw the entries of the navigation, each once for all pages of a folder but its own."""
    places = {url: PurePosixPath(url) for url in urls}
    above = {parent for place in places.values() for parent in place.parents}  # these lead to others in their own way
    folders = {url: place.parent for url, place in places.items() if place not in above}
    drawn = defaultdict[object, dict[int, str]](dict)

    def draw(page: Page | None, entry: Callable[..., str], entries: Iterable[Any]) -> str:
        folder, shown = folders.get(page.url) if page else None, list[str]()
        known = drawn[folder] if folder else {}
        for number, item in enumerate(entries, 1):
            html = "" if item.active else known.get(number, "")
            shown.append(html or entry(item, f"__nav_{number}", 1))
            if not item.active:
                known[number] = shown[-1]
        return "".join(shown)

    return draw


def _environment(get: Callable[[], Environment], loader: "_Published", compiled: Path) -> Environment:
    """Material's templates as it means them, ours escaped; compiled ones wait in `compiled`."""
    environment = get()
    compiled.mkdir(parents=True, exist_ok=True)
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.loader, environment.bytecode_cache = loader, FileSystemBytecodeCache(str(compiled))
    environment.autoescape = cache(lambda name: name is not None and (loader.ours / name).is_file())
    environment.globals["source"] = lambda name: Markup((loader.ours / name).read_text("utf-8"))
    return environment


class _Published(FileSystemLoader):
    """Finds every template, and lists only files that the site may publish: without 14,000 icons."""

    def __init__(self, folders: list[str], config: MkDocsConfig) -> None:
        super().__init__(folders)
        self.config, self.ours = config, Path(folders[0])

    def get_source(self, environment: Environment, template: str) -> Any:
        """A template; Material's without indentation, its navigation drawn once, and nothing asked of other hosts."""
        source, *rest = super().get_source(environment, template)
        if template.endswith(".html") and not (self.ours / template).is_file():
            source = re.sub(r"\n\s+", "\n", source).replace(ENTRIES, "{{ drawn_once(page, item.render, nav.items) }}")
            source = source.replace(' data-md-component="source"', "")  # its script counts who follows the link
        return source, *rest

    def list_templates(self) -> list[str]:
        """The files below `assets/` that a page may ask for; one sheet is published in the place of all."""
        search: Any = self.config.plugins.get("material/search")
        languages = set(search.config.lang or [] if search else []) - {"en"}
        spoken = "|".join({*languages, "stemmer", "multi", "tinyseg", "wordcut"} if languages else {"-"})
        unasked = re.compile(rf"\.map$|stylesheets/|assets/(site|drawings)\.css$|lunr/(?!.*\b({spoken})\b)")
        found = {p.relative_to(f).as_posix() for f in map(Path, self.searchpath) for p in f.glob("assets/**/*.*")}
        found -= {_FAVICON} - {self.config.theme.get("favicon")}
        return sorted(name for name in found if not unasked.search(name))
