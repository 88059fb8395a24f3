"""Markdown as pages have it: notes that run through the whole briefing, and paragraphs that can be linked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.treeprocessors import Treeprocessor

_HOLDERS = ("ul", "ol", "blockquote")
_LINKED = {"p": "paragraph", "ul": "list", "ol": "list", "blockquote": "quote", "figure": "figure", "table": "table"}


def make_markdown(extensions: Mapping[str, Mapping[str, Any]], numbers: Mapping[str, int] | None = None) -> Markdown:
    """The converter of the build, with MkDocs' own extensions, those of mkdocs.yml and ours."""
    names = dict.fromkeys(["toc", "tables", "fenced_code", *extensions, "sane_lists"])
    options = {name: dict(given) for name, given in extensions.items()}
    return Markdown(extensions=[*names, NotesExtension(numbers)], extension_configs=options)


class NotesExtension(Extension):
    """Gives notes the `numbers` of their labels, and ends what has an id with a link that copies its address."""

    def __init__(self, numbers: Mapping[str, int] | None = None) -> None:
        super().__init__()
        self.numbers = numbers or {}

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Run last: `footnotes` ends at priority 15, `abbr` at 7, `toc` at 5."""
        md.treeprocessors.register(_Finish(md, self.numbers), "briefing", 4)
        md.registerExtension(self)
        self.md = md
        self.reset()
        for extension in md.registeredExtensions:
            if isinstance(extension, FootnoteExtension):
                self._watch(extension)

    def reset(self) -> None:
        """Forget the last page."""
        self.md.notes_given_again = []  # type: ignore[attr-defined]  # for whoever reads the page

    def _watch(self, footnotes: FootnoteExtension) -> None:
        """Keep what Python-Markdown loses: the note that another one replaces."""
        take = footnotes.setFootnote

        def take_once(label: str, text: str) -> None:
            if label in footnotes.footnotes:
                self.md.notes_given_again.append((label, text))  # type: ignore[attr-defined]
            take(label, text)

        footnotes.setFootnote = take_once  # type: ignore[method-assign]  # it offers no other way in


class _Finish(Treeprocessor):
    def __init__(self, md: Markdown, numbers: Mapping[str, int]) -> None:
        super().__init__(md)
        self.numbers = numbers

    def run(self, root: Element) -> None:
        return
