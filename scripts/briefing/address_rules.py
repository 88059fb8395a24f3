"""The rules of addresses: pages, ids and notes have one each, and every link leads to one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from briefing.problems import Problem

if TYPE_CHECKING:
    from briefing.briefing import Briefing


def addresses_are_free(briefing: Briefing) -> Iterator[Problem]:
    """No page has an address that another has, or had before."""
    taken: dict[str, str] = {}
    for page in briefing.pages:
        if page.url in taken:
            yield page.meta_problem(f'{taken[page.url]} has the address "{page.url}" too; rename one of them')
        taken[page.url] = page.file
    for page in briefing.pages:
        for address in page.former:
            if not re.fullmatch(r"(?:\w[\w.-]*/)+", address):
                yield page.meta_problem(f'"{address}" is no address of a page; write it as old-name/', "former")
            elif address in taken:
                yield page.meta_problem(f'{taken[address]} has the address "{address}" now; remove it here', "former")
            taken[address] = page.file


def ids_are_free(briefing: Briefing) -> Iterator[Problem]:
    """Ids, those of notes too, are used once: the briefing is printed on one page."""
    taken: dict[str, str] = {}
    for page in briefing.sections:
        for tag in briefing.readings[page.uri].tags:
            name = tag.attributes.get("id", "fnref:")
            kind, _, label = name.rpartition(":")
            if name in taken and kind == "fn":
                message = "give this one another label, here and where the text leads to it"
                yield page.problem(tag.line, f"note {label}", f"{taken[name]} has a note of this label; {message}")
            elif name in taken and not kind and not name.startswith("__"):  # as the tabs of each page are called
                is_former = tag.attributes.get("class") == "former"
                advice = f'give this one another, as "{{ #{name}-2 }}" at its end'
                message = 'remove it from "former" here' if is_former else advice
                yield page.problem(tag.line, f"#{name}", f"{taken[name]} has this id; {message}")
            taken.setdefault(name, f"{page.file}:{tag.line}")


def addresses_last(briefing: Briefing) -> Iterator[Problem]:
    """Whatever in the sections of an edition could be linked to, notes too, is there still or has a former address."""
    readings = [(page, briefing.readings[page.uri]) for page in briefing.sections]
    there = {tag.attributes.get("id", ""): (page, tag.line) for page, reading in readings for tag in reading.tags}
    published = {name: text for edition in briefing.editions for name, text in edition.said.items()}
    gone = {name: text for name, text in published.items() if name not in there}
    now = {text: name for name, text in reversed(briefing.said.items()) if name in there} if gone else {}
    for name, text in gone.items() if now else ():
        address = now[(get_close_matches(text, now, 1) or [*reversed(now)])[0]]
        lost = f"[^{name[3:]}]" if name.startswith("fn:") else "it"
        message = f'bring {lost} back, or write {{ #{address} former="{name}" }} below what stands in its place'
        page, line = there[address]
        yield page.problem(line, f"#{name}", f"an edition has this address, which leads nowhere now; {message}")


def links_lead_somewhere(briefing: Briefing, files: Collection[str]) -> Iterator[Problem]:
    """Every link that Markdown makes within the site leads to a page or file that there is, and to a place on it."""
    readings = briefing.readings
    ids = {uri: {tag.attributes.get("id", "") for tag in reading.tags} for uri, reading in readings.items()}
    drawn = {uri for uri, reading in readings.items() if any(held.is_block for held in reading.held)}
    for page in briefing.pages:
        for tag in (tag for tag in readings[page.uri].tags if "of-markdown" in tag.attributes):
            address = tag.attributes.get("href") or tag.attributes.get("src") or ""
            try:
                parts = urlsplit(address)
            except ValueError:  # a bracket in the name of a host
                yield page.problem(tag.line, "", f'"{address}" is no address of the web; write https://host/…')
                continue
            path, fragment, folder = unquote(parts.path), unquote(parts.fragment), posixpath.dirname(page.uri)
            name = posixpath.normpath(posixpath.join("/", folder, path))[1:] if path else page.uri
            if parts.scheme or parts.netloc or "footnote-" in tag.attributes.get("class", ""):
                continue
            if name not in files:
                near = get_close_matches(f"{name}.md", files, 1, 0.75)
                advice = f'write "{posixpath.relpath(near[0], folder or ".")}"' if near else "put the file there"
                yield page.problem(tag.line, "", f'"{address}" leads nowhere: there is no docs/{name}; {advice}')
            elif fragment and name in ids and name not in drawn and fragment not in ids[name]:
                near = get_close_matches(fragment, ids[name], 1)
                advice = f'did you mean "#{near[0]}"?' if near else "remove the part from # on"
                yield page.problem(tag.line, "", f'"{address}" leads to no place: docs/{name} has no such id; {advice}')
