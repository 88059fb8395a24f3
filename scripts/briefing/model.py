"""The records of a briefing: places, events, figures; a floor is never stored as a count.

Unknown fields are refused, so no name, age or finer position of a victim can slip in.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from briefing.fields import (
    DECIMAL,
    NOT_GIVEN,
    OR_NOT_GIVEN,
    SAYS_NOT_GIVEN,
    Count,
    Date,
    Flag,
    Id,
    Ids,
    SourceKeys,
    Text,
)

Measure = Literal["killed", "displaced"]
BOUNDS = ("exactly", "at_least", "at_most", "about", "between")


class Record(BaseModel):
    """What all records share: they do not change, and they refuse fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Position(Record):
    """Where a town is: degrees north and east (WGS 84) of its centre, good to `precision_km`."""

    lat: Annotated[float, Field(ge=-90, le=90), DECIMAL]
    lon: Annotated[float, Field(ge=-180, le=180), DECIMAL]
    precision_km: Annotated[float, Field(gt=0), DECIMAL]


class Place(Record):
    """A region (has a code of ISO 3166-2), or a town (lies in a region, has a position)."""

    name: Text
    other_names: tuple[Text, ...] = ()
    iso_3166_2: Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")] | None = None
    region: Id | None = None
    position: Position | None = None

    @model_validator(mode="after")
    def _region_or_town(self) -> Place:
        is_region, is_town = bool(self.iso_3166_2), bool(self.region and self.position)
        if is_region == is_town or (is_region and (self.region or self.position)):
            raise ValueError("a place is a region, with iso_3166_2, or a town, with region and position")
        return self

    @property
    def is_town(self) -> bool:
        """Whether it is a town rather than a region."""
        return self.region is not None


class Bound(Record):
    """A count with its bound: a floor is a floor, and has no upper end."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [bound]} for bound in BOUNDS]})

    exactly: Count | None = None
    at_least: Count | None = None
    at_most: Count | None = None
    about: Count | None = None
    between: tuple[Count, Count] | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Bound:
        given = [bound for bound in BOUNDS if getattr(self, bound) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"a figure has exactly one of {', '.join(BOUNDS)}; it has {found}")
        if self.between and self.between[0] >= self.between[1]:
            raise ValueError("between takes the lower count first, such as [20, 25]")
        if self.number == 0 and given != ["exactly"]:
            raise ValueError(f"{given[0]} begins at one; none at all is exactly: 0")
        return self

    @property
    def bound(self) -> str:
        """Which of BOUNDS the figure has."""
        return next(bound for bound in BOUNDS if getattr(self, bound) is not None)

    @property
    def number(self) -> int:
        """The count that the bound is said of; the lower one of a range."""
        value: int | tuple[int, int] = getattr(self, self.bound)
        return value[0] if isinstance(value, tuple) else value

    @property
    def limits(self) -> tuple[int | None, int | None]:
        """The least and the most it is said to be; None where the briefing sets no such limit."""
        high = None if self.bound == "at_least" else self.between[1] if self.between else self.number
        return None if self.bound == "at_most" else self.number, high


class Report(Bound):
    """What another source says of the same figure, in its own words; never added, never averaged."""

    source: Text
    wording: Text


class Figure(Bound):
    """A reported count; `who` is counted, in the briefing's terms."""

    who: Text
    sources: SourceKeys | None = None
    record_only: Flag = False
    also_reported: tuple[Report, ...] = ()


class Where(Record):
    """`in` or `near` one or more places, or the briefing's words for an `area` without an entry."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    in_: Annotated[Ids | None, Field(alias="in")] = None
    near: Ids | None = None
    area: Text | None = None

    @model_validator(mode="after")
    def _one_relation(self) -> Where:
        if sum(value is not None for value in (self.in_, self.near, self.area)) != 1:
            raise ValueError("where has exactly one of in, near and area")
        return self

    @property
    def relation(self) -> str:
        """`in`, `near` or `area`."""
        return "in" if self.in_ else "near" if self.near else "area"

    @property
    def places(self) -> tuple[str, ...]:
        """The ids of the places named; none for an area."""
        return self.in_ or self.near or ()


class Actor(Record):
    """Who: in the briefing's words, what part they had, and on whose word."""

    name: Text
    role: Literal["by", "against", "between"]
    attribution: Literal["attributed", "alleged", "unidentified"]


class Link(Record):
    """The event that another followed or answered, and on whose word that is said."""

    event: Id
    attribution: Literal["attributed", "alleged"]


class Event(Record):
    """Something that the briefing dates or counts."""

    title: Text
    date: Date
    where: Annotated[
        Where | None, BeforeValidator(lambda value: None if value == NOT_GIVEN else value), *SAYS_NOT_GIVEN
    ]
    actors: Annotated[tuple[Actor, ...], *OR_NOT_GIVEN]
    figures: dict[Measure, Figure] = Field(default_factory=dict)
    after: Link | None = None
    in_retaliation_for: Link | None = None
    sources: SourceKeys
    remark: Text | None = None
    former_ids: tuple[Id, ...] = ()

    @property
    def links(self) -> dict[str, Link]:
        """What it followed and what it answered, by the name of the field."""
        given = {"after": self.after, "in_retaliation_for": self.in_retaliation_for}
        return {name: link for name, link in given.items() if link}

    def sources_of(self, measure: Measure) -> tuple[str, ...]:
        """The citation keys for a figure: its own, else the event's; empty where none is given."""
        own = self.figures[measure].sources
        return self.sources if own is None else own


class EventsFile(Record):
    """The whole of data/events.yml."""

    places: dict[Id, Place]
    events: dict[Id, Event]


class Reading(Record):
    """What the values of an event read in an edition."""

    date: Date
    figures: dict[Measure, Bound] = Field(default_factory=dict)


class Edition(Record):
    """A published state of the briefing, the day it is dated, and what it read."""

    number: Count
    date: Date
    values: dict[Id, Reading]


class Correction(Record):
    """Why a value reads otherwise from an edition on."""

    edition: Count
    value: Text
    reason: Text
    sources: SourceKeys
