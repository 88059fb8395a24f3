"""Markdown as pages have it: without HTML, with notes that keep their numbers and paragraphs that can be linked to.

Python-Markdown counts the notes of each page from 1; a briefing numbers them through all its pages.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown, markdown
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX
from markupsafe import Markup

_ATTRIBUTES = {"id", "class", "href", "title", "src", "alt", "former", "start"}  # that a text may have in the end
_HOLDERS = ("ul", "ol", "blockquote")
_ESCAPED = re.compile(f"{STX}([0-9]+){ETX}")  # how Python-Markdown keeps a sign after a backslash


def below(text: str) -> Markup:
    """HTML of a Markdown `text` that stands on a page of its own heading: its headings go one step down."""
    return Markup(markdown(text, extensions=["tables", TocExtension(baselevel=2), PlainExtension()]))


class PlainExtension(Extension):
    """HTML in a text is text, and is escaped as such; attributes do nothing but name, and a mailbox is no link."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Leave out what would hand HTML on as it is; to be loaded last."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.deregister("automail")
        md.treeprocessors.register(_KeepNames(md), "names", 7.5)  # after `attr_list`, before what we add ourselves
        if "fenced_code_block" in md.preprocessors:
            fences: Any = md.preprocessors["fenced_code_block"]
            fences.checked_for_deps = True  # or it hands on the attributes of a fence, past every treeprocessor


class _KeepNames(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            align = element.get("style", "").removeprefix("text-align: ").removesuffix(";")  # of a table's column
            kept = {name: value for name, value in element.items() if name in _ATTRIBUTES}
            element.attrib.clear()
            element.attrib.update(kept, **({"align": align} if align in ("left", "center", "right") else {}))


class NotesExtension(Extension):
    """Registers the treeprocessor after those of `footnotes` and `abbr`, which make the elements."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Run last: `footnotes` ends at priority 15, `abbr` at 7, `toc` at 5."""
        md.treeprocessors.register(_Finish(md), "briefing", 4)


class _Finish(Treeprocessor):
    def run(self, root: Element) -> None:
        _number_notes(root)
        _explain_once(root)
        _link_paragraphs(root)


def _number_notes(root: Element) -> None:
    """Print the label of a note ("5" of `[^5]`) instead of its place on the page, which the stylesheet goes by."""
    places: dict[str, int] = {}
    for marker in root.iter("sup"):
        prefix, _, label = marker.get("id", "").partition(":")
        if prefix == "fnref":
            places[label] = len(places) + 1
            marker.set("class", f"m{places[label]}")
    for link in root.iter("a"):
        label = link.get("href", "").rpartition(":")[2]
        if link.get("class") == "footnote-ref":
            link.text = label
            link.set("aria-label", f"Note {label}")
        elif link.get("class") == "footnote-backref":
            link.set("title", f"Back to the text of note {label}")
            link.set("aria-label", f"Back to the text of note {label}")
    for item in root.iter("li"):
        prefix, _, label = item.get("id", "").partition(":")
        if prefix == "fn" and label.isdecimal():
            item.set("value", label)
            item.set("class", f"n{places[label]}")


def _explain_once(root: Element) -> None:
    """Keep `<abbr>` where an abbreviation first stands and make it reachable by keyboard.

    Where the words it stands for are in the same paragraph, print need not spell them out again.
    """
    first: dict[str | None, Element] = {}
    for abbreviation in root.iter("abbr"):
        first.setdefault(abbreviation.text, abbreviation)
    for parent in list(root.iter()):
        for abbreviation in parent.findall("abbr"):
            if abbreviation is not first[abbreviation.text]:
                _unwrap(parent, abbreviation)
                continue
            abbreviation.set("tabindex", "0")
            text = _ESCAPED.sub(lambda match: chr(int(match[1])), "".join(parent.itertext()))
            if abbreviation.get("title", "") in " ".join(text.split()):
                abbreviation.set("class", "spelled-out")


def _unwrap(parent: Element, child: Element) -> None:
    """Leave only the text of `child` in its place."""
    text = (child.text or "") + (child.tail or "")
    index = list(parent).index(child)
    if index:
        parent[index - 1].tail = (parent[index - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(child)


def _link_paragraphs(root: Element) -> None:
    """End each paragraph that has an id with a link to itself; the `former` ids of whatever has any lead there too.

    The link has no text: its sign is drawn by the stylesheet, and is not part of what is quoted.
    """
    for outer in root.iter():
        if outer.tag in _HOLDERS:
            _take_name(outer)
    for element in root.findall(".//*[@former]"):
        first = element if element.tag not in _HOLDERS else element[0]  # in a list, only rows can stand
        for former in element.attrib.pop("former").split():
            first.insert(0, Element("span", {"id": former}))
            first[0].tail, first.text = first.text, ""
    for tag, what in (("p", "paragraph"), ("ul", "list"), ("ol", "list"), ("blockquote", "quote")):
        for element in root.findall(f".//{tag}[@id]"):
            link = {"class": "headerlink", "href": f"#{element.get('id')}", "aria-label": f"Link to this {what}"}
            _last(element).append(Element("a", link))


def _last(element: Element) -> Element:
    """The paragraph or row that `element` ends with, or itself."""
    while len(element) and element[-1].tag in ("p", "li", *_HOLDERS):
        element = element[-1]
    return element


def _take_name(outer: Element) -> None:
    """Give a list or quote the ids that stand below it, which `attr_list` gives to the last row or paragraph in it."""
    inner = outer
    while len(inner) and inner[-1].tag in ("p", "li", *_HOLDERS) and not outer.get("id"):
        inner = inner[-1]
        for name in ("id", "former"):
            if inner.get(name) and ":" not in inner.get(name, ""):  # those of notes stay with them
                outer.set(name, inner.attrib.pop(name))
