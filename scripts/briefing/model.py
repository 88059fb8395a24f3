"""The records of a briefing: places, events, figures; a floor is never stored as a count.

Unknown fields are refused, so no name, age or finer position of a victim can slip in. Every value is read from text;
`not-given` is None, or a list without entries.
"""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, PlainValidator, WrapSerializer, WrapValidator, model_validator

from briefing.bounds import bound_meant
from briefing.dates import EventDate, parse_date

NOT_GIVEN = "not-given"
MAY_BE_NOT_GIVEN = ("date", "where", "actors", "sources")
ID, PARAGRAPH = "^[a-z0-9]+(?:-[a-z0-9]+)*$", r"^[^\n]*$"


def _count(text: Any, read: Any) -> Any:
    if isinstance(text, str) and not re.fullmatch("0|[1-9][0-9]*", text):
        raise ValueError(f'"{text}" is not a count in digits; write {bound_meant(text).removeprefix("exactly: ")}')
    return read(text)


def _entries(values: Any, read: Any) -> Any:
    for value in values if isinstance(values, list) else ():
        if values.count(value) > 1:
            raise ValueError(f'"{value}" is listed twice; keep one of them')
    if values == []:
        raise ValueError("the list is empty; fill it, or write not-given")
    return () if values == NOT_GIVEN else read(values)


_or_none = WrapValidator(lambda value, read: None if value == NOT_GIVEN else read(value))
_or_alone = WrapValidator(lambda value, read: read(value if isinstance(value, list) else [value]))
_written = WrapSerializer(lambda value, write: write(value) if value else NOT_GIVEN)
_written_alone = WrapSerializer(lambda value, write: write(value) if len(value) > 1 else write(value)[0])
_date = PlainValidator(lambda text: parse_date(str(text)))
_edtf = WrapSerializer(lambda date, _: str(date or NOT_GIVEN))

Text = Annotated[str, Field(min_length=1, pattern=PARAGRAPH)]
Id = Annotated[str, Field(pattern=ID)]
OtherId = Annotated[str, Field(json_schema_extra={"pattern": ID})]  # what is none is told as not listed
OtherIds = Annotated[tuple[OtherId, ...], WrapValidator(_entries), _or_alone]
SourceKeys = Annotated[tuple[Text, ...], WrapValidator(_entries), _written]
Count = Annotated[int, Field(ge=0, le=10**9), WrapValidator(_count)]  # more than lived is a slip of the keyboard
Date = Annotated[EventDate | None, _date, _or_none, _edtf, Field(json_schema_extra={"type": ["string", "integer"]})]
Yes = Literal["yes"]


class Record(BaseModel):
    """What all records share: they do not change, and they refuse fields they do not know."""

    model_config = {"frozen": True, "extra": "forbid", "defer_build": True}


class Position(Record):
    """Where a place is: degrees north and east (WGS 84) of its centre, good to `precision_km`."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    precision_km: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Place(Record):
    """A place of any level, `within` another; its `code` is that of its outline on the map."""

    name: Text
    other_names: tuple[Text, ...] = ()
    level: Literal["country", "region", "cercle", "commune", "town", "village"]
    within: OtherId | None = None
    code: Text | None = None
    position: Position | None = None


class Bound(Record):
    """A count with its bound: a floor is a floor, and has no upper end."""

    model_config = {"json_schema_extra": lambda schema: schema.update(oneOf=[{"required": [b]} for b in BOUNDS])}

    exactly: Count | None = None
    at_least: Count | None = None
    more_than: Count | None = None
    at_most: Count | None = None
    fewer_than: Count | None = None
    about: Count | None = None
    nearly: Count | None = None
    between: Annotated[tuple[Count, Count], _or_alone] | None = None
    said: Text | None = None
    unknown: Yes | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        given = [bound for bound in BOUNDS if getattr(self, bound) is not None]
        if len(given) != 1:
            raise ValueError(f"it has {' and '.join(given) or 'no bound'}; write one of {', '.join(BOUNDS)}")
        value = [*self.between] if self.between else getattr(self, given[0])
        meant = bound_meant(self.said or f"{given[0].replace('_', ' ')} {value}")
        if meant != f"{given[0]}: {value}":
            raise ValueError(f"such a bound is written otherwise; write {meant}")
        return self

    @property
    def bound(self) -> str:
        """Which of BOUNDS the figure has."""
        return next(bound for bound in BOUNDS if getattr(self, bound) is not None)

    @property
    def number(self) -> int | None:
        """The count that the bound is said of, the lower one of a range; None where it is only said, or unknown."""
        value = self.between[0] if self.between else getattr(self, self.bound)
        return value if isinstance(value, int) else None

    @property
    def limits(self) -> tuple[int | None, int | None]:
        """The least and the most it is said to be; None where the briefing sets no such limit."""
        low, high = self.between or (self.number, self.number)
        has_low = self.bound in ("exactly", "at_least", "more_than", "between")
        has_high = self.bound in ("exactly", "at_most", "fewer_than", "nearly", "between")
        return low if has_low else None, high if has_high else None


BOUNDS: tuple[str, ...] = tuple(Bound.model_fields)


class Report(Bound):
    """What another source says of the same figure, in its own words; never added, never averaged."""

    source: Text
    wording: Text


class Figure(Bound):
    """A reported count; `who` is counted, in the briefing's terms."""

    who: Text
    sources: SourceKeys | None = None
    record_only: Yes | None = None
    also_reported: tuple[Report, ...] = ()


class Where(Record):
    """`in` or `near` one or more places, or the briefing's words for an `area` without an entry."""

    model_config = {"json_schema_extra": {"minProperties": 1, "maxProperties": 1}}

    in_: Annotated[OtherIds, Field(alias="in")] = ()
    near: OtherIds = ()
    area: Text = ""

    @model_validator(mode="after")
    def _one_relation(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("write one of in, near and area")
        return self

    @property
    def relation(self) -> str:
        """`in`, `near` or `area`."""
        return next(iter(self.model_fields_set)).rstrip("_")

    @property
    def places(self) -> tuple[str, ...]:
        """The ids of the places named; none for an area."""
        return self.in_ or self.near


class Actor(Record):
    """Who: in the briefing's words, what part they had, and on whose word."""

    name: Text
    role: Literal["by", "against", "between"]
    attribution: Literal["attributed", "alleged", "claimed", "suspected", "denied", "unidentified"]


class Link(Record):
    """The event that another followed or answered, and on whose word that is said."""

    event: OtherId
    attribution: Literal["attributed", "alleged", "claimed", "suspected", "denied"]


Links = Annotated[tuple[Link, ...], _or_alone, _written_alone]


class Event(Record):
    """Something that the briefing dates or counts."""

    title: Text
    date: Date
    where: Annotated[Where | None, _or_none, _written]
    actors: Annotated[tuple[Actor, ...], WrapValidator(_entries), _written]
    figures: dict[Id, Figure] = {}
    after: Links = ()
    in_retaliation_for: Links = ()
    sources: SourceKeys
    remark: Text | None = None
    former_ids: tuple[Id, ...] = ()


class Correction(Record):
    """Why a value reads otherwise from an edition on."""

    edition: Count
    value: Text
    reason: Text
    sources: SourceKeys
