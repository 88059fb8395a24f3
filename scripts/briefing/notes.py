"""Markdown as pages have it: notes numbered through the whole briefing, and paragraphs that can be linked to."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from markdown import Markdown, markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.toc import TocExtension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from briefing.problems import BriefingError, Problem
from briefing.wording import say

_HOLDERS = ("ul", "ol", "blockquote", "figure", "figcaption")


def make_markdown(extensions: Mapping[str, Mapping[str, object]], line: int = 1) -> Markdown:
    """A converter as the build has it, with MkDocs' own extensions, those of mkdocs.yml (in `line`) and ours.

    What it makes itself of a link or picture is "of-markdown", so that it can be told from HTML in a page.
    """
    names = dict.fromkeys(["toc", "tables", "fenced_code", *extensions, "sane_lists"])
    options = {name: dict(given) for name, given in extensions.items()}
    try:
        markdown = Markdown(extensions=[*names, NotesExtension()], extension_configs=options)
        markdown.convert("A word")  # some look at their options only now
    except (ImportError, AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"an extension of Markdown can't be used ({error}); correct its name and its options"
        raise BriefingError([Problem("mkdocs.yml", line, "markdown_extensions", what)]) from error
    markdown.treeprocessors.register(_Mark(markdown), "of-markdown", 0)
    return markdown


class NotesExtension(Extension):
    """Gives notes the `numbers` of their labels, and ends what has an id with a link that copies its address."""

    def __init__(self, numbers: Mapping[str, int] | None = None) -> None:
        """Number the notes of a page from 1 where no `numbers` are given."""
        super().__init__()
        self.numbers = numbers or {}
        self.repeated: list[tuple[str, str]] = []  # the notes that replace another of their label, with their texts

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Run last: `footnotes` ends at priority 15, `abbr` at 7, `toc` at 5."""
        md.treeprocessors.register(_Finish(md, self.numbers), "briefing", 4)
        md.registerExtension(self)
        for extension in md.registeredExtensions:
            if isinstance(extension, FootnoteExtension):
                self._watch(extension)

    def reset(self) -> None:
        """Forget the last page."""
        self.repeated.clear()

    def _watch(self, footnotes: FootnoteExtension) -> None:
        take = footnotes.setFootnote

        def take_once(label: str, text: str) -> None:
            if label in footnotes.footnotes:
                self.repeated.append((label, text))
            take(label, text)

        footnotes.setFootnote = take_once  # type: ignore[method-assign,assignment]  # no other way in


class _Mark(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag in ("a", "img"):
                element.set("of-markdown", "")


class _Finish(Treeprocessor):
    def __init__(self, md: Markdown, numbers: Mapping[str, int]) -> None:
        super().__init__(md)
        self.numbers = numbers

    def run(self, root: Element) -> None:
        markers = [link for link in root.iter("a") if link.get("class") == "footnote-ref"]
        labels = dict.fromkeys(_label(link) for link in markers)
        numbers = {label: self.numbers.get(label, place) for place, label in enumerate(labels, 1)}
        for link in markers:
            link.text = str(numbers[_label(link)])
            link.set("aria-label", say("footnotes.marker", number=link.text))
        for division in root.iter("div"):
            if division.get("class") == "footnote":
                _number_notes(division[-1], numbers)
        for abbreviation in {element.text: element for element in reversed(list(root.iter("abbr")))}.values():
            abbreviation.set("tabindex", "0")  # once each, where it first stands
        for element in list(root.iter()):
            for name in element.attrib.pop("former", "").split():
                element.insert(0, _anchor(name, element))
        _link_blocks(root)


def _anchor(name: str, element: Element) -> Element:
    """What a link to the former id `name` of `element` finds, ahead of its text."""
    anchor = Element("span", {"id": name, "class": "former"})
    anchor.tail, element.text = element.text, None
    return anchor


def _label(link: Element) -> str:
    return link.get("href", "").partition(":")[2]


def _number_notes(notes: Element, numbers: Mapping[str, int]) -> None:
    """Put the notes of a page into the order of their numbers, and say of each way back where it leads."""
    notes[:] = sorted(notes, key=lambda note: numbers.get(note.get("id", "").partition(":")[2], 0))
    for place, note in enumerate(notes):
        number = numbers.get(note.get("id", "").partition(":")[2], 0)
        if not place:
            notes.set("start", str(number))
        elif number != int(notes.get("start", "1")) + place:
            note.set("value", str(number))
        ways = [link for link in note.iter("a") if link.get("class") == "footnote-backref"]
        for nth, link in enumerate(ways, 1):
            shown = say("footnotes.back" if len(ways) == 1 else "footnotes.back_nth", number=number, nth=nth)
            link.set("title", shown)
            link.set("aria-label", shown)


def _link_blocks(root: Element) -> None:
    """End each paragraph, list, quote and figure with an id with a link to itself; the stylesheet draws its sign."""
    for outer in root.iter():
        if outer.tag in _HOLDERS[:3]:
            _take_id(outer)
    for element in list(root.iter()):
        if element.get("id") and element.tag in ("p", *_HOLDERS[:4]):
            shown = say(f"footnotes.link_{element.tag}")
            link = {"class": "headerlink", "href": f"#{element.get('id')}", "title": shown, "aria-label": shown}
            _last(element).append(Element("a", link))


def _last(element: Element) -> Element:
    """The paragraph or row that `element` ends with, or itself."""
    while len(element) and element[-1].tag in ("p", "li", *_HOLDERS):
        element = element[-1]
    return element


def _take_id(outer: Element) -> None:
    """Give a list or quote the id that stands below it, which `attr_list` gives to the last row or paragraph in it."""
    inner = outer
    while len(inner) and inner[-1].tag in ("p", "li", *_HOLDERS) and not outer.get("id"):
        inner = inner[-1]
        if inner.get("id") and ":" not in inner.get("id", ""):  # those of notes stay with them
            outer.set("id", inner.attrib.pop("id"))


def as_html(text: str) -> Markup:
    """HTML of a Markdown `text` that stands on a page of its own heading: its headings go one step down."""
    return Markup(markdown(text, extensions=["tables", TocExtension(baselevel=2)]))
