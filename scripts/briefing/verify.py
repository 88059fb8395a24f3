"""Reads the built pages back and says what is wrong with them, before anyone else can see it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from xml.etree import ElementTree

from selectolax.lexbor import LexborHTMLParser, LexborNode

from briefing.dataset import Dataset
from briefing.pictures import picture_faults
from briefing.problems import Problem
from briefing.publish import files_of
from briefing.tokens import HELD
from briefing.wording import DATE_FORMS, date_in_words, figure_in_words

_LOADING = ("src", "srcset", "poster", "data", "action", "formaction", "background", "manifest")
_FOLLOWED = {"alternate", "author", "canonical", "help", "license", "next", "prev", "search"}  # relations of a `link`
_HEARD = ("title", "aria-label", "alt", "content")  # attributes whose values readers may hear
_ACTS = re.compile(rb"<[a-z][^>]*\s(?:on[a-z]+|style)\s*=", re.IGNORECASE)
_MARKS = ("<!-- block:", *HELD)  # of tokens where none could be drawn
_CSS_LOADS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])([^'\")]*)", re.IGNORECASE)

_Words = Mapping[tuple[str, str, str], set[str]]  # what a value is of, the value and its bound -> the words for it
_Address = tuple[str, str, bool]  # as it is written, in which attribute, and whether a browser loads it by itself


def verify(folder: Path, data: Dataset, keys: set[str], site_url: str) -> Iterator[Problem]:
    """What is wrong with the site in `folder`.

    `keys` are the citation keys, none of which may be left over; `site_url` says below which path of
    its host the site stands, since the page for missing addresses links from there.
    """
    files, words = files_of(folder), _words(data)
    listed = set(_listed(files["sitemap.xml"])) if "sitemap.xml" in files else set()
    left_over = re.compile(r"\{\{|\}\}|\{:? *#" + "".join(rf"|(?<!\w)@{re.escape(key)}\b" for key in sorted(keys)))
    ids: dict[str, set[str] | None] = dict.fromkeys(files)  # None where it is no page
    addresses: dict[str, set[_Address]] = {}
    for name, path in files.items():
        faults: list[str] = []
        if path.suffix == ".html":
            html = path.read_bytes()
            page = LexborHTMLParser(html)  # one at a time: a tree takes far more room than its page
            ids[name], addresses[name] = ids_of(page), set(_addresses(page))
            faults += _page_faults(page, words, left_over)
            if _ACTS.search(html):  # perhaps only in words; to look at every attribute takes long
                names = {name for node in page.css("*") for name in node.attributes}
                acts = sorted(name for name in names if name == "style" or name.startswith("on"))
                faults += (f'the attribute "{name}" stands on it, which our own policy refuses' for name in acts)
            if any(mark.encode() in html for mark in _MARKS):
                faults.append("a token stands where none can be drawn; move it into the text")
            leads_on = name == "404.html" or page.css_first("meta[content=noindex]")  # from a former address
            if not leads_on and site_url and site_url + name.removesuffix("index.html") not in listed:
                faults.append("the page is not listed in sitemap.xml")
        elif path.suffix == ".css":
            faults += _style_faults(path.read_text("utf-8", errors="replace"))
        elif path.suffix.lower() == ".svg":
            faults += picture_faults(path.read_bytes())
        yield from (Problem(name, 1, "", fault) for fault in faults)
    base = urlsplit(site_url).path or "/"
    for name, found in addresses.items():
        for address in found:
            if fault := _address_fault(address, name, base, ids):
                yield Problem(name, 1, "", fault)


def ids_of(page: LexborHTMLParser) -> set[str]:
    """Every id on a page, which a link can lead to."""
    return set(_values(page, "id"))


def _listed(sitemap: Path) -> Iterator[str]:
    """The addresses in a sitemap, as they are read."""
    for element in ElementTree.parse(sitemap).iter():
        if element.tag.endswith("}loc"):
            yield unquote(element.text or "")


def _words(data: Dataset) -> _Words:
    """The words for every value that a page may show."""
    found: _Words = defaultdict(set)
    for event_id, measure, figure in data.figures():
        for piece in figure_in_words(figure):
            found[f"{event_id}_{measure}", piece.value, figure.bound].add(piece.text)
    for event_id, event in data.events.items():
        for form in DATE_FORMS:
            with suppress(ValueError):  # the date is less exact than this form
                for piece in date_in_words(event.date, form):
                    found[f"{event_id}_date", piece.value, ""].add(piece.text)
    return found


def _page_faults(page: LexborHTMLParser, words: _Words, left_over: re.Pattern[str]) -> Iterator[str]:
    """What is wrong with a page whatever other pages there are."""
    for name, count in Counter(_values(page, "id")).items():
        if count > 1:
            yield f'the id "{name}" stands {count} times on the page; change one of them'
    for node in page.css("main data, main time"):
        text, given = " ".join(node.text().split()), node.attributes
        of, value = given.get("data-of"), given.get("value" if node.tag == "data" else "datetime")
        if text not in words[of or "", value or "", given.get("data-bound") or ""]:
            yield f'"{text}" ({value}, of {of}) is not what the data says; mend the template'
    for name in set(_values(page, "fill")):
        if name.startswith("url(#") and not page.css_first(f"[id='{name[5:-1]}']"):
            yield f'"{name}" is drawn nowhere on the page; mend the template'
    for node in page.css("pre, code"):  # what is quoted stands there as it is
        node.decompose()
    shown = page.body.text(separator=" ") if page.body else ""
    for match in left_over.findall("\n".join([shown, *_values(page, *_HEARD)])):
        yield f'"{match}" was left over; take it away'
    for style in page.css("style"):
        yield from _style_faults(style.text())


def _style_faults(css: str) -> Iterator[str]:
    for address in _CSS_LOADS.findall(css):
        parts = _split(address)
        if parts.netloc or parts.scheme not in ("", "data"):
            yield f'"{address}" is loaded from another host; keep a copy beside the pages'


def _split(address: str) -> SplitResult:
    """The parts of an address; of one that can't be taken apart, a scheme that no rule allows."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("broken", "", address, "", "")


