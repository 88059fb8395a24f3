"""Reads the built pages back and says what is wrong with them, before anyone else can see it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from briefing.model import Dataset
from briefing.problems import Problem
from briefing.wording import DATE_FORMS, date_in_words, figure_in_words

# Attributes from which a browser loads by itself; an `a` or a canonical `link` is only followed.
_LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "manifest", "xlink:href"}
_LOADING_LINKS = {
    "stylesheet",
    "icon",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "manifest",
}
_ADDRESSES = _LOADING | {"href"}
_WITH_ADDRESSES = ",".join(f"[{name}]".replace(":", r"\:") for name in sorted(_ADDRESSES))
_CSS_LOADS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])([^'\")]*)", re.IGNORECASE)

Answer = tuple[str, str, str]  # what a value is of, the value, its bound


def verify(folder: Path, data: Dataset, keys: set[str], site_url: str) -> Iterator[Problem]:
    """What is wrong with the site in `folder`.

    `keys` are the citation keys, none of which may be left over; `site_url` says below which path of
    its host the site stands, since the page for missing addresses links from there.
    """
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    listed = files["sitemap.xml"].read_text("utf-8") if "sitemap.xml" in files else ""
    values = _values(data)
    left_over = re.compile(r"\{\{|\}\}|<!-- block:" + "".join(rf"|@{re.escape(key)}\b" for key in sorted(keys)))
    ids: dict[str, Counter[str]] = {}
    addresses: dict[str, list[tuple[str, str, bool]]] = {}
    for name in sorted(name for name in files if name.endswith(".html")):
        page = LexborHTMLParser(files[name].read_bytes())  # one at a time: a tree takes far more room than its page
        ids[name], addresses[name] = _ids(page), list(dict.fromkeys(_addresses(page)))
        told = [*_repeated(ids[name]), *_not_the_data(page, values)]
        told += [f'"{match}" was left over' for match in left_over.findall(_text(page))]
        for address in (address for css in page.css("style") for address in _foreign(css.text())):
            told.append(f'"{address}" is loaded from another host (style)')
        leads_on = name == "404.html" or page.css_first("meta[content=noindex]")  # from a former address
        if not leads_on and site_url and f"<loc>{site_url}{name.removesuffix('index.html')}</loc>" not in listed:
            told.append("the page is not listed in sitemap.xml")
        yield from (Problem(name, 1, "", message) for message in told)
    for name, found in addresses.items():
        for attribute, address, loads in found:
            for message in _address_problems(name, attribute, address, loads, files, ids, urlsplit(site_url).path):
                yield Problem(name, 1, "", message)
    for name in sorted(name for name in files if name.endswith((".css", ".svg"))):
        for address in _foreign(files[name].read_text("utf-8")):
            yield Problem(name, 1, "", f'"{address}" is loaded from another host')


def _ids(page: LexborHTMLParser) -> Counter[str]:
    return Counter(str(node.attributes["id"]) for node in page.css("[id]"))


def _foreign(css: str) -> list[str]:
    """The addresses of other hosts that a stylesheet loads."""
    found = [urlsplit(address) for address in _CSS_LOADS.findall(css)]
    return [parts.geturl() for parts in found if parts.netloc or parts.scheme not in ("", "data")]


def _repeated(ids: Counter[str]) -> Iterator[str]:
    for name, count in ids.items():
        if count > 1:
            yield f'the id "{name}" stands {count} times on the page'


def _text(page: LexborHTMLParser) -> str:
    """What a reader sees, and the values of attributes, which they may hear."""
    parts = [page.body.text(separator=" ") if page.body else ""]
    for node in page.css("[title], [aria-label], [alt], [content]"):
        parts += [
            value or "" for name, value in node.attributes.items() if name in ("title", "aria-label", "alt", "content")
        ]
    return "\n".join(parts)


def _values(data: Dataset) -> dict[Answer, set[str]]:
    """Every value that a page may show, and the words for it."""
    found: dict[Answer, set[str]] = {}
    for event_id, measure, figure in data.figures():
        for piece in figure_in_words(figure):
            found.setdefault((f"{event_id}_{measure}", piece.value, figure.bound), set()).add(piece.text)
    for event_id, event in data.events.items():
        for form in DATE_FORMS:
            try:
                pieces = date_in_words(event.date, form)
            except ValueError:  # the date is less exact than this form
                continue
            for piece in pieces:
                found.setdefault((f"{event_id}_date", piece.value, ""), set()).add(piece.text)
    return found


def _not_the_data(page: LexborHTMLParser, values: dict[Answer, set[str]]) -> Iterator[str]:
    for node in page.css("main data, main time"):
        given = node.attributes
        value = given.get("value") if node.tag == "data" else given.get("datetime")
        text = " ".join(node.text().split())
        words = values.get((given.get("data-of") or "", value or "", given.get("data-bound") or ""))
        if words is None or text not in words:
            yield f'"{text}" ({value}, of {given.get("data-of")}) is not what the data says'


def _addresses(page: LexborHTMLParser) -> Iterator[tuple[str, str, bool]]:
    """Every address on a page: the attribute it stands in, and whether a browser loads it by itself."""
    for node in page.css(_WITH_ADDRESSES):
        for name, value in node.attributes.items():
            if name in _ADDRESSES and value is not None:
                yield name, value.strip(), name in _LOADING or _is_loaded(node)


def _is_loaded(node: LexborNode) -> bool:
    relations = set((node.attributes.get("rel") or "").lower().split())
    return (node.tag == "link" and bool(relations & _LOADING_LINKS)) or node.tag in ("use", "image")


def _address_problems(
    page: str,
    attribute: str,
    address: str,
    loads: bool,
    files: dict[str, Path],
    ids: dict[str, Counter[str]],
    base: str,
) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme not in ("", "http", "https"):
        yield f'"{address}" is no address of the web ({attribute})'
    elif parts.scheme or parts.netloc:
        if loads:
            yield f'"{address}" is loaded from another host ({attribute})'
    else:
        path = unquote(parts.path)
        inside = (
            path.removeprefix(base or "/") if path.startswith("/") else posixpath.join(posixpath.dirname(page), path)
        )
        target = posixpath.normpath(inside) if path else page
        if path and (target == "." or path.endswith(("/", ".", ".."))):
            target = posixpath.normpath(posixpath.join(target, "index.html"))
        if target not in files:
            yield f'"{address}" leads nowhere'
        elif parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]:
            yield f'"{address}" leads to no place on that page'
