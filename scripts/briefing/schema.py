"""The JSON Schema of data/events.yml, for completion and underlining in the editor's own program.

It is made from the records, and what it says of each field is what data/README.md says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from briefing.model import EventsFile

_HEADING = re.compile(r"#+ .*?(\w+)\s*")
_ROW = re.compile(r"\| `(\w+)` \| (.+?) \| (.+) \|")


class _WithoutNull(GenerateJsonSchema):
    """A field that may be left out has no value that says so: the file knows no empty values."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    default_schema = nullable_schema


def schema_of(dictionary: str, measures: Iterable[str] = ()) -> dict[str, Any]:
    """The schema: figures count `measures`, and fields are what data/README.md, the `dictionary`, says of them."""
    described = fields_described(dictionary)
    schema = EventsFile.model_json_schema(schema_generator=_WithoutNull)
    for name, record in schema["$defs"].items():
        for field, value in record["properties"].items():
            value.pop("title", None)
            if about := described.get((name, field)) or described.get(("Bound", field)):
                value["description"] = about
    schema["$defs"]["Event"]["properties"]["figures"]["propertyNames"] = {"enum": sorted(measures)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def fields_described(dictionary: str) -> dict[tuple[str, str], str]:
    """What the tables of data/README.md say of each field, by the record that the heading ends with."""
    found, record = {}, ""
    for line in dictionary.splitlines():
        if heading := _HEADING.fullmatch(line):
            record = heading[1].capitalize()
        elif row := _ROW.fullmatch(line):
            found[record, row[1]] = row[2] if record in ("Figures", "Events") else f"{row[2]}. Write: {row[3]}"
    return found
