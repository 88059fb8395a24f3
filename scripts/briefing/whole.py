"""The whole briefing: what every rule looks at and every page is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from briefing.bibliography import Bibliography
from briefing.dataset import Dataset
from briefing.outlines import Outlines
from briefing.pages import Page
from briefing.tokens import tokens

DICTIONARY_FILE = "data/README.md"


@dataclass(frozen=True)
class Briefing:
    """All that is known and said; `dictionary` is the text of DICTIONARY_FILE, empty where there is none."""

    dataset: Dataset
    bibliography: Bibliography
    pages: tuple[Page, ...]
    outlines: Outlines = field(default_factory=Outlines)
    dictionary: str = ""

    @cached_property
    def sections(self) -> tuple[Page, ...]:
        """The pages that are sections of the briefing, in their order."""
        return tuple(page for page in self.pages if page.is_section)

    @cached_property
    def page_at(self) -> dict[str, Page]:
        """Every page by its Markdown file."""
        return {page.uri: page for page in self.pages}

    @cached_property
    def _blocks(self) -> dict[str, Page]:
        return {t.name: page for page in reversed(self.pages) for t in tokens(page.body) if t.is_block}

    def page_with(self, block: str) -> Page | None:
        """The page that carries a block, such as the one with the records."""
        return self._blocks.get(block)
