"""The site that a briefing becomes: its address, whose it is, and which edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from briefing.briefing import Briefing
    from briefing.changes import Change
    from briefing.editions import KeptEdition


class Publisher(NamedTuple):
    """Who publishes the briefing: `extra.publisher` in the settings."""

    name: str
    url: str = ""
    contact: str = ""
    statement: str = ""


@dataclass(frozen=True)
class Site:
    """A briefing at its permanent address; `urls` are those of its pages, by their Markdown files.

    `settings` are MkDocs' own; `making` is the edition that is being made, if one is.
    """

    briefing: Briefing
    settings: Mapping[str, Any]
    urls: Mapping[str, str]
    making: KeptEdition | None = None

    @property
    def name(self) -> str:
        """What the briefing is called."""
        return self._text("site_name")

    @property
    def address(self) -> str:
        """Where it is published, with a slash at the end."""
        return f"{self._text('site_url').rstrip('/')}/"

    @property
    def description(self) -> str:
        """What it is about, in a sentence."""
        return self._text("site_description")

    @property
    def image(self) -> str:
        """The picture that stands for a page which has none of its own; empty where there is none."""
        return str(self._extra.get("image") or "")

    @property
    def author(self) -> str:
        """Who wrote it, else who publishes it, as far as the settings say."""
        return self._text("site_author") or (self.publisher.name if self.publisher else "")

    @property
    def publisher(self) -> Publisher | None:
        """Who publishes it, where the settings say so."""
        given = self._extra.get("publisher")
        known = {name: str(given.get(name) or "") for name in Publisher._fields} if isinstance(given, dict) else {}
        return Publisher(**known) if known.get("name") else None

    @property
    def licence(self) -> str:
        """An SPDX id or an address, empty where the settings give no extra.licence."""
        return str(self._extra.get("licence") or "")

    @property
    def _extra(self) -> Mapping[str, Any]:
        return self.settings.get("extra") or {}

    def _text(self, name: str) -> str:
        return str(self.settings.get(name) or "")

    def url(self, page: str) -> str:
        """Where a page, given by its file or a block on it, stands on the site; empty where there is none."""
        found = self.briefing.page_with.get(page)
        return self.urls.get(found.uri if found else page, "").removeprefix("./")

    def link(self, page: str, fragment: str = "") -> str:
        """The permanent address of a page, given likewise, and of a place there."""
        return f"{self.address}{self.url(page)}" + (f"#{fragment}" if fragment else "")

    @property
    def edition(self) -> KeptEdition | None:
        """The last edition; None before the first one."""
        return self.making or next(reversed(self.briefing.editions), None)

    @cached_property
    def unpublished(self) -> tuple[Change, ...]:
        """What reads otherwise than in the last edition."""
        number = self.edition.number if self.edition else 0
        return tuple(change for change in self.briefing.changes if change.edition > number)

    @property
    def is_changed(self) -> bool:
        """Whether anything does."""
        return bool(self.unpublished)

    @cached_property
    def recent_changes(self) -> tuple[Change, ...]:
        """What pages announce: the changes of the last edition, and those made since."""
        number = self.edition.number if self.edition else 0
        return tuple(change for change in self.briefing.changes if change.edition >= number)