def _attributes(page: LexborHTMLParser, *names: str) -> Iterator[tuple[LexborNode, str, str]]:
    """Every attribute that has one of these `names`: the element it stands in, its name and its value."""
    for name in names:
        for node in page.css(f"[{name}]"):  # which finds SVG's xlink:href, too
            yield node, name, node.attributes.get(name) or node.attributes.get(f"xlink:{name}") or ""


def _values(page: LexborHTMLParser, *names: str) -> list[str]:
    return [value for _, _, value in _attributes(page, *names)]


def _addresses(page: LexborHTMLParser) -> Iterator[_Address]:
    for node, name, value in _attributes(page, "href", *_LOADING):
        relations = set((node.attributes.get("rel") or "").lower().split())
        followed = node.tag in ("a", "area") or (node.tag == "link" and relations <= _FOLLOWED)
        yield value.strip(), name, name != "href" or not followed


def _address_fault(address: _Address, page: str, base: str, ids: Mapping[str, set[str] | None]) -> str | None:
    """What is wrong with an address on `page`; `base` is the path of the site, `ids` those of each of its files."""
    text, attribute, loads = address
    parts = _split(text)
    if parts.scheme not in ("", "http", "https"):
        return f'"{text}" is no address of the web ({attribute}); begin it with https://'
    if parts.scheme or parts.netloc:
        return f'"{text}" is loaded from another host ({attribute}); keep a copy beside the pages' if loads else None
    path = unquote(parts.path) or posixpath.basename(page)
    if path.endswith(("/", ".")):  # a folder stands for the page in it
        path = f"{path.rstrip('/')}/index.html"
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path).removeprefix(base))
    if target not in ids:
        return f'"{text}" leads nowhere; correct the link'
    places = ids[target]
    if parts.fragment and places is not None and unquote(parts.fragment) not in places:
        return f'"{text}" leads to no place on that page; correct the link'
    return None
