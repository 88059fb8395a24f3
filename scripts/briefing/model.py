"""The records of a briefing: places, events, figures; a floor is never stored as a count.

Unknown fields are refused, so no name, age or finer position of a victim can slip in.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WrapSerializer, model_validator

from briefing.fields import (
    DECIMAL,
    NOT_GIVEN,
    ONE_OR_MORE,
    OR_NOT_GIVEN,
    SAYS_NOT_GIVEN,
    Code,
    Count,
    Date,
    Flag,
    Id,
    Ids,
    Or,
    Range,
    Said,
    SourceKeys,
    Text,
)

BOUNDS = (
    "exactly", "at_least", "more_than", "at_most", "fewer_than", "about", "nearly", "between", "said", "unknown"
)  # fmt: skip
Level = Literal["country", "region", "cercle", "commune", "town", "village"]
LEVELS: tuple[str, ...] = get_args(Level)  # each lies within one of those before it


class Record(BaseModel):
    """What all records share: they do not change, and they refuse fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Position(Record):
    """Where a place is: degrees north and east (WGS 84) of its centre, good to `precision_km`."""

    lat: Annotated[float, Field(ge=-90, le=90), DECIMAL]
    lon: Annotated[float, Field(ge=-180, le=180), DECIMAL]
    precision_km: Annotated[float, Field(gt=0), DECIMAL]


class Place(Record):
    """A place of any level, `within` another; its `code` is that of its outline on the map."""

    name: Text
    other_names: tuple[Text, ...] = ()
    level: Level
    within: Id | None = None
    code: Code | None = None
    position: Position | None = None


class Bound(Record):
    """A count with its bound: a floor is a floor, and has no upper end."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [bound]} for bound in BOUNDS]})

    exactly: Count | None = None
    at_least: Count | None = None
    more_than: Count | None = None
    at_most: Count | None = None
    fewer_than: Count | None = None
    about: Count | None = None
    nearly: Count | None = None
    between: Range | None = None
    said: Said | None = None
    unknown: Flag | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Bound:
        given = [bound for bound in BOUNDS if getattr(self, bound) is not None]
        if len(given) != 1:
            known = f"{', '.join(BOUNDS[:-1])} and {BOUNDS[-1]}"
            found = f"it has {' and '.join(given)}; keep one" if given else f"write one of {known}"
            raise ValueError(f"a figure has exactly one bound; {found}")
        if better := self._better:
            raise ValueError(f"{given[0]}: {list(self.between) if self.between else self.number} {better}")
        return self

    @property
    def _better(self) -> str:
        """What is wrong with the number, and what to write; empty where nothing is."""
        if self.between:
            low, high = self.between
            if low == high:
                return f"is no range; write exactly: {low}"
            if low > high:
                return f"has the higher count first; write between: [{high}, {low}]"
            return "" if low else f"has no lower end; write at_most: {high}"
        if self.number == 0 and self.bound != "exactly":
            say = "; or exactly: 0, if the briefing says that there were none"
            known = {"at_least": f"says nothing; write unknown: yes{say}", "more_than": "says at_least: 1; write that"}
            return known.get(self.bound, "says that there were none; write exactly: 0")
        return "says that there were none; write exactly: 0" if self.fewer_than == 1 else ""

    @property
    def bound(self) -> str:
        """Which of BOUNDS the figure has."""
        return next(bound for bound in BOUNDS if getattr(self, bound) is not None)

    @property
    def number(self) -> int | None:
        """The count that the bound is said of, the lower one of a range; None where it is only said, or unknown."""
        if self.between:
            return self.between[0]
        return None if self.said or self.unknown else getattr(self, self.bound)

    @property
    def limits(self) -> tuple[int | None, int | None]:
        """The least and the most it is said to be; None where the briefing sets no such limit."""
        match self.bound:
            case "exactly":
                return self.exactly, self.exactly
            case "at_least" | "more_than":
                return self.number, None
            case "at_most" | "fewer_than" | "nearly":
                return None, self.number
            case "between":
                return self.between or (None, None)
        return None, None


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
            raise ValueError("where has exactly one of in, near and area; keep one")
        return self

    @property
    def relation(self) -> str:
        """`in`, `near` or `area`."""
        return "in" if self.in_ else "near" if self.near else "area"

    @property
    def places(self) -> tuple[str, ...]:
        """The ids of the places named; none for an area."""
        return self.in_ or self.near or ()


def _where(value: object) -> object:
    if isinstance(value, str) and value != NOT_GIVEN:
        raise ValueError(f'"{value}" does not say how the event lies to it; write {{in: {value}}} or {{near: {value}}}')
    return None if value == NOT_GIVEN else value


class Actor(Record):
    """Who: in the briefing's words, what part they had, and on whose word."""

    name: Text
    role: Literal["by", "against", "between"]
    attribution: Literal["attributed", "alleged", "claimed", "suspected", "denied", "unidentified"]


class Link(Record):
    """The event that another followed or answered, and on whose word that is said."""

    event: Id
    attribution: Literal["attributed", "alleged", "claimed", "suspected", "denied"]


Links = Annotated[
    tuple[Link, ...],
    ONE_OR_MORE,
    WrapSerializer(lambda links, write: write(links) if len(links) > 1 else write(links)[0]),
    Or({"$ref": "#/$defs/Link"}),
]


class Event(Record):
    """Something that the briefing dates or counts."""

    title: Text
    date: Date
    where: Annotated[Where | None, BeforeValidator(_where), *SAYS_NOT_GIVEN]
    actors: Annotated[tuple[Actor, ...], *OR_NOT_GIVEN]
    figures: dict[Id, Figure] = Field(default_factory=dict)
    after: Links = ()
    in_retaliation_for: Links = ()
    sources: SourceKeys
    remark: Text | None = None
    former_ids: tuple[Id, ...] = ()

    @property
    def links(self) -> dict[str, tuple[Link, ...]]:
        """What it followed and what it answered, by the name of the field."""
        given = {"after": self.after, "in_retaliation_for": self.in_retaliation_for}
        return {name: links for name, links in given.items() if links}

    def sources_of(self, measure: str) -> tuple[str, ...]:
        """The citation keys for a figure: its own, else the event's; empty where none is given."""
        own = self.figures[measure].sources
        return self.sources if own is None else own


class EventsFile(Record):
    """The whole of data/events.yml: each measure with the word that is printed for it, places and events."""

    measures: dict[Id, Text] = Field(default_factory=dict)
    places: dict[Id, Place] = Field(default_factory=dict)
    events: dict[Id, Event]


class Edition(Record):
    """A published state of the briefing, and the day it is dated: data/editions/N/edition.yml."""

    number: Count
    date: Date


class Correction(Record):
    """Why a value reads otherwise from an edition on."""

    edition: Count
    value: Text
    reason: Text
    sources: SourceKeys
