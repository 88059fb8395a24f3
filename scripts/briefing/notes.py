"""Markdown as pages have it: notes numbered through the whole briefing, and paragraphs that can be linked to."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown, markdown
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from briefing.problems import BriefingError, Problem
from briefing.wording import say

_LINKED = ("p", "ul", "ol", "blockquote", "figure")
_INNER = (*_LINKED, "li", "figcaption")
_MADE: dict[str, Markdown] = {}  # converters, by what they were made of


def make_markdown(extensions: Mapping[str, Any], line: int = 1) -> Markdown:
    """A converter as the build has it, with MkDocs' own extensions, those of mkdocs.yml (in `line`) and ours.

    What it makes itself of a link or picture is marked "of-markdown", so that it can be told from HTML in a page.
    """
    if (known := repr(extensions)) in _MADE:
        return _MADE[known]
    names = dict.fromkeys(["toc", "tables", "fenced_code", *extensions, "sane_lists"])
    try:
        if odd := [f"{name}: {given}" for name, given in extensions.items() if not isinstance(given or {}, dict)]:
            raise TypeError(odd[0])
        options = {name: dict(given or {}) for name, given in extensions.items()}
        markdown = Markdown(extensions=[*names, NotesExtension(marks_links=True)], extension_configs=options)
        words = options.get("abbr", {}).get("glossary") or {}
        markdown.convert(" ".join(["A word", *words]))  # some look at their options only now
    except (ImportError, AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"an extension of Markdown can't be used ({error}); correct its name and its options"
        raise BriefingError([Problem("mkdocs.yml", line, "markdown_extensions", what)]) from error
    return _MADE.setdefault(known, markdown)


@cache
def as_html(text: str) -> Markup:
    """HTML of a Markdown `text` that stands on a page of its own heading: its headings go one step down."""
    return Markup(markdown(text, extensions=["tables", TocExtension(baselevel=2)]))


class NotesExtension(Extension):
    """Gives notes the `numbers` of their labels, and ends what has an id with a link that copies its address.

    Without `numbers`, notes are numbered from 1. With `marks_links`, each link and picture of Markdown is marked.
    """

    def __init__(self, numbers: Mapping[str, int] | None = None, marks_links: bool = False) -> None:
        super().__init__()
        self.numbers, self.marks_links = numbers or {}, marks_links

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Run last: `footnotes` ends at priority 15, `abbr` at 7, `toc` at 5."""
        if "table" in md.parser.blockprocessors:  # or columns are aligned by a `style`, which browsers block
            md.parser.blockprocessors["table"].config["use_align_attribute"] = True  # type: ignore[attr-defined]  # its own
        step = Treeprocessor(md)
        step.run = self.finish  # type: ignore[method-assign]
        md.treeprocessors.register(step, "briefing", 4)

    def finish(self, root: Element) -> None:
        """Finish the tree of a page."""
        for link in [*root.iter("a"), *root.iter("img")] if self.marks_links else ():
            link.set("of-markdown", "")
        _number_notes(root, self.numbers)
        for abbreviation in {element.text: element for element in reversed([*root.iter("abbr")])}.values():
            abbreviation.set("tabindex", "0")  # once each, where it first stands
        for element in [*root.iter()]:
            for name in element.attrib.pop("former", "").split():  # what a link to its former id finds
                anchor = Element("span", {"id": name, "class": "former"})
                anchor.tail, element.text = element.text, None
                element.insert(0, anchor)
        _link_blocks(root)


def _number_notes(root: Element, known: Mapping[str, int]) -> None:
    """Give markers and notes their numbers, in their order, and say of each way back where it leads."""
    markers = [link for link in root.iter("a") if link.get("class") == "footnote-ref"]
    labels = dict.fromkeys(_label(link, "href") for link in markers)
    numbers = {label: known.get(label, place) for place, label in enumerate(labels, 1)}
    for link in markers:
        link.text = str(numbers[_label(link, "href")])
        link.set("aria-label", say("footnotes.marker", number=link.text))
    for notes in (division[-1] for division in root.iter("div") if division.get("class") == "footnote"):
        notes[:] = sorted(notes, key=lambda note: numbers.get(_label(note, "id"), 0))
        for note in notes:
            number = str(numbers.get(_label(note, "id"), 0))
            note.set("value", number)
            ways = [link for link in note.iter("a") if link.get("class") == "footnote-backref"]
            for nth, link in enumerate(ways, 1):
                shown = say("footnotes.back" if len(ways) == 1 else "footnotes.back_nth", number=number, nth=nth)
                link.attrib |= {"title": shown, "aria-label": shown}


def _label(element: Element, name: str) -> str:
    return element.get(name, "").partition(":")[2]


def _link_blocks(root: Element) -> None:
    """End each paragraph, list, quote and figure with an id with a link to itself; the stylesheet draws its sign."""
    for element in [*root.iter()]:
        last = element
        while element.tag in _LINKED and len(last) and last[-1].tag in _INNER:
            last = last[-1]
            if ":" not in last.get("id", ":") and not element.get("id"):  # `attr_list` gives it to the last row in it
                element.set("id", last.attrib.pop("id"))
        if element.get("id") and element.tag in _LINKED:
            shown = say(f"footnotes.link_{element.tag}")
            link = {"class": "headerlink", "href": f"#{element.get('id')}", "title": shown, "aria-label": shown}
            last.append(Element("a", link))
