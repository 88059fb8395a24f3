"""The records of a briefing: places, events, figures; a floor is never stored as a count.

Unknown fields are refused, so no name, age or finer position of a victim can slip in.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WrapSerializer, model_validator

from briefing import fields

NOT_GIVEN = fields.NOT_GIVEN
Level = Literal["country", "region", "cercle", "commune", "town", "village"]
LEVELS: tuple[str, ...] = get_args(Level)  # from large to small


class Record(BaseModel):
    """What all records share: they do not change, and they refuse fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Position(Record):
    """Where a place is: degrees north and east (WGS 84) of its centre, good to `precision_km`."""

    lat: Annotated[float, Field(ge=-90, le=90), fields.DECIMAL]
    lon: Annotated[float, Field(ge=-180, le=180), fields.DECIMAL]
    precision_km: Annotated[float, Field(gt=0), fields.DECIMAL]


class Place(Record):
    """A place of any level, `within` another; its `code` is that of its outline on the map."""

    name: fields.Text
    other_names: tuple[fields.Text, ...] = ()
    level: Level
    within: fields.Id | None = None
    code: fields.Code | None = None
    position: Position | None = None


class Bound(Record):
    """A count with its bound: a floor is a floor, and has no upper end."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema.update(oneOf=[{"required": [b]} for b in BOUNDS]))

    exactly: fields.Count | None = None
    at_least: fields.Count | None = None
    more_than: fields.Count | None = None
    at_most: fields.Count | None = None
    fewer_than: fields.Count | None = None
    about: fields.Count | None = None
    nearly: fields.Count | None = None
    between: fields.Range | None = None
    said: fields.Said | None = None
    unknown: fields.Flag | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Bound:
        given = [bound for bound in BOUNDS if getattr(self, bound) is not None]
        if len(given) != 1:
            found = f"it has {' and '.join(given)}; keep one" if given else f"write one of {', '.join(BOUNDS)}"
            raise ValueError(f"a figure has exactly one bound; {found}")
        low, high = self.between or (1, 2)
        nothing = 0 in (self.at_most, self.fewer_than, self.about, self.nearly) or self.fewer_than == 1
        for is_slip, sentence in (
            (low == high, f"this is no range; write exactly: {low}"),
            (low > high, f"the higher count stands first; write between: [{high}, {low}]"),
            (low == 0, f"this has no lower end; write at_most: {high}"),
            (self.at_least == 0, "at_least: 0 says nothing; write unknown: yes, or exactly: 0 if there were none"),
            (self.more_than == 0, "more_than: 0 is one or more; write at_least: 1"),
            (nothing, f"this says that there were none; write exactly: 0 in place of {given[0]}"),
        ):
            if is_slip:
                raise ValueError(sentence)
        return self

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
        if self.between:
            return self.between
        low = self.bound in ("exactly", "at_least", "more_than")
        high = self.bound in ("exactly", "at_most", "fewer_than", "nearly")
        return self.number if low else None, self.number if high else None


BOUNDS: tuple[str, ...] = tuple(Bound.model_fields)


class Report(Bound):
    """What another source says of the same figure, in its own words; never added, never averaged."""

    source: fields.Text
    wording: fields.Text


class Figure(Bound):
    """A reported count; `who` is counted, in the briefing's terms."""

    who: fields.Text
    sources: fields.SourceKeys | None = None
    record_only: fields.Flag = False
    also_reported: tuple[Report, ...] = ()


class Where(Record):
    """`in` or `near` one or more places, or the briefing's words for an `area` without an entry."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    in_: Annotated[fields.Ids | None, Field(alias="in")] = None
    near: fields.Ids | None = None
    area: fields.Text | None = None

    @model_validator(mode="after")
    def _one_relation(self) -> Where:
        if len(self.model_fields_set) != 1:
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
        raise ValueError(f'"{value}" alone does not say how it lies; write {{in: {value}}} or {{near: {value}}}')
    return None if value == NOT_GIVEN else value


class Actor(Record):
    """Who: in the briefing's words, what part they had, and on whose word."""

    name: fields.Text
    role: Literal["by", "against", "between"]
    attribution: Literal["attributed", "alleged", "claimed", "suspected", "denied", "unidentified"]


class Link(Record):
    """The event that another followed or answered, and on whose word that is said."""

    event: fields.Id
    attribution: Literal["attributed", "alleged", "claimed", "suspected", "denied"]


_alone = WrapSerializer(lambda links, write: write(links) if len(links) > 1 else write(links)[0])
Links = Annotated[tuple[Link, ...], fields.ONE_OR_MORE, _alone, fields.Or()]


class Event(Record):
    """Something that the briefing dates or counts."""

    title: fields.Text
    date: fields.Date
    where: Annotated[Where | None, BeforeValidator(_where), *fields.SAYS_NOT_GIVEN]
    actors: Annotated[tuple[Actor, ...], *fields.OR_NOT_GIVEN]
    figures: dict[fields.Id, Figure] = {}
    after: Links = ()
    in_retaliation_for: Links = ()
    sources: fields.SourceKeys
    remark: fields.Text | None = None
    former_ids: tuple[fields.Id, ...] = ()

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

    measures: dict[fields.Id, fields.Text] = {}
    places: dict[fields.Id, Place] = {}
    events: dict[fields.Id, Event]


class Correction(Record):
    """Why a value reads otherwise from an edition on."""

    edition: fields.Count
    value: fields.Text
    reason: fields.Text
    sources: fields.SourceKeys
