"""Reads the built pages back and says what is wrong with them, before anyone else can see it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from briefing.model import Dataset
from briefing.problems import Problem
from briefing.publish import files_of
from briefing.wording import DATE_FORMS, date_in_words, figure_in_words

# Attributes from which a browser loads by itself; it only follows an `a`, or a `link` of these relations alone.
_LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "manifest", "xlink:href"}
_FOLLOWED = {"alternate", "author", "canonical", "help", "license", "next", "prev", "search"}
_WITH_ADDRESSES = ",".join(f"[{name}]".replace(":", r"\:") for name in sorted({*_LOADING, "href"}))
_HEARD = {"title", "aria-label", "alt", "content"}  # attributes whose values readers may hear
_WITH_WORDS = ",".join(f"[{name}]" for name in sorted(_HEARD))
_CSS_LOADS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])([^'\")]*)", re.IGNORECASE)

Words = Mapping[tuple[str, str, str], set[str]]  # what a value is of, the value and its bound -> the words for it


class _Address(NamedTuple):
    """An address on a page, the attribute it stands in, and whether a browser loads it by itself."""

    text: str
    attribute: str
    loads: bool


def verify(folder: Path, data: Dataset, keys: set[str], site_url: str) -> Iterator[Problem]:
    """What is wrong with the site in `folder`.

    `keys` are the citation keys, none of which may be left over; `site_url` says below which path of
    its host the site stands, since the page for missing addresses links from there.
    """
    files, words = files_of(folder), _words(data)
    listed = files["sitemap.xml"].read_text("utf-8") if "sitemap.xml" in files else ""
    left_over = re.compile(r"\{\{|\}\}|<!-- block:" + "".join(rf"|@{re.escape(key)}\b" for key in sorted(keys)))
    ids: dict[str, set[str] | None] = dict.fromkeys(files)  # None where it is no page
    addresses: dict[str, set[_Address]] = {}
    for name, path in files.items():
        faults: list[str] = []
        if path.suffix == ".html":
            page = LexborHTMLParser(path.read_bytes())  # one at a time: a tree takes far more room than its page
            ids[name], addresses[name] = set(_ids(page)), set(_addresses(page))
            faults += _page_faults(page, words, left_over)
            leads_on = name == "404.html" or page.css_first("meta[content=noindex]")  # from a former address
            if not leads_on and site_url and f"<loc>{site_url}{name.removesuffix('index.html')}</loc>" not in listed:
                faults.append("the page is not listed in sitemap.xml")
        elif path.suffix in (".css", ".svg"):
            faults += [f'"{address}" is loaded from another host' for address in _foreign(path.read_text("utf-8"))]
        yield from (Problem(name, 1, "", fault) for fault in faults)
    base = urlsplit(site_url).path or "/"
    for name, found in addresses.items():
        for address in found:
            if fault := _address_fault(address, name, base, ids):
                yield Problem(name, 1, "", fault)


def _words(data: Dataset) -> Words:
    """The words for every value that a page may show."""
    found: Words = defaultdict(set)
    for event_id, measure, figure in data.figures():
        for piece in figure_in_words(figure):
            found[f"{event_id}_{measure}", piece.value, figure.bound].add(piece.text)
    for event_id, event in data.events.items():
        for form in DATE_FORMS:
            with suppress(ValueError):  # the date is less exact than this form
                for piece in date_in_words(event.date, form):
                    found[f"{event_id}_date", piece.value, ""].add(piece.text)
    return found


def _page_faults(page: LexborHTMLParser, words: Words, left_over: re.Pattern[str]) -> Iterator[str]:
    """What is wrong with a page whatever other pages there are."""
    for name, count in Counter(_ids(page)).items():
        if count > 1:
            yield f'the id "{name}" stands {count} times on the page'
    for node in page.css("main data, main time"):
        text, given = " ".join(node.text().split()), node.attributes
        of, value = given.get("data-of"), given.get("value" if node.tag == "data" else "datetime")
        if text not in words[of or "", value or "", given.get("data-bound") or ""]:
            yield f'"{text}" ({value}, of {of}) is not what the data says'
    for match in left_over.findall(_text(page)):
        yield f'"{match}" was left over'
    for style in page.css("style"):
        yield from (f'"{address}" is loaded from another host (style)' for address in _foreign(style.text()))


def _ids(page: LexborHTMLParser) -> list[str]:
    return [str(node.attributes["id"]) for node in page.css("[id]")]


def _text(page: LexborHTMLParser) -> str:
    """What a reader sees, and what they may hear."""
    attributes = (pair for node in page.css(_WITH_WORDS) for pair in node.attributes.items())
    heard = [value or "" for name, value in attributes if name in _HEARD]
    return "\n".join([page.body.text(separator=" ") if page.body else "", *heard])


def _foreign(css: str) -> list[str]:
    """The addresses of other hosts that a stylesheet loads."""
    found = [urlsplit(address) for address in _CSS_LOADS.findall(css)]
    return [parts.geturl() for parts in found if parts.netloc or parts.scheme not in ("", "data")]


def _addresses(page: LexborHTMLParser) -> Iterator[_Address]:
    for node in page.css(_WITH_ADDRESSES):
        for name, value in node.attributes.items():
            if value is not None and (name in _LOADING or name == "href"):
                yield _Address(value.strip(), name, name in _LOADING or _is_loaded(node))


def _is_loaded(node: LexborNode) -> bool:
    relations = set((node.attributes.get("rel") or "").lower().split())
    return node.tag in ("use", "image") or (node.tag == "link" and not relations <= _FOLLOWED)


def _address_fault(address: _Address, page: str, base: str, ids: Mapping[str, set[str] | None]) -> str | None:
    """What is wrong with an address on `page`; `base` is the path of the site, `ids` those of each of its files."""
    parts = urlsplit(address.text)
    if parts.scheme not in ("", "http", "https"):
        return f'"{address.text}" is no address of the web ({address.attribute})'
    if parts.scheme or parts.netloc:
        return f'"{address.text}" is loaded from another host ({address.attribute})' if address.loads else None
    path = unquote(parts.path) or posixpath.basename(page)
    if path.endswith(("/", ".")):  # a folder stands for the page in it
        path = f"{path.rstrip('/')}/index.html"
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path).removeprefix(base))
    if target not in ids:
        return f'"{address.text}" leads nowhere'
    places = ids[target]
    if parts.fragment and places is not None and unquote(parts.fragment) not in places:
        return f'"{address.text}" leads to no place on that page'
    return None
