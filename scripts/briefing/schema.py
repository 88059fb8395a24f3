"""The JSON Schema of data/events.yml, for completion and underlining in the editor's own program."""

import re
from collections.abc import Iterable
from typing import Any

from briefing.model import MAY_BE_NOT_GIVEN, NOT_GIVEN
from briefing.records import Records

_ONE_OR_MORE = ("in", "near", "after", "in_retaliation_for")
_HEADING = re.compile(r"#+ .*?(\w+)\s*")
_ROW = re.compile(r"\| `(\w+)` \| (.+?) \| (.+) \|")


def schema_of(dictionary: str, measures: Iterable[str] = ()) -> dict[str, Any]:
    """The schema: figures count `measures`, and fields are what data/README.md, the `dictionary`, says of them."""
    described = fields_described(dictionary)
    schema = Records.model_json_schema()
    for name, record in schema["$defs"].items():
        for field, value in record["properties"].items():
            plain = {key: part for key, part in value.items() if key not in ("title", "default")}
            kinds = [kind for kind in plain.get("anyOf", [plain]) if kind != {"type": "null"}]
            if field in MAY_BE_NOT_GIVEN:
                kinds = [{"const": NOT_GIVEN}, *kinds]
            elif field in _ONE_OR_MORE:
                kinds = [plain["items"], plain]
            about = described.get((name, field)) or described.get(("Bound", field))
            made = {"anyOf": kinds} if kinds[1:] else kinds[0]
            record["properties"][field] = made | ({"description": about} if about else {})
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
