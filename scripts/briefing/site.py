"""The site that a briefing becomes: its address, whose it is, and which edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from briefing.briefing import Briefing
    from briefing.changes import Change
    from briefing.editions import KeptEdition


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
    def address(self) -> str:
        """Where it is published, with a slash at the end."""
        return f"{self.settings['site_url'].rstrip('/')}/"

    @property
    def licence(self) -> str:
        """An SPDX id or an address, empty where the settings give no extra.licence."""
        return str(self.settings["extra"].get("licence") or "")

    @property
    def publisher(self) -> dict[str, str]:
        """Who publishes it, as extra.publisher in the settings says; empty where that names nobody."""
        given = {"name": "", "url": "", "contact": "", "statement": ""} | (
            self.settings["extra"].get("publisher") or {}
        )
        return {name: str(value or "") for name, value in given.items()} if given["name"] else {}

    @property
    def author(self) -> str:
        """Who wrote it, else who publishes it, as far as the settings say."""
        return self.settings["site_author"] or self.publisher.get("name", "")

    def url(self, page: str) -> str:
        """Where a page, given by its file or a block on it, stands on the site; empty where there is none."""
        found = self.briefing.page_with(page)
        return self.urls.get(found.uri if found else page, "").removeprefix("./")

    def link(self, page: str, fragment: str = "") -> str:
        """The permanent address of a page, given likewise, and of a place there."""
        return f"{self.address}{self.url(page)}" + (f"#{fragment}" if fragment else "")

    @property
    def edition(self) -> KeptEdition | None:
        """The last edition; None before the first one."""
        return self.making or next(reversed(self.briefing.editions), None)

    @cached_property
    def recent_changes(self) -> tuple[Change, ...]:
        """What pages announce: the changes of the last edition, and those made since."""
        number = self.edition.number if self.edition else 0
        return tuple(change for change in self.briefing.changes if change.edition >= number)

    @cached_property
    def unpublished(self) -> tuple[Change, ...]:
        """What reads otherwise than in the last edition."""
        return tuple(change for change in self.recent_changes if change.former == self.edition)
