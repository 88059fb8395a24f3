"""The kinds of values that fields of records have: how each is written in YAML, read, and told to a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    WrapSerializer,
)

from briefing.dates import EventDate, parse_date

NOT_GIVEN = "not-given"
MAX_COUNT = 10**9  # more than lived when the events happened is a slip of the keyboard
_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def _scalar(pattern: str, convert: Callable[[str], Any], what: str) -> Callable[[Any], Any]:
    """A validator that takes text of the form `pattern` alone; `what` it is, and how to write it."""

    def read(text: Any) -> Any:
        if isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII):
            return convert(text)
        shown = f'"{text}"' if isinstance(text, str) else "this"
        raise ValueError(f"{shown} is not {what}")

    return read


def _as_date(text: Any) -> Any:
    if isinstance(text, str):
        return parse_date(text)
    raise ValueError('write the date in quotation marks, such as "1999-12-31"')


def _unless_not_given(value: Any) -> Any:
    if value == NOT_GIVEN:
        return []
    if value == []:
        raise ValueError(f"the list is empty; fill it, or write {NOT_GIVEN}")
    if isinstance(value, str):
        raise ValueError(f'"{value}" stands alone; write a list such as [{value}], or {NOT_GIVEN}')
    return value


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ValueError(f'"{value}" is listed twice; keep one of them')
    return values


@dataclass(frozen=True, eq=False)
class _Or:
    """Tells the JSON Schema of a field that `other` may stand there too."""

    other: dict[str, Any]

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [self.other, handler(schema)]}


SAYS_NOT_GIVEN = (WrapSerializer(lambda value, write: write(value) if value else NOT_GIVEN), _Or({"const": NOT_GIVEN}))
OR_NOT_GIVEN = (BeforeValidator(_unless_not_given), *SAYS_NOT_GIVEN)  # for lists
check_id = _scalar(_ID, str, "an id; use small letters a to z, digits and single hyphens")
DECIMAL = BeforeValidator(_scalar(r"-?[0-9]{1,4}(\.[0-9]{1,6})?", float, "a number; write digits, such as 12.5"))

Text = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=f"^{_ID}$"), BeforeValidator(check_id)]
Ids = Annotated[
    tuple[Id, ...],
    Field(min_length=1),
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    AfterValidator(_each_once),
    _Or({"type": "string"}),
]
SourceKeys = Annotated[tuple[Text, ...], AfterValidator(_each_once), *OR_NOT_GIVEN]
Count = Annotated[
    int,
    Field(ge=0, le=MAX_COUNT),
    BeforeValidator(_scalar(r"0|[1-9][0-9]{0,30}", int, "a count; write digits alone, such as 1500")),
]
Flag = Annotated[
    bool,
    PlainValidator(_scalar("yes", bool, "known here; write yes, or leave the field out")),
    PlainSerializer(lambda _: "yes"),
    WithJsonSchema({"const": "yes"}),
]
Date = Annotated[
    EventDate, PlainValidator(_as_date), PlainSerializer(str), WithJsonSchema({"type": ["string", "integer"]})
]
